//go:build linux

package testenv_test

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"freshkey/app/testenv"
)

// A provider that forgets everybody is one trouble, and one notice, whoever shows it: twelve would bury what they say.
func TestTwelveAccountsThatFailForOneReasonAreOneNotice(t *testing.T) {
	for _, server := range []string{"dunst", "/usr/lib/x86_64-linux-gnu/xfce4/notifyd/xfce4-notifyd"} {
		t.Run(filepath.Base(server), func(t *testing.T) { twelveFail(open(t, true), server) })
	}
	t.Run("mako", func(t *testing.T) { twelveFail(openOn(t, "sway-", testenv.NewSwayDesktop, true), "mako") })
}

func twelveFail(s *scene, server string) {
	s.must(s.app.StartAgent())
	none := s.standIn() // they fail before anybody shows notices, so that no time has to pass
	none.Fail(true)
	s.must(s.app.Break("dead", 12))
	for n := range 12 {
		name := fmt.Sprintf("rig %02d", n+1)
		s.must(s.app.Add(name))
		if _, err := s.app.Freshkey("refresh", name); exitCode(err) != 3 {
			s.t.Errorf("%s: %v", name, err)
		}
	}
	tray, err := s.WaitTray(s.app.PID())
	s.must(err)
	s.must(testenv.Eventually("the tooltip to count them", func() bool {
		tooltip, err := tray.Property("ToolTip")
		return err == nil && strings.Contains(fmt.Sprint(tooltip), "and 11 more")
	}))
	s.must(none.Close())
	s.must(s.ShowNoticesBy(server))
	s.waitNotice("rig 01, rig 02, rig 03, 9 more: sign in again")
	s.must(s.Settled())
	s.picture("twelve-fail-" + filepath.Base(server))
}
