package oauth_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"

	"freshkey/oauth"
)

// RFC 7636, appendix B.
func TestChallengeIsTheStandards(t *testing.T) {
	p, err := oauth.Provider{
		Name: "ours", TokenURL: "https://id.example.com/token", AuthorizeURL: "https://id.example.com/authorize", PKCE: oauth.PKCES256,
		Scopes: []string{"openid", "offline_access"}, AuthorizeParams: map[string]string{"prompt": "consent"},
	}.Resolve()
	if err != nil {
		t.Fatal(err)
	}
	address, err := oauth.AuthorizeURL(p, "app", "http://127.0.0.1:1/", "xyz", "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk")
	if err != nil {
		t.Fatal(err)
	}
	u, _ := url.Parse(address)
	for name, want := range map[string]string{
		"code_challenge": "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM", "code_challenge_method": "S256", "scope": "openid offline_access", "prompt": "consent",
		"state": "xyz", "skip_confirm": "", "code_verifier": "",
	} {
		if got := u.Query().Get(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	if a, b := p.NewVerifier(), p.NewVerifier(); len(a.Reveal()) != 43 || a == b {
		t.Errorf("verifiers of %d letters, equal: %v", len(a.Reveal()), a == b)
	}
	if oauth.BuiltIn().NewVerifier() != "" {
		t.Error("a provider that knows nothing of PKCE is sent some")
	}
}

// What an app shows of itself is what its provider asks for: a secret in the wrong place is refused, or logged.
func TestAppShowsWhoItIsAsItsProviderAsks(t *testing.T) {
	const secret = "s/e+c r:e%t=="
	for method, want := range map[oauth.AuthMethod]struct{ user, password, id, secret string }{
		"":              {"", "", "an app", secret},
		oauth.AuthBasic: {"an+app", "s%2Fe%2Bc+r%3Ae%25t%3D%3D", "", ""}, // each encoded as in a form (RFC 6749 §2.3.1)
		oauth.AuthNone:  {"", "", "an app", ""},
	} {
		var got *http.Request
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			_ = r.ParseForm()
			got = r
			_, _ = w.Write([]byte(`{"access_token":"a","refresh_token":"r"}`))
		}))
		p, err := oauth.Provider{Name: "ours", TokenURL: server.URL, Method: "POST", AuthMethod: method, TokenParams: map[string]string{"audience": "api"}}.Resolve()
		if err != nil {
			t.Fatal(err)
		}
		account := oauth.Account{ClientID: "an app", RedirectURI: "http://127.0.0.1:1/"}
		form := oauth.GrantForm(p, account, secret, oauth.AuthorizationGrant{Code: "code", Verifier: "proof"})
		if _, err := (oauth.Exchange{}).Send(t.Context(), p, form, nil); err != nil {
			t.Fatal(err)
		}
		server.Close()
		user, password, _ := got.BasicAuth()
		if user != want.user || password != want.password || got.PostForm.Get("client_id") != want.id || got.PostForm.Get("client_secret") != want.secret {
			t.Errorf("%q: header %q %q, form %q", method, user, password, got.PostForm)
		}
		if got.PostForm.Get("code_verifier") != "proof" || got.PostForm.Get("code") != "code" || got.PostForm.Get("audience") != "api" || got.URL.RawQuery != "" {
			t.Errorf("%q: %q %q", method, got.PostForm, got.URL.RawQuery)
		}
		if form.Get("client_id") == "" {
			t.Errorf("%q: the form was changed", method)
		}
	}
}

func TestClientSideOfAProviderFileIsChecked(t *testing.T) {
	for field, change := range map[string]func(*oauth.Provider){
		"auth_method":      func(p *oauth.Provider) { p.AuthMethod = "private_key_jwt" },
		"pkce":             func(p *oauth.Provider) { p.PKCE = "plain" },
		"scopes":           func(p *oauth.Provider) { p.Scopes = []string{"one two"} },
		"authorize_params": func(p *oauth.Provider) { p.AuthorizeParams = map[string]string{"state": "mine"} },
		"token_params":     func(p *oauth.Provider) { p.TokenParams = map[string]string{"client_secret": "mine"} },
		"codes":            func(p *oauth.Provider) { p.Codes = map[oauth.ErrorCode]oauth.Class{"two words": oauth.Dead} },
	} {
		p := oauth.Provider{Name: "ours", TokenURL: "https://id.example.com/token"}
		change(&p)
		_, err := p.Resolve()
		if x, ok := err.(*oauth.FieldError); !ok || x.Field != field {
			t.Errorf("%s: %v", field, err)
		}
	}
}
