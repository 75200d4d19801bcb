//go:build linux

package testenv_test

import (
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"freshkey/app/api"
	"freshkey/app/testenv"
	"freshkey/oauth/keeper"
)

// Nothing runs, and the answer of a token endpoint is in the clipboard. The time is only told: it is the machine's, a person's comes on top.
func TestFirstRunFromAnEmptyDesktopToATokenThatWorks(t *testing.T) {
	onEachDesktop(t, true, firstRun)
}

func firstRun(s *scene) {
	answer, err := s.app.Credentials()
	s.must(err)
	s.must(s.SetClipboard(strings.TrimSpace(answer)))
	begun := time.Now()
	defer func() { _, _ = s.app.Freshkey("quit") }()
	s.openWindow()
	s.must(s.Settled())
	s.picture("first-run-empty")
	s.must(s.Keys("ctrl+v")) // into the window itself
	s.must(s.Settled())
	s.picture("first-run-recognised")
	s.must(s.Keys("Return"))
	_, err = s.app.WaitAccount("account", "the account", func(a api.Account) bool { return a.State == keeper.StateFresh })
	s.must(err)
	s.must(s.Settled())
	s.must(s.Keys("ctrl+c"))
	var token string
	s.must(testenv.Eventually("the token in the clipboard", func() bool {
		token, err = s.Clipboard()
		return err == nil && strings.HasPrefix(token, "V3_")
	}))
	s.t.Logf("from an empty desktop to a token in the clipboard: %.1f s", time.Since(begun).Seconds())
	page, err := http.Get(s.app.Base + "/user/profile?clientId=2882303761517000001&token=" + token)
	s.must(err)
	defer page.Body.Close()
	if said, err := io.ReadAll(page.Body); err != nil || !strings.Contains(string(said), `"result":"ok"`) {
		s.t.Errorf("the provider says of the token: %s (%v)", said, err)
	}
}

// Whoever plays with a sandbox of their own in the same profile, by the name that Freshkey's own advice gives it, keeps that.
func TestRehearsalTouchesNoAccountThatItHasNotMade(t *testing.T) {
	s := open(t, true)
	s.must(s.app.StartAgent())
	rehearsal := &testenv.App{Session: s.Session, Binary: s.app.Binary, Profile: "rehearsal", Base: s.app.Base}
	s.must(rehearsal.StartAgent())
	s.must(rehearsal.Add("rehearsal"))
	own, err := rehearsal.Freshkey("token", "rehearsal")
	s.must(err)
	for range 2 {
		s.must(rehearse(t, api.ClientAt(s.app.Socket()), ""))
		_, err = rehearsal.WaitAccount("Rehearsal 2", "the account to play with", func(a api.Account) bool { return a.State == keeper.StateFresh })
		s.must(err)
		if again, err := rehearsal.Freshkey("token", "rehearsal"); err != nil || again != own {
			t.Errorf("the person's own account is another one: %v", err)
		}
		s.must(rehearsal.Quit()) // and its provider goes with it
		s.must(rehearsal.StartAgent())
	}
	if all, err := rehearsal.Freshkey("list", "--json"); err != nil || strings.Count(all, `"id"`) != 2 {
		t.Errorf("accounts pile up: %v %s", err, all)
	}
	s.must(rehearsal.Quit())
}
