// Package api is what agent, window and command line say to each other: types, a client, and a server over a socket that
// only its owner's processes can reach. README.md is the reference. Safe for any goroutine.
package api

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"time"

	"freshkey/oauth"
	"freshkey/oauth/journal"
	"freshkey/oauth/keeper"
)

// Account is one account as scripts and windows see it. It holds no secret.
type Account struct {
	ID            string        `json:"id"`
	Name          string        `json:"name"`
	Provider      string        `json:"provider"`
	ClientID      string        `json:"client_id"`
	RedirectURI   string        `json:"redirect_uri"`
	State         keeper.State  `json:"state"`
	Reason        oauth.Reason  `json:"reason"`
	Detail        string        `json:"detail"`
	Since         time.Time     `json:"since"`
	IssuedAt      time.Time     `json:"issued_at"`
	ExpiresAt     time.Time     `json:"expires_at"`          // of the access token
	KeptBack      bool          `json:"kept_back,omitempty"` // the keychain alone can give the token, and gives none now
	NextRefreshAt time.Time     `json:"next_refresh_at"`
	LastRefreshAt time.Time     `json:"last_refresh_at"`
	Cause         journal.Cause `json:"cause"` // of the current generation
	Generation    int           `json:"generation"`
	Fingerprint   string        `json:"fingerprint"` // of the refresh token
	HeldUntil     time.Time     `json:"held_until"`
	SentAt        time.Time     `json:"sent_at"`      // of the refresh whose answer is missing
	SignInBy      time.Time     `json:"sign_in_by"`   // when a person has to sign in again at the latest, as far as that is known
	SignInSoon    time.Time     `json:"sign_in_soon"` // when it is time to say so

	SupersededAt     time.Time `json:"superseded_at"`      // when another token took the place of the one that was handed out last; zero once that has expired
	CopySupersededAt time.Time `json:"copy_superseded_at"` // and of the one that a person copied last; zero once that has
	Scope            string    `json:"scope"`
	OpenID           string    `json:"open_id"`
	TokenType        string    `json:"token_type"`
	HasMACKey        bool      `json:"has_mac_key"`
	Revocable        bool      `json:"revocable,omitempty"` // its provider ends a chain if it is asked
	Device           bool      `json:"device,omitempty"`    // its provider lets a person sign in on another device

	Ask bool `json:"ask"` // a person is asked before a program gets a token

	Origins          []string `json:"origins"`           // where the settings would have its secrets go
	ConfirmedOrigins []string `json:"confirmed_origins"` // where they may go to; empty while that is not known
}

// MarshalJSON writes times that are not known as null.
func (a Account) MarshalJSON() ([]byte, error) {
	type plain Account
	return json.Marshal(struct {
		plain
		IssuedAt      *time.Time `json:"issued_at"`
		ExpiresAt     *time.Time `json:"expires_at"`
		NextRefreshAt *time.Time `json:"next_refresh_at"`
		LastRefreshAt *time.Time `json:"last_refresh_at"`
		HeldUntil     *time.Time `json:"held_until"`
		SentAt        *time.Time `json:"sent_at"`
		SignInBy      *time.Time `json:"sign_in_by"`
		SignInSoon    *time.Time `json:"sign_in_soon"`
		SupersededAt  *time.Time `json:"superseded_at"`
		Copied        *time.Time `json:"copy_superseded_at"`
	}{
		plain(a), known(a.IssuedAt), known(a.ExpiresAt), known(a.NextRefreshAt), known(a.LastRefreshAt), known(a.HeldUntil), known(a.SentAt), known(a.SignInBy),
		known(a.SignInSoon), known(a.SupersededAt), known(a.CopySupersededAt),
	})
}

// Token is a whole answer to "give me a token". It is all secrets.
type Token struct {
	AccessToken  string    `json:"access_token"`
	TokenType    string    `json:"token_type"`
	MACKey       string    `json:"mac_key"`
	MACAlgorithm string    `json:"mac_algorithm"`
	ExpiresAt    time.Time `json:"expires_at"`
	ExpiresIn    int       `json:"expires_in"` // whole seconds from now
	Scope        string    `json:"scope"`
	OpenID       string    `json:"open_id"`

	SignInNeeded bool `json:"sign_in_needed,omitempty"` // no other follows before a person has signed in, and the provider may have ended this one too
}

