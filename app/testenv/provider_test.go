//go:build linux

package testenv_test

import (
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"testing"

	"freshkey/app/api"
	"freshkey/app/testenv"
	"freshkey/oauth/keeper"
)

// plainSandbox puts a sandbox that speaks plain OAuth 2.0 in the place of the other one.
func (s *scene) plainSandbox(flags ...string) {
	s.t.Helper()
	s.must(s.app.StopSandbox())
	s.must(s.app.StartSandbox("72h", append([]string{"--dialect", "rfc6749"}, flags...)...))
}

// addPlainSandbox adds an account of it, by its issuer and what else its file says.
func (s *scene) addPlainSandbox(name, keys string) {
	s.t.Helper()
	file := filepath.Join(s.Dir, "sandbox.json")
	s.must(os.WriteFile(file, []byte(`{"name":"sandbox","issuer":"`+s.app.Base+`"`+keys+`}`), 0o600))
	answer, err := s.app.Credentials()
	s.must(err)
	_, err = s.app.FreshkeyInput(answer, "add", name, "--provider", file)
	s.must(err)
	s.waitState(name, keeper.StateFresh)
}

// Who ends the command has ended the sign-in: what the person does on the provider's page afterwards changes nothing.
func TestInterruptedDeviceSignInChangesNothing(t *testing.T) {
	s := open(t, true)
	s.must(s.app.StartAgent())
	s.plainSandbox()
	s.addPlainSandbox("work", "")
	before := s.stored()
	client := api.ClientAt(s.app.Socket())
	a, err := s.app.Account("work")
	s.must(err)
	login := s.Command(s.app.Binary, "--profile", "test", "login", "work", "--device", "--no-browser")
	s.must(s.Start(login))
	s.must(testenv.Eventually("the sign-in to begin", func() bool { return s.loginOf(client, a.ID).UserCode != "" }))
	begun := s.loginOf(client, a.ID)
	s.must(login.Process.Signal(os.Interrupt))
	_ = login.Wait()
	s.must(testenv.Eventually("the sign-in to end", func() bool { return s.loginOf(client, a.ID).UserCode == "" }))
	page, err := http.Get(begun.AuthorizeURL)
	s.must(err)
	_ = page.Body.Close()
	_, err = s.app.Freshkey("hold", "work", "1h")
	s.must(err)
	if s.stored() != before {
		t.Error("the chain was replaced")
	}
}

// A provider that answers a spent token again heals what a lost answer broke, and nobody has to sign in.
func TestLostAnswerIsHealedWithinTheGrace(t *testing.T) {
	s := open(t, true)
	s.must(s.app.StartAgent())
	s.plainSandbox("--grace", "10m")
	s.addPlainSandbox("work", `,"reuse_grace":600`)
	s.must(s.app.Break("drop", 1))
	if _, err := s.app.Freshkey("refresh", "work"); err == nil {
		t.Error("the answer was not lost")
	}
	s.waitState("work", keeper.StateFresh)
	c, err := s.app.Counts()
	s.must(err)
	if stored := s.stored().Fingerprint(); c.Reuses != 0 || len(c.Live) != 1 || c.Live[0] != stored {
		t.Errorf("%d reuses, the provider takes %v, stored is %s", c.Reuses, c.Live, stored)
	}
}

func TestPersonIsToldThatTheChainEndsSoon(t *testing.T) {
	s := open(t, true)
	s.must(s.app.StartAgent())
	s.plainSandbox()
	s.addPlainSandbox("work", `,"refresh_lifetime":{"absolute":4}`)
	s.waitNotice("work: sign in again soon")
	out, err := s.app.Freshkey("list", "--json")
	s.must(err)
	var all []struct {
		SignInBy string `json:"sign_in_by"`
	}
	if err := json.Unmarshal([]byte(out), &all); err != nil || len(all) != 1 || all[0].SignInBy == "" {
		t.Errorf("%v %s", err, out)
	}
}

// Where there is a code to be read, a click on "Sign in again" leads to where it is shown.
func TestSignInOnAnotherDeviceFromTheTrayShowsItsCode(t *testing.T) {
	s := open(t, true)
	s.must(s.app.StartAgent())
	tray, err := s.WaitTray(s.app.PID())
	s.must(err)
	s.plainSandbox()
	file := filepath.Join(s.Dir, "tv.json")
	s.must(os.WriteFile(file, []byte(`{"name":"tv","method":"POST","token_url":"`+s.app.Base+`/oauth2/token","device_url":"`+s.app.Base+`/oauth2/device"}`), 0o600))
	_, err = s.app.FreshkeyInput(`{"client_id":"2882303761517000001","client_secret":"rehearsal/secret+only=="}`, "add", "work", "--provider", file, "--device")
	s.must(err)
	a := s.waitState("work", keeper.StateSignIn)
	s.must(tray.Click("", "Sign in again"))
	_, err = s.WaitWindow("Freshkey")
	s.must(err)
	client := api.ClientAt(s.app.Socket())
	s.must(testenv.Eventually("the code", func() bool { return s.loginOf(client, a.ID).UserCode != "" }))
	s.must(s.Settled())
	s.picture("device-code")
	page, err := http.Get(s.loginOf(client, a.ID).AuthorizeURL)
	s.must(err)
	_ = page.Body.Close()
	s.waitState("work", keeper.StateFresh)
}
