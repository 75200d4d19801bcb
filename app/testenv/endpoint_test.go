//go:build linux

package testenv_test

import (
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"freshkey/app/testenv"
	"freshkey/oauth/keeper"
)

// elsewhere is a server that takes what is sent to it, and passes it on.
func (s *scene) elsewhere() (address string, hits *atomic.Int64) {
	s.t.Helper()
	base, err := url.Parse(s.app.Base)
	s.must(err)
	hits = &atomic.Int64{}
	server := httptest.NewServer(&httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) {
		hits.Add(1)
		r.SetURL(base)
	}})
	s.t.Cleanup(server.Close)
	return server.URL, hits
}

// Whoever can write config.json does not learn where the secrets are: nothing goes to another address before a person agrees.
func TestSettingsFileDoesNotSendTheSecretsElsewhere(t *testing.T) {
	s := open(t, true)
	tray := s.ready()
	address, hits := s.elsewhere()
	file := filepath.Join(s.Dir, "home", ".config", "freshkey", "profiles", "test", "config.json")
	data, err := os.ReadFile(file)
	s.must(err)
	s.must(os.WriteFile(file, []byte(strings.ReplaceAll(string(data), s.app.Base, address)), 0o600))
	s.waitState("work", keeper.StateMisconfigured)
	s.waitNotice("elsewhere")
	menu, err := tray.Menu()
	s.must(err)
	if !slices.ContainsFunc(menu, func(m testenv.MenuItem) bool { return strings.Contains(m.Label, "elsewhere") }) {
		t.Errorf("the tray does not ask: %v", menu)
	}
	for what, args := range map[string][]string{
		"refresh": {"refresh", "work"}, "sign-in": {"login", "work", "--no-browser"}, "edit": {"edit", "work"}, "curl line": {"copy", "work", "curl"},
	} {
		if out, err := s.app.Freshkey(args...); exitCode(err) != 1 || !strings.Contains(err.Error(), address) {
			t.Errorf("%s: %v\n%s", what, err, out)
		}
	}
	if _, err := s.app.Freshkey("token", "work"); err != nil {
		t.Errorf("the token at hand: %v", err)
	}
	s.must(s.app.Quit())
	s.must(s.app.StartAgent())
	s.waitState("work", keeper.StateMisconfigured)
	if n := hits.Load(); n != 0 {
		t.Fatalf("%d requests went elsewhere", n)
	}
	_, err = s.app.Freshkey("edit", "work", "--yes")
	s.must(err)
	_, err = s.app.Freshkey("refresh", "work")
	s.must(err)
	if hits.Load() == 0 {
		t.Error("and nothing went there once it was confirmed")
	}
	_, err = s.app.Freshkey("edit", "work", "--token-url", s.app.Base+"/oauth2/token", "--authorize-url", s.app.Base+"/oauth2/authorize", "--api-url", s.app.Base)
	if exitCode(err) != 1 || !strings.Contains(err.Error(), s.app.Base) {
		t.Errorf("back again, unasked: %v", err)
	}
	s.must(testenv.Eventually("the question", func() bool {
		a, err := s.app.Account("work")
		return err == nil && a.EndpointChanged()
	}))
}
