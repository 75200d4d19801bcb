package api

import (
	"context"
	"encoding/json"
	"net/url"
	"strconv"
	"strings"
)

// Step is how far a sign-in with the browser has come.
type Step string

// The steps of a sign-in.
const (
	StepBrowser    Step = "browser"    // the person is on the provider's page
	StepExchanging Step = "exchanging" // the code is on its way
	StepConfirm    Step = "confirm"    // another person signed in; shall theirs replace the account's chain?
	StepDone       Step = "done"
	StepFailed     Step = "failed"
)

// Ended reports whether nothing more will happen.
func (s Step) Ended() bool { return s == StepDone || s == StepFailed }

// Login is one sign-in with the browser. It holds no secret.
type Login struct {
	Account      string   `json:"account"` // its id
	Number       int      `json:"number"`  // counts the sign-ins of this agent's life
	Step         Step     `json:"step"`
	AuthorizeURL string   `json:"authorize_url"`
	RedirectURI  string   `json:"redirect_uri"`
	Listening    bool     `json:"listening"`            // it comes home by itself; else the redirect has to be pasted
	NoBrowser    bool     `json:"no_browser,omitempty"` // none could be started, or none has come for the page in five seconds: the person has to open AuthorizeURL
	UserCode     string   `json:"user_code,omitempty"`  // of a sign-in on another device: what to type …
	VisitURL     string   `json:"visit_url,omitempty"`  // … and where; AuthorizeURL may have the code in it already
	Had          string   `json:"had_open_id,omitempty"`
	Got          string   `json:"got_open_id,omitempty"`
	Brought      bool     `json:"brought,omitempty"`   // with a token answer in place of a person at the provider's page
	Elsewhere    bool     `json:"elsewhere,omitempty"` // whoever began it answers its question: no window has to
	Problem      *Problem `json:"problem,omitempty"`   // why it failed, or why it can't listen
}

// LoginRequest begins a sign-in, or hands over the address one ended at.
type LoginRequest struct {
	Browse  bool   `json:"browse"`           // open the person's browser
	Address string `json:"address"`          // the redirected address, the bare code, or a token answer
	Device  bool   `json:"device,omitempty"` // with a code that is typed on whatever device has a browser …
	Page    bool   `json:"page,omitempty"`   // … or on the provider's page, whichever way the account's person signs in else

	Elsewhere bool `json:"elsewhere,omitempty"` // see Login
}

// Login begins a sign-in, or goes on with one that waits for its address. Its progress is in the snapshots.
func (c *Client) Login(ctx context.Context, ref string, in LoginRequest) (Login, error) {
	return ask[Login](ctx, c, "POST", account(ref, "login"), nil, in)
}

// ReplaceChain answers a sign-in that asks whether another person's chain shall replace the account's.
func (c *Client) ReplaceChain(ctx context.Context, ref string, yes bool) error {
	return c.tell(ctx, "POST", account(ref, "login/replace"), nil, ReplaceRequest{yes})
}

// AwaitLogin waits until a sign-in has ended, and is how. One that went fast may never be in a snapshot.
func (c *Client) AwaitLogin(ctx context.Context, ref string, number int) (Login, error) {
	return ask[Login](ctx, c, "GET", account(ref, "login"), numbered(number), nil)
}

// EndLogin gives a sign-in up, or forgets one that has ended. Number 0 is whichever there is; with another one, a sign-in that was begun since stays.
func (c *Client) EndLogin(ctx context.Context, ref string, number int) error {
	return c.tell(ctx, "DELETE", account(ref, "login"), numbered(number), nil)
}

func numbered(number int) url.Values {
	if number == 0 {
		return nil
	}
	return url.Values{"number": {strconv.Itoa(number)}}
}

// AsAnswer is a token answer with what a person brings: the answer itself, or one that holds the refresh token that it is. It is "" where the text
// is plainly neither; a code, or a token that is wrong, is the provider's to refuse.
func AsAnswer(text string) string {
	text = Unquoted(text)
	switch {
	case strings.Contains(text, "{"):
		return text
	case text == "", strings.ContainsAny(text, "[]<>\"' \t\n"), strings.Contains(text, "://"):
		return ""
	}
	answer, _ := json.Marshal(map[string]string{"refresh_token": text}) // strings always marshal
	return string(answer)
}

// Unquoted is what was typed or pasted without what stands around it: blanks, quotes, and the mark at the beginning of a file.
func Unquoted(text string) string {
	return strings.Trim(text, " \t\r\n\"'`\ufeff")
}

// SecretIn is the client secret in JSON as an account is added with, "" if there is none in it. isJSON is false for anything else, as for a secret
// that begins with a brace.
func SecretIn(text string) (secret string, isJSON bool) {
	var in map[string]any
	if json.Unmarshal([]byte(text), &in) != nil || in == nil {
		return "", false
	}
	secret, _ = in["client_secret"].(string)
	return strings.TrimSpace(secret), true
}

// ReplaceRequest is a yes or no.
type ReplaceRequest struct {
	Yes bool `json:"yes"`
}

func account(ref, below string) string { return "/v1/accounts/" + url.PathEscape(ref) + "/" + below }
