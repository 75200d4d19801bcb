//go:build linux

package testenv_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"freshkey/app/api"
	"freshkey/app/testenv"
	"freshkey/oauth/keeper"
	"freshkey/oauth/sandbox"
)

func TestTrayCopiesWhatTheProviderTakes(t *testing.T) {
	s := open(t, true)
	tray := s.ready()
	s.wantChain()

	if id, err := tray.Property("Id"); err != nil || id != "Freshkey" {
		t.Errorf("the tray's id is %v, %v: panels would forget where the icon was", id, err)
	}
	before := labels(t, tray)
	s.must(tray.Click("", "Copy access token"))
	s.waitNotice("Copied: access token of work")
	if got, err := s.Clipboard(); err != nil || got != s.token() {
		t.Errorf("the clipboard does not hold the access token: %v", err)
	}
	s.must(tray.Click("", "Copy MAC key"))
	s.waitNotice("Copied: MAC key of work")
	if got, err := s.Clipboard(); err != nil || got != s.token("--mac-key") {
		t.Errorf("the clipboard does not hold the MAC key: %v", err)
	}
	targets, err := s.Run("xclip", "-selection", "clipboard", "-out", "-t", "TARGETS")
	if err != nil || !strings.Contains(targets, "x-kde-passwordManagerHint") {
		t.Errorf("clipboard managers are not asked to forget it: %s %v", targets, err)
	}
	s.must(tray.Click("", "Refresh now"))
	_, err = s.app.WaitAccount("work", "generation 2", func(a api.Account) bool { return a.Generation == 2 && a.State == keeper.StateFresh })
	s.must(err)
	s.wantChain()
	after := labels(t, tray)
	for label, id := range before {
		if again, ok := after[label]; ok && again != id {
			t.Errorf("%q was built anew: an open menu would break", label)
		}
	}
	if c, err := s.app.Counts(); err != nil || c.Hits != 1 {
		t.Errorf("%d requests, %v", c.Hits, err)
	}
}

func labels(t *testing.T, tray *testenv.Tray) map[string]int32 {
	t.Helper()
	menu, err := tray.Menu()
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]int32{}
	for _, m := range menu {
		all[m.Label] = m.ID
	}
	return all
}

func TestDeadChainNotifiesOnceAndTheTokenStaysInUse(t *testing.T) {
	s := open(t, true)
	tray := s.ready()
	token := s.token()
	s.must(s.app.Break(sandbox.Dead, -1))
	s.must(tray.Click("", "Refresh now"))
	s.waitNotice("work: sign in again")
	if got := s.token(); got != token {
		t.Error("the access token is not served to its expiry")
	}
	if _, err := s.app.Freshkey("refresh", "work"); exitCode(err) != 3 {
		t.Errorf("refresh: %v, want exit code 3", err)
	}
	if _, err := s.app.Freshkey("token", "work", "--min-valid", "72h"); exitCode(err) != 3 {
		t.Errorf("token --min-valid: %v, want exit code 3", err)
	}
	s.must(tray.Click("", "Copy access token"))
	if n := s.waitNotice(""); !strings.Contains(n.Title, "Copied") {
		t.Errorf("said twice: %q", n.Title)
	}
	if c, err := s.app.Counts(); err != nil || c.Hits != 1 {
		t.Errorf("a refused token was sent again: %d requests, %v", c.Hits, err)
	}
}

func TestAgentKilledWhileUnsavedLosesNothing(t *testing.T) {
	s := open(t, true)
	s.ready()
	s.must(s.app.Break(sandbox.Slow, 1))
	done := make(chan error, 1)
	go func() {
		_, err := s.app.Freshkey("refresh", "work")
		done <- err
	}()
	s.must(testenv.Eventually("the request", func() bool { c, err := s.app.Counts(); return err == nil && c.Hits == 1 }))
	s.must(s.Lock()) // between the request and its answer
	if err := <-done; exitCode(err) != 4 {
		t.Errorf("refresh: %v, want exit code 4", err)
	}
	s.waitState("work", keeper.StateUnsaved)
	s.waitNotice("work: new token not saved yet")
	fresh := s.token()
	s.must(s.app.Kill())
	s.must(s.Unlock())
	s.must(s.app.StartAgent())
	a := s.waitState("work", keeper.StateFresh)
	if a.Generation != 2 || s.token() != fresh {
		t.Errorf("generation %d; the token that was served is not the one that is stored", a.Generation)
	}
	s.wantChain()
}

