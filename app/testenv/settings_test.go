//go:build linux

package testenv_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"freshkey/app/api"
	"freshkey/app/testenv"
	"freshkey/oauth"
	"freshkey/oauth/keeper"
)

func TestSettingsAreLivedByAtOnce(t *testing.T) {
	s := open(t, true)
	tray := s.ready()
	client := api.ClientAt(s.app.Socket())
	s.must(client.SetSettings(t.Context(), api.Settings{Language: "zh-Hans", ClearClipboard: "1s", StartAtLogin: true, StartHidden: true, ShareLeft: 50}))
	s.must(tray.Click("", "复制访问令牌"))
	s.waitNotice("已复制")
	s.must(testenv.Eventually("the clipboard to be emptied", func() bool {
		text, err := s.Clipboard()
		return err != nil || text == ""
	}))
	entry, err := os.ReadFile(filepath.Join(s.Dir, "home", ".config", "autostart", "app.freshkey.freshkey-test.desktop"))
	if err != nil || !strings.Contains(string(entry), `"--background"`) {
		t.Errorf("start at login: %v\n%s", err, entry)
	}
	a, err := s.app.Account("work")
	s.must(err)
	if half := a.IssuedAt.Add(a.ExpiresAt.Sub(a.IssuedAt) / 2); a.NextRefreshAt.After(half.Add(a.ExpiresAt.Sub(half))) || a.NextRefreshAt.Before(a.IssuedAt) {
		t.Errorf("next refresh at %v of %v to %v", a.NextRefreshAt, a.IssuedAt, a.ExpiresAt)
	}
	if err := client.SetSettings(t.Context(), api.Settings{MinValid: "soon"}); err == nil || !strings.Contains(err.Error(), "15m") {
		t.Errorf("nonsense was taken: %v", err)
	}
	s.must(s.app.Quit())
	s.must(s.app.StartAgent())
	if _, err := s.app.Freshkey("copy", "nobody"); exitCode(err) != 7 || !strings.Contains(err.Error(), "没有名为") {
		t.Errorf("after a restart it says %v", err)
	}
}

func TestRehearsalShowsEachTrouble(t *testing.T) {
	s := open(t, true)
	s.app.Profile = "rehearsal"
	s.must(s.app.StartAgent())
	client := api.ClientAt(s.app.Socket())
	for scenario, want := range map[string]keeper.State{
		"unavailable": keeper.StateWaiting, "drop": keeper.StateUncertain, "settings": keeper.StateMisconfigured, "dead": keeper.StateSignIn, "gateway-504": keeper.StateUncertain,
	} {
		s.must(rehearse(t, client, "heal"))
		s.waitState("Rehearsal", keeper.StateFresh)
		s.must(rehearse(t, client, scenario))
		s.waitState("Rehearsal", want)
	}
	s.must(rehearse(t, client, "heal"))
	s.waitState("Rehearsal", keeper.StateFresh)
	if err := rehearse(t, client, "earthquake"); err == nil {
		t.Error("an unknown scenario was taken")
	}
	s.must(s.app.Kill()) // and the provider with it
	s.must(s.app.StartAgent())
	s.must(testenv.Eventually("a provider for the account to play with", func() bool {
		_, err := client.Refresh(t.Context(), "Rehearsal")
		return err == nil
	}))
}

func TestAccountFollowsItsProviderToAnotherAddress(t *testing.T) {
	s := open(t, true)
	s.ready()
	client := api.ClientAt(s.app.Socket())
	mended := oauth.Provider{Name: "own", TokenURL: s.app.Base + "/oauth2/token", Prefix: "&&&START&&&"}
	astray := mended
	astray.TokenURL = s.app.Base + "/nowhere"
	s.must(client.SetProviders(t.Context(), []oauth.Provider{astray}))
	credentials, err := s.app.Credentials()
	s.must(err)
	_, err = client.Add(t.Context(), api.AddRequest{Name: "mine", Answer: credentials, Provider: astray})
	s.must(err)
	s.must(client.SetProviders(t.Context(), []oauth.Provider{mended}))
	_, err = client.Refresh(t.Context(), "mine")
	s.must(err)
	s.must(client.SetProviders(t.Context(), nil))
	_, err = client.Refresh(t.Context(), "mine")
	s.must(err)
}

func TestRehearsalIsOpenedOnAProfileOfItsOwn(t *testing.T) {
	s := open(t, true)
	s.ready()
	s.must(rehearse(t, api.ClientAt(s.app.Socket()), ""))
	other := *s.app
	other.Profile = "rehearsal"
	s.must(testenv.Eventually("the rehearsal's agent", func() bool {
		_, err := os.Stat(other.Socket())
		return err == nil
	}))
	_, err := other.WaitAccount("Rehearsal", "the account to play with", func(a api.Account) bool { return a.State == keeper.StateFresh })
	s.must(err)
	_, err = s.WaitWindow("Freshkey")
	s.must(err)
	_, err = other.Freshkey("quit")
	s.must(err)
	s.wantChain()
}

// rehearse makes a scenario happen.
func rehearse(t *testing.T, client *api.Client, scenario string) error {
	_, err := client.Rehearse(t.Context(), scenario)
	return err
}
