package api

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"time"
)

// CheckRequest is an access token to be looked for.
type CheckRequest struct {
	Token string `json:"token"`
}

// Format masks the request for every verb.
func (CheckRequest) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, "[hidden token]") }

// CheckResult is what is known of an access token.
type CheckResult struct {
	Known      bool      `json:"known"` // it is, or was, one of the accounts'
	Account    string    `json:"account"`
	Generation int       `json:"generation"`
	Current    bool      `json:"current"`     // no other has taken its place
	ExpiresAt  time.Time `json:"expires_at"`  // as its provider said
	ReplacedAt time.Time `json:"replaced_at"` // when another took its place
}

// MarshalJSON writes times that are not known as null.
func (r CheckResult) MarshalJSON() ([]byte, error) {
	type plain CheckResult
	return json.Marshal(struct {
		plain
		ExpiresAt  *time.Time `json:"expires_at"`
		ReplacedAt *time.Time `json:"replaced_at"`
	}{plain(r), known(r.ExpiresAt), known(r.ReplacedAt)})
}

// known is a time, or nil for none.
func known(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

// CheckToken says whose an access token is, and whether it is the one that counts.
func (c *Client) CheckToken(ctx context.Context, token string) (CheckResult, error) {
	return ask[CheckResult](ctx, c, "POST", "/v1/check", nil, CheckRequest{token})
}
