package agent

import (
	"os"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"freshkey/app/api"
	"freshkey/oauth"
	"freshkey/oauth/journal"
)

// A paste with what editors and shells put around it is still a token answer: sent as a code it would be in a provider's log.
func TestTokenAnswerIsNeverTakenForACode(t *testing.T) {
	answer := `{"refresh_token":"R3_brought"}`
	bare(t, func(t *testing.T, a *Agent) {
		a.addForTest(t, firstID, "one")
		account, err := a.find("one")
		if err != nil {
			t.Fatal(err)
		}
		for _, text := range []string{answer, "\ufeff" + answer, "'" + answer + "'", " \"" + answer + "\"\r\n", "`" + answer + "`"} {
			if g, err := a.readBrought(t.Context(), account, text); err != nil || g.refresh != "R3_brought" {
				t.Errorf("%q: %v %v", text, g.refresh.Fingerprint(), err)
			}
			if again := api.AsAnswer(text); again != answer {
				t.Errorf("%q becomes %q", text, again)
			}
		}
		if code, err := oauth.ReadRedirect(oauth.BuiltIn(), "see: "+answer, ""); err == nil {
			t.Errorf("%q is a code", code.Reveal())
		}
		if code, err := oauth.ReadRedirect(oauth.BuiltIn(), answer, ""); err == nil {
			t.Errorf("%q is a code", code.Reveal())
		}
	})
}

// The question may stand for ten minutes, and the other profile is told nothing of it.
func TestProfileThatGetsATokenWhileAnotherIsAskedAboutItKeepsIt(t *testing.T) {
	home := t.TempDir()
	for _, name := range []string{"HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME"} {
		t.Setenv(name, home)
	}
	profile, err := api.ParseProfile("two")
	if err != nil {
		t.Fatal(err)
	}
	dir, err := profile.ConfigDir()
	if err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	bare(t, func(t *testing.T, a *Agent) {
		theirs := &shelf{values: map[string][]byte{}}
		a.options.Open = func(string) Vault { return theirs }
		a.addForTest(t, firstID, "one")
		begun, err := a.Login(t.Context(), "one", api.LoginRequest{Address: `{"refresh_token":"R3_brought"}`, Elsewhere: true})
		if err != nil {
			t.Fatal(err)
		}
		if synctest.Wait(); a.loginStatus(a.logins.of(firstID)).Step != api.StepConfirm {
			t.Fatal("nobody was asked")
		}
		record, err := journal.First("s", oauth.Token{Refresh: "R3_brought", Issued: time.Now()}, "here").Encode()
		if err != nil {
			t.Fatal(err)
		}
		theirs.values[secondID] = record
		file, _, err := openConfig(dir)
		if err != nil {
			t.Fatal(err)
		}
		if err := file.edit(func(c *config) {
			c.Accounts = append(c.Accounts, saved(oauth.Account{ID: secondID, Name: "his", ClientID: "1", RedirectURI: "https://example.com/", Provider: oauth.Provider{Name: "x", TokenURL: "http://127.0.0.1:1/"}}))
		}); err != nil {
			t.Fatal(err)
		}
		if err := a.ReplaceChain("one", api.ReplaceRequest{Yes: true}); err != nil {
			t.Fatal(err)
		}
		end, err := a.AwaitLogin(t.Context(), "one", begun.Number)
		if err != nil || end.Problem == nil || !strings.Contains(end.Problem.What, "his") {
			t.Errorf("%v, %+v", err, end.Problem)
		}
		if account, err := a.find("one"); err != nil || account.Fingerprint != oauth.Secret("one").Fingerprint() {
			t.Errorf("it has #%s by now: %v", account.Fingerprint, err)
		}
	})
}
