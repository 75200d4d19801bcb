package api

import (
	"context"
	"fmt"
	"io"
)

// Call names a request to be signed: of the provider's profile, if both are empty.
type Call struct {
	Method string `json:"method"`
	URL    string `json:"url"`
}

// Signature authorises one request. It is a secret.
type Signature struct {
	Header string `json:"header"` // the whole line: Authorization: …
	Method string `json:"method"`
	URL    string `json:"url"` // as it has to be asked for

	Elsewhere bool `json:"elsewhere,omitempty"` // not at the provider's API: the address has not got what that wants
}

// Format masks the signature for every verb.
func (Signature) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, "[hidden signature]") }

// CallRequest is a request that the agent makes with an account's token.
type CallRequest struct {
	Call

	Body        []byte `json:"body,omitempty"`         // base64
	ContentType string `json:"content_type,omitempty"` // of the body; empty means JSON
}

// CallResult is what was answered.
type CallResult struct {
	Status      int    `json:"status"` // HTTP
	ContentType string `json:"content_type"`
	Body        []byte `json:"body"`                // base64
	Cut         bool   `json:"cut,omitempty"`       // it was longer than 8 MiB
	Elsewhere   bool   `json:"elsewhere,omitempty"` // as of a Signature

	Refused string `json:"refused,omitempty"` // the provider's error, where its API says no with a status that says yes
}

// Sign returns the header that authorises a request now.
func (c *Client) Sign(ctx context.Context, ref string, call Call) (Signature, error) {
	return ask[Signature](ctx, c, "POST", account(ref, "sign"), nil, call)
}

// Call has the agent make a request with the account's token.
func (c *Client) Call(ctx context.Context, ref string, in CallRequest) (CallResult, error) {
	return ask[CallResult](ctx, c, "POST", account(ref, "call"), nil, in)
}
