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
)

// withPortal gives the scene a portal, and an agent that may not do what only root may: else nobody without that may look into its helper.
func (s *scene) withPortal(bare bool) *testenv.FakePortal {
	s.t.Helper()
	portal, err := s.NewFakePortal(bare)
	s.must(err)
	if os.Getuid() == 0 {
		s.app.Binary = filepath.Join(s.Dir, "freshkey")
		s.must(os.WriteFile(s.app.Binary, []byte("#!/bin/sh\nexec setpriv --bounding-set=-sys_ptrace '"+binary+"' \"$@\"\n"), 0o700))
	}
	return portal
}

// wantKeys waits until the doctor says that of the keys that copy.
func (s *scene) wantKeys(ok bool, says string) {
	s.t.Helper()
	s.wantCheck("Keys that copy", ok, says)
}

// bound is the next who asks for keys.
func (s *scene) bound(portal *testenv.FakePortal) (b testenv.PortalBind) {
	s.t.Helper()
	s.must(testenv.Eventually("somebody to ask for keys", func() bool {
		select {
		case b = <-portal.Bound():
			return true
		default:
			return false
		}
	}))
	return b
}

func (s *scene) setKeys(keys string) {
	s.t.Helper()
	s.must(api.ClientAt(s.app.Socket()).SetSettings(s.t.Context(), api.Settings{Shortcut: keys}))
}

// Whoever copies all day does it without the mouse, whatever program is in front; and what asks the portal in the agent's place, because it can be looked
// into, holds nothing and stays no longer than it is wanted.
func TestKeysCopyFromTheLastAccountAndTheirHelperStaysNoLonger(t *testing.T) {
	s := open(t, true)
	portal := s.withPortal(false)
	s.Env = append(s.Env, "SSL_CERT_FILE=/nonexistent", "HTTPS_PROXY=http://someone:SECRET_OF_A_PROXY@proxy.example")
	s.ready()
	s.must(s.app.Add("rig"))
	_, err := s.app.Freshkey("copy", "rig", "mac-key")
	s.must(err)
	token := s.tokenOf("rig")
	_, err = s.app.Freshkey("edit", "rig", "--ask", "on") // programs, not who presses keys
	s.must(err)
	s.wantKeys(true, "None are set. This desktop gives programs keys")
	s.setKeys("alt+CTRL+c")
	b := s.bound(portal)
	if b.Keys != "CTRL+ALT+c" || b.ID != "copy-last-test" || !strings.Contains(b.Does, "account that was copied from last (test)") || !b.RegisteredBefore {
		t.Errorf("asked for %+v", b)
	}
	if testenv.LooksInto(s.app.PID()) || b.PID == s.app.PID() {
		t.Error("the agent can be looked into")
	}
	for _, file := range []string{"environ", "cmdline"} {
		data, err := os.ReadFile(fmt.Sprintf("/proc/%d/%s", b.PID, file))
		s.must(err)
		if strings.Contains(string(data), "SECRET_OF_A_PROXY") || strings.Contains(string(data), "SSL_CERT_FILE") || strings.Contains(string(data), token) {
			t.Errorf("%s of the helper: %q", file, data)
		}
	}
	s.wantKeys(true, "Press CTRL+ALT+c copies")
	s.must(portal.Press(b))
	s.waitNotice("Copied: access token of rig")
	if got, err := s.Clipboard(); err != nil || got != token {
		t.Errorf("the clipboard holds something else: %v", err)
	}
	s.setKeys("Ctrl+Alt+C") // as before
	s.setKeys("Super+F5")
	s.must(s.WaitNameGone(b.Caller))
	if b = s.bound(portal); b.Keys != "LOGO+F5" {
		t.Errorf("asked for %+v", b)
	}
	s.setKeys("")
	s.must(s.WaitNameGone(b.Caller))
	s.wantKeys(true, "None are set. This desktop gives programs keys")
	s.setKeys("Ctrl+Alt+C")
	b = s.bound(portal)
	s.must(s.app.Kill())
	s.must(s.WaitNameGone(b.Caller))
	s.must(testenv.Eventually("the helper to end", func() bool { _, err := os.Stat(fmt.Sprintf("/proc/%d", b.PID)); return os.IsNotExist(err) }))
	s.must(s.app.StartAgent())
	b = s.bound(portal)
	s.must(portal.Press(b))
	s.waitNotice("Copied: access token of rig")
	s.must(s.app.Quit())
	s.must(s.WaitNameGone(b.Caller))
}

