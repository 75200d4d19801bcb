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
	s := open(t, true)
	answer, err := s.app.Credentials()
	s.must(err)
	_, err = s.RunInput(strings.TrimSpace(answer), "sh", "-c", "xclip -selection clipboard >/dev/null 2>&1")
	s.must(err)
	begun := time.Now()
	defer func() { _, _ = s.app.Freshkey("quit") }()
	s.openAddPage()
	s.picture("first-run-empty-form")
	s.must(s.Keys("ctrl+v"))
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
	t.Logf("from an empty desktop to a token in the clipboard: %.1f s", time.Since(begun).Seconds())
	page, err := http.Get(s.app.Base + "/user/profile?clientId=2882303761517000001&token=" + token)
	s.must(err)
	defer page.Body.Close()
	if said, err := io.ReadAll(page.Body); err != nil || !strings.Contains(string(said), `"result":"ok"`) {
		t.Errorf("the provider says of the token: %s (%v)", said, err)
	}
}

// One click in an empty window opens a rehearsal that is ready to be played with.
func TestRehearsalIsOneClickAway(t *testing.T) {
	s := open(t, true)
	s.must(s.app.StartAgent())
	rehearsal := &testenv.App{Session: s.Session, Binary: s.app.Binary, Profile: "rehearsal"}
	defer func() { _, _ = rehearsal.Freshkey("quit") }()
	s.must(api.ClientAt(s.app.Socket()).Rehearse(t.Context(), ""))
	_, err := s.WaitWindow("Freshkey")
	s.must(err)
	_, err = rehearsal.WaitAccount("Rehearsal", "the account", func(a api.Account) bool { return a.State == keeper.StateFresh })
	s.must(err)
	if all, err := s.app.Freshkey("list", "--json"); err != nil || strings.TrimSpace(all) != "[]" {
		t.Errorf("the rehearsal touched the person's own accounts: %s %v", all, err)
	}
}
