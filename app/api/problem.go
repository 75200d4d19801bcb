package api

import (
	"strings"
	"time"
	"unicode/utf8"

	"freshkey/oauth"
	"freshkey/oauth/keeper"
)

// Code is the kind of a Problem; each has an exit code of the command line.
type Code string

// The kinds of problems.
const (
	CodeFailed    Code = "failed"
	CodeUsage     Code = "usage"
	CodeSignIn    Code = "sign_in_needed"
	CodeKeychain  Code = "keychain_unavailable"
	CodeNoAgent   Code = "no_agent"
	CodeOffline   Code = "offline"
	CodeNoAccount Code = "no_such_account"
)

// Problem is an error in words: what happened, then what to do. It never holds a secret.
type Problem struct {
	Code   Code                 `json:"code"`
	Reason oauth.Reason         `json:"reason,omitempty"`
	Field  string               `json:"field,omitempty"`  // the input to mend, if it is one
	Flaw   oauth.FieldErrorCode `json:"flaw,omitempty"`   // what is wrong with it, for whoever words that otherwise
	Detail string               `json:"detail,omitempty"` // of the flaw
	What   string               `json:"what"`
	Advice string               `json:"advice,omitempty"`

	RetryAt time.Time `json:"retry_at,omitzero"` // of what passes: when it is tried again by itself
}

func (p *Problem) Error() string {
	return Join(p.What, p.Advice)
}

// Join puts sentences behind each other. Between Chinese ones there is no blank.
func Join(sentences ...string) (text string) {
	for _, s := range sentences {
		last, _ := utf8.DecodeLastRuneInString(text)
		if text != "" && s != "" && !strings.ContainsRune("。！？：；", last) {
			text += " "
		}
		text += s
	}
	return text
}

// Passes reports whether it ends by itself, and the same request may succeed then.
func (p *Problem) Passes() bool {
	switch p.Reason {
	case oauth.ReasonServer, oauth.ReasonRateLimited, oauth.ReasonUnreadable, keeper.ReasonInterrupted, keeper.ReasonDue, keeper.ReasonSettling,
		keeper.ReasonJustRefreshed, keeper.ReasonOutOfReach, keeper.ReasonNotRead:
		return true
	}
	return p.Code == CodeOffline || p.Code == CodeKeychain
}

// Reasons that only the agent has, and none of the engine's.
const (
	ReasonHeld          oauth.Reason = "held"           // a hold is in the way
	ReasonAnotherPerson oauth.Reason = "another_person" // who may not take the account over
)

// The reasons of a request that a person did not allow, or could not.
const (
	ReasonNotAllowed  oauth.Reason = "not_allowed"
	ReasonNobodyToAsk oauth.Reason = "nobody_to_ask"
)

// Refused reports whether a person did not allow it, or none could be asked.
func (p *Problem) Refused() bool {
	return p.Reason == ReasonNotAllowed || p.Reason == ReasonNobodyToAsk
}

// ExitCode is the command line's answer for a kind of problem.
func (c Code) ExitCode() int {
	switch c {
	case CodeUsage:
		return 2
	case CodeSignIn:
		return 3
	case CodeKeychain:
		return 4
	case CodeNoAgent:
		return 5
	case CodeOffline:
		return 6
	case CodeNoAccount:
		return 7
	}
	return 1
}

// status is the HTTP status a kind of problem travels with.
func (c Code) status() int {
	switch c {
	case CodeUsage:
		return 400
	case CodeNoAccount:
		return 404
	case CodeSignIn:
		return 409
	case CodeKeychain, CodeOffline:
		return 503
	}
	return 500
}
