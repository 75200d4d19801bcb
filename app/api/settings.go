package api

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"time"

	"freshkey/oauth"
	"freshkey/oauth/keeper"
)

// Settings are what a person chose; the zero value is what nobody chose yet. They lie in config.json.
type Settings struct {
	MinValid       string `json:"min_valid,omitempty"`       // of a copied token, like "15m"
	ClearClipboard string `json:"clear_clipboard,omitempty"` // after a copy, like "30s"; empty means a minute, "0" never
	Shortcut       string `json:"shortcut,omitempty"`        // the keys that copy from the account that was copied from last, like "Ctrl+Alt+C"; empty means none
	ShareLeft      int    `json:"share_left,omitempty"`      // percent of a token's life left when it is refreshed; 0 means 20
	Quiet          bool   `json:"quiet,omitempty"`           // no notices but those that need a person
	StartAtLogin   bool   `json:"start_at_login,omitempty"`
	StartHidden    bool   `json:"start_hidden,omitempty"`   // at login, without the window
	Proxy          string `json:"proxy,omitempty"`          // on the way to the providers: NoProxy, or an address; empty means the session's
	Lock           Lock   `json:"lock,omitzero"`            // when what is handed out leaves memory
	CheckReleases  bool   `json:"check_releases,omitempty"` // once a day, whether there is a newer version
	Theme          string `json:"theme,omitempty"`          // "light" or "dark"; empty means the system's
	Language       string `json:"language,omitempty"`       // "en" or "zh-Hans"; empty means the session's
}

// Lock says when the tokens leave memory, and what it takes to have one.
type Lock struct {
	WithKeychain bool   `json:"with_keychain,omitempty"` // none is handed out while the keychain is locked
	WithScreen   bool   `json:"with_screen,omitempty"`   // when the screen is locked
	After        string `json:"after,omitempty"`         // when none was asked for that long, like "15m"; empty means never
	Pauses       bool   `json:"pauses,omitempty"`        // meanwhile nothing is refreshed on schedule
}

// Idle is how long no token is asked for before the tokens leave memory; 0 means for ever.
func (l Lock) Idle() time.Duration {
	d, err := ParseValidity(l.After)
	if err != nil { // left out
		return 0
	}
	return d
}

// What counts where nobody chose.
const (
	DefaultClearAfter = time.Minute
	DefaultMinValid   = 15 * time.Minute
	DefaultShareLeft  = keeper.DefaultShare
)

// MinValidity is how long a copied token shall still work.
func (s Settings) MinValidity() time.Duration {
	if d, err := time.ParseDuration(s.MinValid); err == nil && d > 0 {
		return d
	}
	return DefaultMinValid
}

// ClearAfter is how long a copy stays in the clipboard; 0 means for good.
func (s Settings) ClearAfter() time.Duration {
	d, err := ParseValidity(s.ClearClipboard)
	if err != nil { // left out, or mistyped by hand: a secret is not left lying for that
		return DefaultClearAfter
	}
	return d
}

// Themes are the appearances that can be chosen.
func Themes() []string { return []string{"light", "dark"} }

// Languages are those that Freshkey speaks, as tags of BCP 47.
func Languages() []string { return []string{"en", "zh-Hans"} }

// NoProxy is the proxy setting of who wants none.
const NoProxy = "none"

// ParseProxy reads a proxy's address. One with a password in it is none: these settings are no place for secrets.
func ParseProxy(text string) (*url.URL, error) {
	u, err := url.Parse(text)
	switch {
	case err != nil, u.Host == "", u.User != nil, u.Path != "" && u.Path != "/", u.RawQuery != "", u.Fragment != "":
		return nil, errProxy
	case u.Scheme == "http", u.Scheme == "https", u.Scheme == "socks5":
		return u, nil
	}
	return nil, errProxy
}

var errProxy = errors.New("not the address of a proxy")

// Share is how many percent of a token's life are left when it is refreshed, 5 to 50.
func (s Settings) Share() int {
	if s.ShareLeft == 0 {
		return DefaultShareLeft
	}
	return min(max(s.ShareLeft, 5), 50)
}

// Settings are those that count now.
func (c *Client) Settings(ctx context.Context) (Settings, error) {
	s, err := c.snapshot(ctx)
	return s.Settings, err
}

// snapshot is the first that comes.
func (c *Client) snapshot(ctx context.Context) (Snapshot, error) {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	var got *Snapshot
	err := c.Follow(ctx, func(s Snapshot) {
		if got == nil {
			got = &s
			stop()
		}
	})
	if got != nil {
		return *got, nil
	}
	return Snapshot{}, err
}

// SetSettings stores the settings whole.
func (c *Client) SetSettings(ctx context.Context, s Settings) error {
	return c.tell(ctx, "PUT", "/v1/settings", nil, s)
}

// Providers are all that an account can be added with by name.
func (c *Client) Providers(ctx context.Context) ([]oauth.Provider, error) {
	return ask[[]oauth.Provider](ctx, c, "GET", "/v1/providers", nil, nil)
}

// OwnProviders are the person's own, as they are stored.
func (c *Client) OwnProviders(ctx context.Context) ([]oauth.Provider, error) {
	s, err := c.snapshot(ctx)
	return s.Providers, err
}

// SetProviders stores the person's own providers, whole.
func (c *Client) SetProviders(ctx context.Context, all []oauth.Provider) error {
	return c.tell(ctx, "PUT", "/v1/providers", nil, all)
}

// TestProvider tries a provider out, up to the step that fails.
func (c *Client) TestProvider(ctx context.Context, in TestRequest) (Check, error) {
	return ask[Check](ctx, c, "POST", "/v1/providers/test", nil, in)
}

// TestRequest is a provider to be tried out, and what is known of an app. Without the app, less is tried.
type TestRequest struct {
	oauth.Provider
	ClientID     string `json:"client_id,omitempty"`
	ClientSecret string `json:"client_secret,omitempty"`
}

// Format masks the secret for every verb.
func (r TestRequest) Format(f fmt.State, _ rune) { _, _ = fmt.Fprintf(f, "[test of %q]", r.Name) }

// Rehearse opens a profile of its own with a provider on this computer; on that profile it makes a scenario happen.
func (c *Client) Rehearse(ctx context.Context, scenario string) (account string, err error) {
	of, err := ask[Rehearsed](ctx, c, "POST", "/v1/rehearsal", nil, Scenario{scenario})
	return of.Account, err
}

// Rehearsed is what a scenario happens to.
type Rehearsed struct {
	Account string `json:"account,omitempty"` // its id; empty where the rehearsal was only opened
}

// Scenario is a trouble to rehearse; the empty one only opens the stage.
type Scenario struct {
	Name string `json:"name"`
}
