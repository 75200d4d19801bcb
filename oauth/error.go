package oauth

import (
	"fmt"
	"time"
)

// Class says what a failure means for the grant.
type Class string

// The classes, from harmless to final.
const (
	Offline       Class = "offline"       // nothing was sent
	Transient     Class = "transient"     // the provider said "not now"; the grant is untouched
	Misconfigured Class = "misconfigured" // the app's settings are refused; the grant is untouched
	Uncertain     Class = "uncertain"     // sent, and no answer that can be read: the grant may have been spent
	Dead          Class = "dead"          // the provider refused the refresh token: only a new sign-in helps
)

// Reason is the stable code of a cause, for scripts and for the catalogue of words. Package keeper has more of them.
type Reason string

// The reasons an exchange, a sign-in or a call can fail for.
const (
	ReasonNone         Reason = ""
	ReasonNoConnection Reason = "no_connection"
	ReasonNoAnswer     Reason = "no_answer"
	ReasonUnreadable   Reason = "unreadable_answer"
	ReasonServer       Reason = "server_error"
	ReasonRateLimited  Reason = "rate_limited"
	ReasonSettings     Reason = "settings_refused"
	ReasonRefused      Reason = "refresh_token_refused"
	ReasonCodeRefused  Reason = "code_refused"
	ReasonCallRefused  Reason = "call_refused"

	ReasonCallUnanswered Reason = "call_unanswered" // it was sent, and may have done what it does
	ReasonDenied         Reason = "sign_in_denied"
	ReasonWrongState     Reason = "wrong_state"
	ReasonNoCode         Reason = "no_code"
)

// Error is a failed exchange. It carries no text of the provider's and no address, so it can be logged and shown.
type Error struct {
	Class      Class
	Reason     Reason
	Status     int           // HTTP status, 0 if there was none
	Code       ErrorCode     // the provider's; empty if there was none
	RetryAfter time.Duration // what the provider asked for, 0 if it did not
	Sent       time.Time     // when a request went out whose answer is missing; else the zero time
}

func (e *Error) Error() string {
	if d := e.Detail(); d != "" {
		return fmt.Sprintf("%s (%s)", e.Reason, d)
	}
	return string(e.Reason)
}

// Detail is the technical fact behind the reason: "96003", "HTTP 502" or "".
func (e *Error) Detail() string {
	switch {
	case e.Code != "":
		return string(e.Code)
	case e.Status != 0 && e.Status != 200:
		return fmt.Sprintf("HTTP %d", e.Status)
	}
	return ""
}
