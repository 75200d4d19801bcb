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

	"freshkey/app/api"
	"freshkey/app/testenv"
	"freshkey/oauth"
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
		"refresh": {"refresh", "work"}, "sign-in": {"login", "work", "--no-browser"}, "curl line": {"copy", "work", "curl"},
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
	for _, yes := range []bool{false, true} {
		done := s.inBackground("edit", "work")
		s.answerInWindow(yes)
		if got := <-done; exitCode(got.err) != map[bool]int{false: 1, true: 0}[yes] {
			t.Fatalf("answered %v in the window: %v", yes, got.err)
		}
	}
	_, err = s.app.Freshkey("refresh", "work")
	s.must(err)
	if hits.Load() == 0 {
		t.Error("and nothing went there once it was confirmed")
	}
	back := s.inBackground("edit", "work", "--token-url", s.app.Base+"/oauth2/token", "--authorize-url", s.app.Base+"/oauth2/authorize", "--api-url", s.app.Base)
	s.answerInWindow(false)
	if got := <-back; exitCode(got.err) != 1 {
		t.Errorf("back again, unasked: %v", got.err)
	}
	before := hits.Load()
	if _, err := s.app.Freshkey("refresh", "work"); err != nil || hits.Load() == before { // what nobody agreed to has changed nothing
		t.Errorf("the account was fine, and a person said no to another address for it: %v", err)
	}
	back = s.inBackground("edit", "work", "--token-url", s.app.Base+"/oauth2/token", "--authorize-url", s.app.Base+"/oauth2/authorize", "--api-url", s.app.Base)
	s.answerInWindow(true)
	if got := <-back; exitCode(got.err) != 0 {
		t.Errorf("back again, agreed: %v", got.err)
	}
	s.waitState("work", keeper.StateFresh)
}

// A program of the same user can change an address by the API, and then has nobody's word for it.
func TestProgramCannotAgreeToAnAddressItself(t *testing.T) {
	s := open(t, true)
	s.ready()
	address, hits := s.elsewhere()
	client := api.ClientAt(s.app.Socket())
	a, err := client.Edit(t.Context(), "work", api.EditRequest{Provider: oauth.Provider{TokenURL: address + "/oauth2/token"}})
	s.must(err)
	done := make(chan error, 1)
	go func() {
		_, err := client.Confirm(t.Context(), "work", a.Origins)
		done <- err
	}()
	s.awaitQuestion(func(q api.Question) bool { return len(q.Origins) > 0 })
	for id := range 4 {
		if err := client.AnswerQuestion(t.Context(), id, api.AnswerOnce); err == nil {
			t.Error("a program answered its own question")
		}
	}
	s.must(s.ForgeClick("0"))
	if _, err := client.Refresh(t.Context(), "work"); err == nil {
		t.Error("refreshed where nobody agreed to")
	}
	s.answerInWindow(false)
	if err := <-done; err == nil {
		t.Error("agreed without a person")
	}
	if n := hits.Load(); n != 0 {
		t.Errorf("%d requests went elsewhere", n)
	}
}

// answerInWindow answers it as a person does, by the keyboard.
func (s *scene) answerInWindow(yes bool) {
	s.t.Helper()
	s.awaitQuestion(func(q api.Question) bool { return len(q.Origins) > 0 })
	id, err := s.WaitWindow("Freshkey")
	s.must(err)
	s.must(s.Focus(id))
	s.must(s.SettledFor(readingTime))
	keys := []string{"Tab", "space"}
	if !yes {
		keys = []string{"Tab", "Tab", "space"}
	}
	s.must(s.Keys(keys...))
}
