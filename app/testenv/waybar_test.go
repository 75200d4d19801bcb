//go:build linux

package testenv_test

import (
	"strings"
	"testing"

	"freshkey/app/testenv"
)

// The other kind of desktop: the icon is on waybar, also after that was started anew, and a click copies by the compositor's protocol.
func TestTrayOnWaybarCopies(t *testing.T) {
	s := openOn(t, "sway-", testenv.NewSwayDesktop, true)
	s.ready()
	for round := range 2 {
		tray, err := s.WaitTray(s.app.PID())
		s.must(err)
		s.must(tray.Click("", "Copy access token"))
		s.waitNotice("Copied: access token of work")
		if got, err := s.Clipboard(); err != nil || got != s.token() {
			t.Errorf("the clipboard does not hold the access token: %v", err)
		}
		if types, err := s.Run("timeout", "5", "wl-paste", "--list-types"); err != nil || !strings.Contains(types, "x-kde-passwordManagerHint") {
			t.Errorf("not marked as a secret: %q %v", types, err)
		}
		s.picture("waybar")
		if round == 0 {
			s.must(s.StopPanel())
			s.must(s.StartPanel())
		}
	}
	if out, err := s.app.Freshkey("doctor"); !strings.Contains(out, "A tray is there") || !strings.Contains(out, "is marked as a secret") {
		t.Errorf("doctor: %v %s", err, out)
	}
}
