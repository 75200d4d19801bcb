//go:build linux

package testenv_test

import (
	"errors"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"testing"

	"freshkey/app/api"
	"freshkey/oauth"
	"freshkey/oauth/keeper"
	"freshkey/oauth/sandbox"
)

func exitCode(err error) int {
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		return exit.ExitCode()
	}
	if err != nil {
		return -1
	}
	return 0
}

func atoi(t *testing.T, text string) int {
	t.Helper()
	n, err := strconv.Atoi(strings.TrimSpace(text))
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestRemovedAccountLeavesNothing(t *testing.T) {
	s := open(t, true)
	s.ready()
	_, err := s.app.Freshkey("remove", "work", "--yes")
	s.must(err)
	if out, _ := s.Run("secret-tool", "search", "--all", "service", "Freshkey (test)"); strings.Contains(out, "secret = ") {
		t.Error("a record is left in the keychain")
	}
	s.must(s.app.Add("work"))
}

func TestTransientFailureStaysQuiet(t *testing.T) {
	s := open(t, true)
	tray := s.ready()
	s.must(s.app.Break(sandbox.Unavailable, 1))
	_, _ = s.app.Freshkey("refresh", "work")
	s.waitState("work", keeper.StateWaiting)
	s.must(tray.Click("", "Copy access token"))
	if n := s.waitNotice(""); !strings.Contains(n.Title, "Copied") {
		t.Errorf("first said: %q", n.Title)
	}
}

func TestEditThatIsRefusedChangesNothing(t *testing.T) {
	s := open(t, true)
	s.ready()
	before, err := s.app.Account("work")
	s.must(err)
	record, err := s.Run("secret-tool", "lookup", "service", "Freshkey (test)", "username", before.ID)
	s.must(err)
	_, err = api.ClientAt(s.app.Socket()).Edit(t.Context(), "work", api.EditRequest{Name: "other", ClientSecret: "new", RedirectURI: "no address"})
	if p, ok := errors.AsType[*api.Problem](err); !ok || p.Field != "redirect_uri" {
		t.Errorf("got %v", err)
	}
	after, err := s.app.Account("work")
	s.must(err)
	if now, err := s.Run("secret-tool", "lookup", "service", "Freshkey (test)", "username", before.ID); err != nil || now != record || after.RedirectURI != before.RedirectURI {
		t.Errorf("something was changed all the same: %v", err)
	}
}

func TestManyAddsOfOneNameMakeOneAccount(t *testing.T) {
	s := open(t, true)
	s.must(s.app.StartAgent())
	client := api.ClientAt(s.app.Socket())
	var all sync.WaitGroup
	for range 8 {
		credentials, err := s.app.Credentials()
		s.must(err)
		all.Go(func() {
			_, _ = client.Add(t.Context(), api.AddRequest{Name: "work", Answer: credentials, Provider: oauth.Provider{
				Name: "sandbox", TokenURL: s.app.Base + "/oauth2/token",
			}})
		})
	}
	all.Wait()
	if got, err := client.Accounts(t.Context()); err != nil || len(got) != 1 {
		t.Errorf("%d accounts of one name, %v", len(got), err)
	}
}
