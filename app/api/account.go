package api

import (
	"context"
	"net/url"
	"time"

	"freshkey/oauth"
	"freshkey/oauth/keeper"
)

// EditRequest changes an account. Empty fields stay as they are.
type EditRequest struct {
	Name         string `json:"name"`
	ClientID     string `json:"client_id"`
	ClientSecret string `json:"client_secret"`
	RedirectURI  string `json:"redirect_uri"`

	// Provider takes the place of the account's if it has a name; without one its other fields do, those that are not empty.
	Provider oauth.Provider `json:"provider,omitzero"`

	// Confirm has a person asked, before anything is stored, where the account's secrets would go elsewhere than they may; without their yes
	// nothing changes. Without Confirm the change is stored, and the account sends nothing until somebody confirms it.
	Confirm bool `json:"confirm,omitempty"`

	// Ask is whether a person is asked before a program gets a token; nil leaves it as it is.
	Ask *bool `json:"ask,omitempty"`
}

// ConfirmRequest lets an account's secrets go to the origins that a person was shown.
type ConfirmRequest struct {
	Origins []string `json:"origins"`
}

// HoldRequest keeps an account's token as it is until then; the zero time releases it.
type HoldRequest struct {
	Until time.Time `json:"until"`
}

// VerifyResult is who a token belongs to, by the provider's own word.
type VerifyResult struct {
	Name   string `json:"name"`
	OpenID string `json:"open_id"`
	Skew   int    `json:"clock_skew"` // seconds this computer's clock is ahead of the provider's
}

// Edit changes an account.
func (c *Client) Edit(ctx context.Context, ref string, in EditRequest) (Account, error) {
	return ask[Account](ctx, c, "PATCH", "/v1/accounts/"+url.PathEscape(ref), nil, in)
}

// Confirm lets an account's secrets go to the origins that its settings name and a person was shown. For every program but
// Freshkey's own window it waits until a person has agreed there.
func (c *Client) Confirm(ctx context.Context, ref string, origins []string) (Account, error) {
	return ask[Account](ctx, c, "POST", account(ref, "confirm"), nil, ConfirmRequest{origins})
}

// Hold keeps an account's token as it is until a moment; the zero time releases it.
func (c *Client) Hold(ctx context.Context, ref string, until time.Time) (Account, error) {
	return ask[Account](ctx, c, "POST", account(ref, "hold"), nil, HoldRequest{until})
}

// CopyCall copies the header or the curl line of a call of the person's own.
func (c *Client) CopyCall(ctx context.Context, ref string, form Form, in Call) (CopyResult, error) {
	return ask[CopyResult](ctx, c, "POST", account(ref, "copy"), url.Values{"form": {string(form)}}, in)
}

// Verify makes a signed call with the access token and tells whose it is.
func (c *Client) Verify(ctx context.Context, ref string) (VerifyResult, error) {
	return ask[VerifyResult](ctx, c, "POST", account(ref, "verify"), nil, nil)
}

// Log is the account's history, oldest first.
func (c *Client) Log(ctx context.Context, ref string) ([]keeper.Event, error) {
	return ask[[]keeper.Event](ctx, c, "GET", account(ref, "log"), nil, nil)
}
