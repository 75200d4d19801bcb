//go:build linux

package testenv_test

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"freshkey/app/api"
	"freshkey/oauth/keeper"
)

// plainProvider speaks as RFC 6749 and RFC 7636 say: POST, the app in the header, words for errors, a sign-in with its proof. It rotates refresh
// tokens: who brings a spent one gets no more.
type plainProvider struct {
	mu        sync.Mutex // guards what follows
	live      int        // number of the refresh token that works
	calls     int
	challenge string
	scope     string
}

func (p *plainProvider) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if r.URL.Path == "/authorize" {
		q := r.URL.Query()
		p.challenge, p.scope = q.Get("code_challenge"), q.Get("scope")
		http.Redirect(w, r, q.Get("redirect_uri")+"?"+url.Values{"code": {"one-time"}, "state": {q.Get("state")}}.Encode(), http.StatusFound)
		return
	}
	p.calls++
	user, password, _ := r.BasicAuth()
	proof := sha256.Sum256([]byte(r.FormValue("code_verifier")))
	refuse := func(status int, word string) {
		w.WriteHeader(status)
		_, _ = fmt.Fprintf(w, `{"error":%q,"error_description":"no"}`, word)
	}
	switch {
	case r.URL.Path == "/public" && r.FormValue("client_id") == "app" && !r.Form.Has("client_secret") && user == "":
		_, _ = fmt.Fprintf(w, `{"access_token":"eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJtZSJ9.public-%d","refresh_token":"public-%d","expires_in":3600,"token_type":"Bearer"}`, p.calls, p.calls)
	case r.Method != http.MethodPost || user != "app" || password != "secret%2F%3D":
		refuse(http.StatusUnauthorized, "invalid_client")
	case r.FormValue("grant_type") == "authorization_code" && (r.FormValue("code") != "one-time" || base64.RawURLEncoding.EncodeToString(proof[:]) != p.challenge),
		r.FormValue("grant_type") == "refresh_token" && r.FormValue("refresh_token") != fmt.Sprint("refresh-", p.live):
		refuse(http.StatusBadRequest, "invalid_grant")
	default:
		p.live++
		_ = json.NewEncoder(w).Encode(map[string]any{"access_token": fmt.Sprint("access-", p.live), "refresh_token": fmt.Sprint("refresh-", p.live), "expires_in": 3600, "token_type": "Bearer"})
	}
}

// addPlain adds an account of a plain provider's.
func (s *scene) addPlain(address string) {
	s.t.Helper()
	file := filepath.Join(s.Dir, "plain.json")
	s.must(os.WriteFile(file, []byte(`{"name":"plain","token_url":"`+address+`/token","authorize_url":"`+address+`/authorize","method":"POST",
		"auth_method":"client_secret_basic","pkce":"S256","scopes":["openid","offline_access"]}`), 0o600))
	_, err := s.app.FreshkeyInput(`{"client_secret":"secret/=","refresh_token":"refresh-0"}`, "add", "work", "--provider", file, "--client-id", "app", "--redirect-uri", "http://127.0.0.1:1/back")
	s.must(err)
}

// A provider that says invalid_grant has ended the chain: nobody is helped by asking it again for ever. A sign-in, with its proof, begins a new
// one.
func TestChainOfAPlainProviderLivesEndsAndBeginsAnew(t *testing.T) {
	s := open(t, true)
	s.must(s.app.StartAgent())
	provider := &plainProvider{}
	server := httptest.NewServer(provider)
	defer server.Close()
	s.addPlain(server.URL)
	for range 10 {
		_, err := s.app.Freshkey("refresh", "work")
		s.must(err)
	}
	s.must(s.app.Kill())
	s.must(s.app.StartAgent())
	_, err := s.app.Freshkey("refresh", "work")
	s.must(err)
	provider.mu.Lock()
	if want := fmt.Sprint("access-", provider.live); provider.live < 11 || s.token() != want {
		t.Errorf("the token is %q, want %q", s.token(), want)
	}
	provider.live = 1000 // ended from elsewhere
	calls := provider.calls
	provider.mu.Unlock()
	if _, err := s.app.Freshkey("refresh", "work"); exitCode(err) != 3 {
		t.Errorf("exit code %d: %v", exitCode(err), err)
	}
	s.waitState("work", keeper.StateSignIn)
	s.waitNotice("work")
	if n := provider.calls - calls; n > 2 {
		t.Errorf("asked %d times, which is more than with the refresh token and the one before it", n)
	}

	client := api.ClientAt(s.app.Socket())
	login, err := client.Login(t.Context(), "work", api.LoginRequest{})
	s.must(err)
	page, err := (&http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}).Get(login.AuthorizeURL)
	s.must(err)
	_ = page.Body.Close()
	if _, err := client.Login(t.Context(), "work", api.LoginRequest{Address: page.Header.Get("Location")}); err != nil {
		t.Fatal(err)
	}
	s.waitState("work", keeper.StateFresh)
	if provider.scope != "openid offline_access" || provider.challenge == "" {
		t.Errorf("asked for %q, with the challenge %q", provider.scope, provider.challenge)
	}
	_, err = s.app.Freshkey("refresh", "work")
	s.must(err)
}

// An app without a secret has none in the keychain, and sends none.
func TestAppWithoutASecretIsRefreshed(t *testing.T) {
	s := open(t, true)
	s.must(s.app.StartAgent())
	server := httptest.NewServer(&plainProvider{})
	defer server.Close()
	file := filepath.Join(s.Dir, "public.json")
	s.must(os.WriteFile(file, []byte(`{"name":"public","token_url":"`+server.URL+`/public","method":"POST","auth_method":"none"}`), 0o600))
	_, err := s.app.FreshkeyInput(`{"refresh_token":"public-0"}`, "add", "work", "--provider", file, "--client-id", "app", "--redirect-uri", "http://127.0.0.1:1/back")
	s.must(err)
	s.must(s.app.Kill())
	s.must(s.app.StartAgent())
	_, err = s.app.Freshkey("refresh", "work")
	s.must(err)
	if token := s.token(); !strings.Contains(token, ".public-") {
		t.Errorf("the token is %q", token)
	}
	if out, err := s.app.Freshkey("token", "work", "--claims"); err != nil || strings.Join(strings.Fields(out), "") != `{"sub":"me"}` {
		t.Errorf("claims: %q %v", out, err)
	}
}