// Format masks the token for every fmt verb.
func (t Token) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, "[hidden token]") }

// Format masks the request for every fmt verb: it is full of secrets.
func (r AddRequest) Format(f fmt.State, _ rune) { _, _ = fmt.Fprintf(f, "[request to add %q]", r.Name) }

// AddRequest is a new account. Answer may hold what the other fields leave out: it is what a person pasted or piped in.
type AddRequest struct {
	Name         string         `json:"name"`
	ClientID     string         `json:"client_id"`
	ClientSecret string         `json:"client_secret"`
	RedirectURI  string         `json:"redirect_uri"`
	RefreshToken string         `json:"refresh_token"`
	SignIn       bool           `json:"sign_in"`          // without a token: a sign-in will bring it …
	Device       bool           `json:"device,omitempty"` // … on another device
	Answer       string         `json:"answer"`
	Provider     oauth.Provider `json:"provider"`
}

// Form is what of a token is copied.
type Form string

// The forms a token is copied in.
const (
	FormAccessToken Form = "access-token"
	FormMACKey      Form = "mac-key"
	FormHeader      Form = "header" // the Authorization header of a call for the profile
	FormCurl        Form = "curl"   // that call as a line for a shell
	FormJSON        Form = "json"
	FormEnv         Form = "env"
)

// Forms are all of them.
func Forms() []Form {
	return []Form{FormAccessToken, FormMACKey, FormHeader, FormCurl, FormJSON, FormEnv}
}

// Known reports whether f is a form.
func (f Form) Known() bool {
	return slices.Contains(Forms(), f)
}

// CopyResult says what lies in the clipboard now.
type CopyResult struct {
	Form      Form      `json:"form"`
	Account   string    `json:"account"`
	ExpiresAt time.Time `json:"expires_at"`
	Once      bool      `json:"once,omitempty"`      // it is signed, and good for one request, within minutes
	Elsewhere bool      `json:"elsewhere,omitempty"` // it is a call to no address of the provider's API
}

// Status is who answers.
type Status struct {
	Version string `json:"version"`
	Profile string `json:"profile"`
	PID     int    `json:"pid"`
	Window  int    `json:"window,omitempty"` // the process of the window that it has opened; 0 if there is none
	Tray    bool   `json:"tray"`             // an icon is shown somewhere
	Last    string `json:"last,omitempty"`   // the account that was copied from last, its id
	Locked  bool   `json:"locked"`           // tokens are out of memory; who asks for one has the keychain asked

	SettingsAside string `json:"settings_aside,omitempty"` // where those lie that could not be read when it started: it knows no accounts then

	Releases bool    `json:"releases"`       // the program knows where releases are announced
	Newer    Release `json:"newer,omitzero"` // than this program, if a setting has it looked for
}

// Snapshot is everything a window paints, whole. Events stream it.
type Snapshot struct {
	Revision uint64     `json:"revision"`
	Status   Status     `json:"status"`
	Raise    int        `json:"raise"` // grows when the window shall come to the front
	Accounts []*Account `json:"accounts"`
	Logins   []Login    `json:"logins,omitempty"`

	Questions   []Question   `json:"questions,omitempty"`   // that wait for a person
	Permissions []Permission `json:"permissions,omitempty"` // until the agent ends

	Door      Door             `json:"door,omitzero"` // for programs that speak only HTTP
	Settings  Settings         `json:"settings"`
	Providers []oauth.Provider `json:"providers,omitempty"` // the person's own
}

// QuitResult is the answer to quit.
type QuitResult struct {
	Unsaved  int `json:"unsaved"`  // accounts whose newest token the keychain has not taken
	Unsealed int `json:"unsealed"` // and those that hold one which the disk has not taken either
}

// Check is one line of the doctor's report.
type Check struct {
	Name   string `json:"name"`
	OK     bool   `json:"ok"`
	Result string `json:"result"`
	Advice string `json:"advice,omitempty"`

	Steps []Check `json:"steps,omitempty"` // of a test that has several, up to the one that failed
}
