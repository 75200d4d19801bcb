package api

import (
	"context"
	"net/url"
	"strconv"
	"time"
)

// Program is a program that calls, as far as the kernel tells.
type Program struct {
	PID  int    `json:"pid"`  // 0 if it is not known
	Path string `json:"path"` // empty if it is not known
}

// Question asks a person whether a program may have an account's tokens; if it has origins, whether the account's secrets may go there.
type Question struct {
	ID      int      `json:"id"`
	Account string   `json:"account"` // its id
	Program Program  `json:"program"`
	Origins []string `json:"origins,omitempty"` // where the program says that a person was shown they would go
	Export  string   `json:"export,omitempty"`  // the file in which the account would move to another computer

	EndsAsking bool `json:"ends_asking,omitempty"` // whether the account would ask no more
}

// InWindow reports whether a question is asked in the window alone.
func (q Question) InWindow() bool { return len(q.Origins) > 0 || q.Export != "" }

// Answer is a person's, to a Question.
type Answer string

// The answers.
const (
	AnswerOnce    Answer = "once"
	AnswerSession Answer = "session" // until the agent ends
	AnswerNo      Answer = "no"
)

// Answers are all that a question about tokens has, in the order in which they are offered.
func Answers() []Answer { return []Answer{AnswerOnce, AnswerSession, AnswerNo} }

// Answers are those that a question has, in the order in which they are offered.
func (q Question) Answers() []Answer {
	if q.InWindow() || q.EndsAsking {
		return []Answer{AnswerOnce, AnswerNo}
	}
	return Answers()
}

// AnswerRequest answers a question.
type AnswerRequest struct {
	Answer Answer `json:"answer"`
}

// Permission is what was allowed until the agent ends.
type Permission struct {
	Account string    `json:"account"` // its id
	Path    string    `json:"path"`    // of the program
	Since   time.Time `json:"since"`
}

// AnswerQuestion answers a question. Only the agent's own window may.
func (c *Client) AnswerQuestion(ctx context.Context, id int, answer Answer) error {
	return c.tell(ctx, "POST", "/v1/questions/"+strconv.Itoa(id), nil, AnswerRequest{answer})
}

// Revoke takes back what was allowed: of one account, or of all with "".
func (c *Client) Revoke(ctx context.Context, account string) error {
	return c.tell(ctx, "DELETE", "/v1/permissions", url.Values{"account": {account}}, nil)
}

// Permissions are those that count now.
func (c *Client) Permissions(ctx context.Context) ([]Permission, error) {
	return ask[[]Permission](ctx, c, "GET", "/v1/permissions", nil, nil)
}
