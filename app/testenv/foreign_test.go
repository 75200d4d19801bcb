//go:build linux

package testenv_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"freshkey/oauth/keeper"
)

// plainProvider speaks as RFC 6749 says, POST and words, and rotates refresh tokens: who brings a spent one gets no more.
type plainProvider struct {
	mu    sync.Mutex // guards what follows
	live  int
	calls int
}

func (p *plainProvider) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.calls++
	w.Header().Set("Content-Type", "application/json")
	if r.Method != http.MethodPost || r.FormValue("client_secret") != "secret" {
		w.WriteHeader(http.StatusUnauthorized)
		_, _ = fmt.Fprint(w, `{"error":"invalid_client"}`)
		return
	}
	if r.FormValue("refresh_token") != fmt.Sprint("refresh-", p.live) {
		w.WriteHeader(http.StatusBadRequest)
		_, _ = fmt.Fprint(w, `{"error":"invalid_grant","error_description":"Token is not active"}`)
		return
	}
	p.live++
	_ = json.NewEncoder(w).Encode(map[string]any{"access_token": fmt.Sprint("access-", p.live), "refresh_token": fmt.Sprint("refresh-", p.live), "expires_in": 3600, "token_type": "Bearer"})
}

// A provider that says invalid_grant has ended the chain: nobody is helped by asking it again for ever.
func TestInvalidGrantOfAPlainProviderAsksForASignIn(t *testing.T) {
	s := open(t, true)
	s.must(s.app.StartAgent())
	provider := &plainProvider{}
	server := httptest.NewServer(provider)
	defer server.Close()
	file := filepath.Join(s.Dir, "plain.json")
	s.must(os.WriteFile(file, []byte(`{"name":"plain","token_url":"`+server.URL+`/token","method":"POST"}`), 0o600))
	_, err := s.app.FreshkeyInput(`{"client_secret":"secret","refresh_token":"refresh-0"}`, "add", "work", "--provider", file, "--client-id", "app", "--redirect-uri", "http://127.0.0.1:1/")
	s.must(err)
	for range 10 {
		_, err := s.app.Freshkey("refresh", "work")
		s.must(err)
	}
	if token := s.token(); token != fmt.Sprint("access-", provider.live) {
		t.Errorf("the token is %q", token)
	}
	provider.mu.Lock()
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
}
