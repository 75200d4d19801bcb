package api

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"sync/atomic"
	"time"

	"freshkey/oauth/keeper"
)

// ErrNoAgent is a socket nobody answers on.
var ErrNoAgent = errors.New("no agent answers")

// ErrGone is an agent that went while it was asked, or followed: it may have done what it was asked for.
var ErrGone = errors.New("the agent has gone")

// ErrEnded is an agent that was followed until it ended by itself. It is an ErrGone.
var ErrEnded = fmt.Errorf("%w: it has ended", ErrGone)

// Client speaks to a profile's agent. Errors are *Problem if the agent said no, ErrNoAgent if there is none.
type Client struct {
	address string
	noted   func() string // where the agent says it is; nil for one that is known to be at the address
	acted   atomic.Bool   // see OnlyRead

	// OnAsking is called when a call waits for a person who is asked about it; nil for nobody who wants to know.
	OnAsking func()

	// OnLanguage is called with the language in which an answer speaks to people, before the answer is returned; nil for nobody who wants to know.
	OnLanguage func(tag string)
}

// NewClient makes a client; nothing is connected yet.
func NewClient(p Profile) (*Client, error) {
	address, err := p.Address()
	if err != nil { // there is no such folder here; an agent may be elsewhere all the same
		if there := p.noted(); there != "" {
			return ClientAt(there), nil
		}
		return nil, err
	}
	return &Client{address: address, noted: p.noted}, nil
}

// ClientAt makes a client for a socket that is known.
func ClientAt(address string) *Client {
	return &Client{address: address}
}

// OnlyRead reports whether nothing was asked through this client so far but for answers: if its agent goes, the next one can be asked for all of them
// again. A token may have been refreshed for one; then the next agent has it, or knows that it was sent.
func (c *Client) OnlyRead() bool { return !c.acted.Load() }

// Status tells who answers.
func (c *Client) Status(ctx context.Context) (Status, error) {
	return ask[Status](ctx, c, "GET", "/v1/status", nil, nil)
}

// Accounts lists all accounts, by name.
func (c *Client) Accounts(ctx context.Context) ([]Account, error) {
	return ask[[]Account](ctx, c, "GET", "/v1/accounts", nil, nil)
}

// Add stores a new account.
func (c *Client) Add(ctx context.Context, in AddRequest) (Account, error) {
	return ask[Account](ctx, c, "POST", "/v1/accounts", nil, in)
}

// Remove deletes an account and its secrets. ref is its name or id, here and below.
func (c *Client) Remove(ctx context.Context, ref string) error {
	return c.tell(ctx, "DELETE", "/v1/accounts/"+url.PathEscape(ref), nil, nil)
}

// RevokeAndRemove has the provider end the account's chain, and deletes it then. A chain that could not be ended stays.
func (c *Client) RevokeAndRemove(ctx context.Context, ref string) error {
	return c.tell(ctx, "DELETE", "/v1/accounts/"+url.PathEscape(ref), url.Values{"revoke": {"1"}}, nil)
}

// Refresh rotates the account's chain now.
func (c *Client) Refresh(ctx context.Context, ref string) (Account, error) {
	return ask[Account](ctx, c, "POST", "/v1/accounts/"+url.PathEscape(ref)+"/refresh", nil, nil)
}

// Token returns a token valid for at least minValid, or for the default with keeper.DefaultValidity.
func (c *Client) Token(ctx context.Context, ref string, minValid time.Duration) (Token, error) {
	return ask[Token](ctx, c, "GET", "/v1/accounts/"+url.PathEscape(ref)+"/token", validity(minValid), nil)
}

// Copy puts a token into the agent's clipboard.
func (c *Client) Copy(ctx context.Context, ref string, form Form, minValid time.Duration) (CopyResult, error) {
	q := validity(minValid)
	q.Set("form", string(form))
	return ask[CopyResult](ctx, c, "POST", "/v1/accounts/"+url.PathEscape(ref)+"/copy", q, nil)
}

// CopyAndSay is Copy for whoever pressed a key and sees nothing: a notice says what came of it.
func (c *Client) CopyAndSay(ctx context.Context, ref string, form Form, minValid time.Duration) (CopyResult, error) {
	q := validity(minValid)
	q.Set("form", string(form))
	q.Set("say", "1")
	return ask[CopyResult](ctx, c, "POST", "/v1/accounts/"+url.PathEscape(ref)+"/copy", q, nil)
}

