//go:build linux

package testenv_test

import (
	"slices"
	"strings"
	"testing"

	"freshkey/app/testenv"
	"freshkey/oauth/keeper"
	"freshkey/oauth/sandbox"
)

// standIn has the notices shown to nobody.
func (s *scene) standIn() *testenv.NoticeServer {
	s.t.Helper()
	s.must(s.StopNotices())
	server, err := s.ServeNotices("actions")
	s.must(err)
	s.t.Cleanup(func() { _ = server.Close() })
	return server
}

// dies has the account's chain refused.
func (s *scene) dies() {
	s.t.Helper()
	s.must(s.app.Break(sandbox.Dead, 1))
	if _, err := s.app.Freshkey("refresh", "work"); exitCode(err) != 3 {
		s.t.Errorf("a chain that was withdrawn: %v", err)
	}
	s.waitState("work", keeper.StateSignIn)
}

// A login starts what shows notices after Freshkey.
func TestANoticeComesAsSoonAsSomethingShowsIt(t *testing.T) {
	s := open(t, true)
	s.ready()
	server := s.standIn()
	server.Fail(true)
	s.dies()
	s.must(testenv.Eventually("the notice to fail", func() bool { return strings.Contains(s.agentLog(), `"msg":"notice"`) }))
	s.must(server.Close())
	s.must(s.ShowNoticesBy("dunst"))
	s.wantUrgency("work: sign in again", "CRITICAL")
	_, err := s.Run("dunstctl", "close-all")
	s.must(err)
	s.must(s.app.Quit())
	s.must(s.app.StartAgent())
	s.waitState("work", keeper.StateSignIn)
	tray, err := s.WaitTray(s.app.PID())
	s.must(err)
	s.waitNotice("work: sign in again") // the one that came late
	s.must(tray.Click("", "Copy access token"))
	if n := s.waitNotice(""); !strings.Contains(n.Title, "Copied") {
		t.Errorf("it was shown, and put away, and is said again: %q", n.Title)
	}
}

// The person was away, and what shows the notices let it go by itself.
func TestANoticeThatExpiredIsPutBackByTheNextAgent(t *testing.T) {
	s := open(t, true)
	s.ready()
	server := s.standIn()
	sent := func(want int) {
		t.Helper()
		s.must(testenv.Eventually("the notice", func() bool {
			return slices.Equal(server.Sent(), slices.Repeat([]string{"test · work: sign in again"}, want))
		}))
	}
	s.dies()
	sent(1)
	s.must(server.TakeAway(testenv.NoticeExpired))
	s.must(s.app.Quit())
	s.must(s.app.StartAgent())
	sent(2)
}
