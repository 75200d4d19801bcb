//go:build linux

package testenv_test

import (
	"encoding/json"
	"errors"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

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

func keys(t *testing.T, data string) []string {
	t.Helper()
	var object map[string]any
	if err := json.Unmarshal([]byte(data), &object); err != nil {
		t.Fatalf("%v in %s", err, data)
	}
	var all []string
	for k := range object {
		all = append(all, k)
	}
	slices.Sort(all)
	return all
}

func TestScriptsFindWhatTheContractSays(t *testing.T) {
	s := open(t, true)
	s.ready()
	t.Run("token --json", func(t *testing.T) {
		want := []string{"access_token", "expires_at", "expires_in", "mac_algorithm", "mac_key", "open_id", "scope", "token_type"}
		if got := keys(t, s.token("--json")); !slices.Equal(got, want) {
			t.Errorf("got %v, want %v", got, want)
		}
	})
	t.Run("list --json", func(t *testing.T) {
		out, err := s.app.Freshkey("list", "--json")
		if err != nil {
			t.Fatal(err)
		}
		got := keys(t, strings.Trim(strings.TrimSpace(out), "[]"))
		for _, want := range strings.Fields("id name provider client_id state reason detail expires_at next_refresh_at last_refresh_at generation fingerprint held_until scope open_id") {
			if !slices.Contains(got, want) {
				t.Errorf("%s is missing in %v", want, got)
			}
		}
	})
	t.Run("token --env in a shell", func(t *testing.T) {
		out, err := s.RunInput(s.token("--env")+"\nprintf %s \"$ACCESS_TOKEN\"", "sh")
		if err != nil || out != s.token() {
			t.Errorf("%v", err)
		}
	})
	t.Run("min-valid refreshes only if needed", func(t *testing.T) {
		s.token("--min-valid", "1h")
		before, _ := s.app.Counts()
		if before.Hits != 0 {
			t.Errorf("%d requests for a token that was good", before.Hits)
		}
		credentials, err := s.app.Credentials()
		s.must(err)
		hour := time.Now().Add(time.Hour).Format(time.RFC3339)
		s.must(s.app.AddWith("old", strings.Replace(credentials, "{", `{"expires_at":"`+hour+`",`, 1)))
		_, err = s.app.Freshkey("token", "old", "--min-valid", "2h")
		s.must(err)
		if after, _ := s.app.Counts(); after.Hits != 1 {
			t.Errorf("%d requests for a token that was too old", after.Hits)
		}
		if _, err := s.app.Freshkey("token", "old", "--min-valid", "71h"); exitCode(err) != 2 {
			t.Errorf("nearly the whole lifetime, each time a rotation: %v", err)
		}
		if again, _ := s.app.Counts(); again.Hits != 1 {
			t.Errorf("%d requests", again.Hits)
		}
		_, err = s.app.Freshkey("remove", "old", "--yes")
		s.must(err)
	})
	for _, c := range []struct {
		args, input string
		code        int
		says        string
	}{
		{"token nobody", "", 7, "nobody"},
		{"refresh nobody", "", 7, "nobody"},
		{"remove nobody --yes", "", 7, "nobody"},
		{"remove work", "", 2, "--yes"},
		{"token", "", 2, "token NAME"},
		{"nonsense", "", 2, "nonsense"},
		{"list --nonsense", "", 2, "nonsense"},
		{"token work --min-valid soon", "", 2, "--min-valid"},
		{"token work --min-valid 9000h", "", 2, "3 days"}, // found out by the only refresh there is
		{"token work --json --env", "", 2, "--env"},
		{"copy work banana", "", 2, "banana"},
		{"add other", "", 2, "standard input"},
		{"add other", "not json", 2, "JSON"},
		{"add other --client-id 1 --redirect-uri https://e.com", `{"client_secret":"s"}`, 2, "refresh_token"},
		{"add other --client-id 1 --redirect-uri https://e.com", `{"refresh_token":"r"}`, 2, "client_secret"},
		{"add other --client-id 1 --redirect-uri nowhere", `{"client_secret":"s","refresh_token":"r"}`, 2, "redirect_uri"},
		{"add other --client-id 1 --redirect-uri https://e.com", `&&&START&&&{"error":96009,"client_secret":"s"}`, 2, "96009"},
		{"add other --client-id 1 --redirect-uri https://e.com", `{"client_secret":"s","refresh_token":"r","expires_in":[1]}`, 2, "expires_in"},
		{"add work --client-id 1 --redirect-uri https://e.com", `{"client_secret":"s","refresh_token":"r"}`, 2, "already"},
		{"add other --client-id 1 --redirect-uri https://e.com --token-url http://example.com/", `{"client_secret":"s","refresh_token":"r"}`, 2, "token_url"},
		{"add other --provider /nonexistent.json", `{}`, 2, "provider"},
		{"sandbox --listen 0.0.0.0:1", "", 2, "loopback"},
		{"sandbox --fault nonsense", "", 2, "gateway-504"},
		{"version", "", 0, ""},
	} {
		t.Run(c.args, func(t *testing.T) {
			_, err := s.app.FreshkeyInput(c.input, strings.Fields(c.args)...)
			if exitCode(err) != c.code || (err != nil && !strings.Contains(err.Error(), c.says)) {
				t.Errorf("got %v, want exit code %d and %q", err, c.code, c.says)
			}
		})
	}
	if _, err := s.Run(binary, "--profile", "../x", "list"); exitCode(err) != 2 {
		t.Errorf("a profile outside its folder: %v", err)
	}
	if out, err := s.app.Freshkey("list"); err != nil || strings.Count(out, "\n") != 2 {
		t.Errorf("something was stored: %s %v", out, err)
	}
}

func TestOfflineIsExitCodeSixAndSpendsNothing(t *testing.T) {
	s := open(t, true)
	s.ready()
	s.must(s.app.StopSandbox())
	if _, err := s.app.Freshkey("refresh", "work"); exitCode(err) != 6 {
		t.Errorf("got %v, want exit code 6", err)
	}
	if a := s.waitState("work", keeper.StateOffline); a.Reason != oauth.ReasonNoConnection {
		t.Errorf("reason %s", a.Reason)
	}
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

// A person who confirms a removal while no agent runs has confirmed it: the agent that is started for it asks nothing again.
func TestRemovalIsConfirmedOnce(t *testing.T) {
	s := open(t, false)
	s.must(s.app.StartAgent())
	s.must(s.app.Add("work"))
	s.must(s.app.Quit())
	out, err := s.RunInput("work\nwork\n", "script", "-qec", s.app.Binary+" --profile test remove work", "/dev/null")
	s.must(err)
	if n := strings.Count(out, "Type its name"); n != 1 {
		t.Errorf("asked %d times: %q", n, out)
	}
	if _, err := s.app.Freshkey("token", "work"); exitCode(err) != 7 {
		t.Errorf("it is still there: %v", err)
	}
	_, err = s.app.Freshkey("quit")
	s.must(err)
}