func validity(d time.Duration) url.Values {
	q := url.Values{}
	if d != keeper.DefaultValidity {
		q.Set("min_valid", d.String())
	}
	return q
}

// Doctor runs the agent's checks.
func (c *Client) Doctor(ctx context.Context) ([]Check, error) {
	return ask[[]Check](ctx, c, "GET", "/v1/doctor", nil, nil)
}

// Unlock ends a lock; if the keychain is locked too, the person is asked for its password first.
func (c *Client) Unlock(ctx context.Context) error {
	return c.tell(ctx, "POST", "/v1/unlock", nil, nil)
}

// Lock takes the tokens out of the agent's memory; who asks for one has the keychain asked.
func (c *Client) Lock(ctx context.Context) error {
	return c.tell(ctx, "POST", "/v1/lock", nil, nil)
}

// OpenWindow opens the window, or brings it to the front.
func (c *Client) OpenWindow(ctx context.Context) error {
	return c.tell(ctx, "POST", "/v1/window", nil, nil)
}

// Quit ends the agent. It finishes what it has sent first.
func (c *Client) Quit(ctx context.Context) (QuitResult, error) {
	return ask[QuitResult](ctx, c, "POST", "/v1/quit", nil, nil)
}

// Restart ends the agent as Quit does, and has its program start again, with the window: it may have been replaced by another
// version.
func (c *Client) Restart(ctx context.Context) error {
	return c.tell(ctx, "POST", "/v1/restart", nil, nil)
}

// Follow calls show with each snapshot until ctx ends or the agent goes, and returns why it ended: ErrGone if it is the agent, and of that ErrEnded
// if nobody killed it.
func (c *Client) Follow(ctx context.Context, show func(Snapshot)) error {
	c.acted.Store(true)
	resp, err := c.send(ctx, "GET", "/v1/events", nil, nil)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	dec := json.NewDecoder(resp.Body)
	for {
		var s Snapshot
		if err := dec.Decode(&s); err != nil {
			if ctx.Err() != nil {
				return ctx.Err()
			}
			if errors.Is(err, io.EOF) { // it has said so; of one that was killed the answer breaks off
				return ErrEnded
			}
			return ErrGone
		}
		show(s)
	}
}

// ask makes a call and reads its answer.
func ask[T any](ctx context.Context, c *Client, method, path string, q url.Values, in any) (T, error) {
	var out, none T
	resp, err := c.send(ctx, method, path, q, in)
	if err != nil {
		return none, err
	}
	defer resp.Body.Close()
	if err := json.NewDecoder(resp.Body).Decode(&out); err != nil {
		return none, fmt.Errorf("%w: it broke off in its answer", ErrGone)
	}
	return out, nil
}

// tell makes a call whose answer says nothing.
func (c *Client) tell(ctx context.Context, method, path string, q url.Values, in any) error {
	_, err := ask[empty](ctx, c, method, path, q, in)
	return err
}

func (c *Client) send(ctx context.Context, method, path string, q url.Values, in any) (*http.Response, error) {
	if method != http.MethodGet {
		c.acted.Store(true)
	}
	var body io.Reader
	if in != nil {
		data, err := json.Marshal(in)
		if err != nil {
			return nil, err
		}
		body = bytes.NewReader(data)
	}
	req, err := http.NewRequestWithContext(ctx, method, "http://freshkey"+path+"?"+q.Encode(), body)
	if err != nil {
		return nil, err
	}
	resp, err := c.exchange(req)
	if err != nil && ctx.Err() != nil {
		return nil, ctx.Err()
	}
	if err != nil {
		return nil, err
	}
	c.heard(resp)
	if resp.StatusCode == http.StatusOK {
		return resp, nil
	}
	defer resp.Body.Close()
	var failed struct {
		Error *Problem `json:"error"`
	}
	if err := json.NewDecoder(resp.Body).Decode(&failed); err != nil || failed.Error == nil {
		return nil, fmt.Errorf("the agent answered with status %d", resp.StatusCode)
	}
	return nil, failed.Error
}

// heard tells in which language an answer speaks.
func (c *Client) heard(resp *http.Response) {
	if spoken := resp.Header.Get("Content-Language"); spoken != "" && c.OnLanguage != nil {
		c.OnLanguage(spoken)
	}
}