func TestAgentKilledAtRestLosesNothing(t *testing.T) {
	s := open(t, true)
	s.ready()
	token := s.token()
	s.must(s.app.Kill())
	if got := s.token(); got != token { // the command starts an agent
		t.Error("another token after the restart")
	}
	if c, err := s.app.Counts(); err != nil || c.Hits != 0 {
		t.Errorf("a restart spent a rotation: %d requests, %v", c.Hits, err)
	}
	_, err := s.app.Freshkey("quit")
	s.must(err)
}

func TestLockedKeychainIsSaidAndHealsByItself(t *testing.T) {
	s := open(t, true)
	s.ready()
	s.must(s.app.Quit())
	s.must(s.Lock())
	s.must(s.app.StartAgent())
	s.waitState("work", keeper.StateLocked)
	s.waitNotice("work: the keychain can't be read")
	if _, err := s.app.Freshkey("token", "work"); exitCode(err) != 4 {
		t.Errorf("token: %v, want exit code 4", err)
	}
	if _, err := s.app.Freshkey("doctor"); exitCode(err) != 4 {
		t.Errorf("doctor: %v, want exit code 4", err)
	}
	s.must(s.Unlock())
	s.waitState("work", keeper.StateFresh)
	s.wantChain()
}

// picture writes what the screen shows, if somebody wants to look at it: FRESHKEY_PICTURES names a folder.
func (s *scene) picture(name string) {
	if dir := os.Getenv("FRESHKEY_PICTURES"); dir != "" {
		s.must(s.Picture(filepath.Join(dir, s.pictures+name+".png")))
	}
}

// What was copied goes by itself, unless the person keeps it.
func TestTrayTellsWhenACopyGoesAndKeepsIt(t *testing.T) { onEachPanel(t, keepsACopy) }

func keepsACopy(s *scene) {
	tray := s.ready()
	tooltip := func() string {
		v, err := tray.Property("ToolTip")
		s.must(err)
		return fmt.Sprint(v)
	}
	if strings.Contains(tooltip(), "emptied") {
		s.t.Errorf("nothing was copied: %s", tooltip())
	}
	s.must(tray.Click("", "Copy access token"))
	s.must(testenv.Eventually("the tooltip to tell", func() bool { return strings.Contains(tooltip(), "The clipboard is emptied in") }))
	s.must(tray.Click("", "Keep in the clipboard (emptied in"))
	s.must(testenv.Eventually("the tooltip to tell no more", func() bool { return !strings.Contains(tooltip(), "emptied") }))
	if got, err := s.Clipboard(); err != nil || got != s.token() {
		s.t.Errorf("it was not kept: %v", err)
	}
}

// An agent that is gone answers no click. The next one puts back what nobody has seen to, and says nothing again that a person has put away.
func TestNoticesGoWithTheAgentAndComeBackUnlessTheyWerePutAway(t *testing.T) {
	s := open(t, true)
	s.ready()
	s.must(s.app.Break("dead", 1))
	_, err := s.app.Freshkey("refresh", "work")
	if exitCode(err) != 3 {
		t.Errorf("a chain that was withdrawn: %v", err)
	}
	s.waitNotice("work: sign in again")
	shown := func(want string) {
		s.must(testenv.Eventually(want+" notices", func() bool {
			out, err := s.Run("dunstctl", "count", "displayed")
			s.must(err)
			return strings.TrimSpace(out) == want
		}))
	}
	shown("1")
	s.must(s.app.Quit())
	shown("0")
	s.must(s.app.StartAgent())
	s.waitNotice("work: sign in again")
	shown("1")
	s.wantUrgency("work: sign in again", "CRITICAL") // and so it stays until somebody has seen it
	_, err = s.Run("dunstctl", "close-all")
	s.must(err)
	shown("0")
	s.must(s.app.Quit())
	s.must(s.app.StartAgent())
	s.waitState("work", keeper.StateSignIn)
	tray, err := s.WaitTray(s.app.PID())
	s.must(err)
	s.must(tray.Click("", "Copy access token"))
	if n := s.waitNotice(""); !strings.Contains(n.Title, "Copied") {
		t.Errorf("said twice a day: %q", n.Title)
	}
	s.wantUrgency("Copied: access token of work", "NORMAL")
}

// wantUrgency fails unless the last notice of that title was as urgent.
func (s *scene) wantUrgency(title, urgency string) {
	s.t.Helper()
	got, err := s.Urgency("test · " + title) // the profile's name is in all of them
	s.must(err)
	if got != urgency {
		s.t.Errorf("%q is %s, not %s", title, got, urgency)
	}
}
