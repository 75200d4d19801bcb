//go:build linux

package testenv_test

import (
	"bufio"
	"strings"
	"syscall"
	"testing"

	"freshkey/app/testenv"
)

// Without its helper the keys would do nothing until the next login.
func TestKeysAreHeldAgainWhenTheirHelperWasKilled(t *testing.T) {
	s := open(t, true)
	portal := s.withPortal(false)
	s.ready()
	s.setKeys("Ctrl+Alt+C")
	first := s.bound(portal)
	s.wantKeys(true, "copies from")
	s.must(syscall.Kill(first.PID, syscall.SIGKILL))
	second := s.bound(portal)
	if second.PID == first.PID || second.Caller == first.Caller || second.Keys != first.Keys {
		t.Errorf("%+v, then %+v", first, second)
	}
	s.wantKeys(true, "copies from")
	s.must(portal.Press(second))
	s.waitNotice("Copied: access token of work")
	s.must(s.app.Quit())
	s.must(s.WaitNameGone(second.Caller))
	if log := s.agentLog(); strings.Count(log, `"state":"ended"`) != 1 || !strings.Contains(log, "killed") {
		t.Error("the log does not say once why")
	}
}

func TestHelperSaysThatThereIsNoPortal(t *testing.T) {
	s, err := testenv.NewBareSession(testenv.Folder(t))
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	cmd := s.Command(binary, "serve-shortcut", "CTRL+c", "copies")
	life, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	defer life.Close()
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = s.Start(cmd)
	}
	if err != nil {
		t.Fatal(err)
	}
	if line, err := bufio.NewReader(out).ReadString('\n'); err != nil || !strings.HasPrefix(line, "missing org.freedesktop.DBus.Error.ServiceUnknown: ") {
		t.Errorf("%q %v", line, err)
	}
	if err := cmd.Wait(); err != nil {
		t.Error(err)
	}
}