// A portal that goes takes its shortcuts along, and one that comes knows nothing of them.
func TestKeysAreAskedForAgainWhenThePortalIsBack(t *testing.T) {
	s := open(t, true)
	portal := s.withPortal(false)
	s.ready()
	s.setKeys("Ctrl+Alt+C")
	first := s.bound(portal)
	s.wantKeys(true, "copies from")
	s.must(portal.Leave())
	s.wantKeys(false, "has gone")
	s.must(portal.Return())
	second := s.bound(portal)
	s.wantKeys(true, "copies from")
	if first.Session == second.Session || first.Caller != second.Caller {
		t.Errorf("%+v, then %+v", first, second)
	}
	s.must(portal.Press(second))
	s.waitNotice("Copied: access token of work")
	s.wantKeys(true, "copies from")    // and the press is over, or another one would be dropped
	s.must(portal.CloseSession(first)) // of nobody any more
	s.must(portal.Press(first))
	s.must(portal.CloseSession(second))
	s.wantKeys(false, "freshkey copy --last")
	s.must(s.app.Quit()) // when all that was begun is done
	log := s.agentLog()
	if strings.Count(log, `"state":"refused"`) != 1 || !strings.Contains(log, "ended the session") {
		t.Error("the log does not say once why")
	}
	if n := strings.Count(log, `"msg":"copied"`); n != 1 {
		t.Errorf("copied %d times", n)
	}
}

// Each time the desktop may ask the person: a no is a no until they change their mind.
func TestKeysThatWereRefusedAreNotAskedForAgainAndAgain(t *testing.T) {
	s := open(t, true)
	portal := s.withPortal(false)
	portal.Answer(1)
	s.must(s.app.StartAgent())
	s.setKeys("Ctrl+Alt+C")
	b := s.bound(portal)
	s.wantKeys(false, "clear the keys")
	s.must(s.WaitNameGone(b.Caller))
	if n := len(portal.Bound()); n != 0 {
		t.Errorf("asked %d times more", n)
	}
	portal.Answer(2)
	s.setKeys("Ctrl+Alt+D")
	s.bound(portal)
	s.wantKeys(false, "freshkey copy --last")
	portal.Answer(0)
	s.setKeys("Ctrl+Alt+E")
	b = s.bound(portal)
	s.wantKeys(true, "copies from")
	s.must(portal.Press(b))
	if n := s.waitNotice("Nothing was copied"); !strings.Contains(n.Body, "Copy from one once") {
		t.Errorf("without an account: %+v", n)
	}
	log := s.agentLog()
	for _, state := range []string{"cancelled", "refused", "bound"} {
		if strings.Count(log, `"state":"`+state+`"`) != 1 {
			t.Errorf("%s is not in the log once", state)
		}
	}
	if err := api.ClientAt(s.app.Socket()).SetSettings(t.Context(), api.Settings{Shortcut: "Shift+C"}); err == nil || !strings.Contains(err.Error(), "Ctrl+Alt+C") {
		t.Errorf("what types a letter was taken: %v", err)
	}
}

// Most desktops without a portal have shortcuts of their own.
func TestDesktopWithoutShortcutsSaysWhatToDo(t *testing.T) {
	s := open(t, true)
	s.withPortal(true)
	s.must(s.app.StartAgent())
	s.wantKeys(true, `bind "freshkey copy --last"`)
	s.setKeys("Ctrl+Alt+C")
	s.wantKeys(false, "freshkey copy --last")
	if log := s.agentLog(); strings.Count(log, `"state":"missing"`) != 1 {
		t.Error("the log does not say so once")
	}
	out, err := s.app.Freshkey("doctor")
	if exitCode(err) != 1 || !strings.Contains(out, "BAD  Keys that copy") {
		t.Errorf("%v: %s", err, out)
	}
	for _, words := range [][]string{{"help"}, {"__complete", ""}, {"__complete", "s"}} {
		if out, err := s.app.Freshkey(words...); err != nil || strings.Contains(out, "serve-shortcut") || !strings.Contains(out, "sandbox") {
			t.Errorf("%v: %v %s", words, err, out)
		}
	}
}
