//go:build linux

package testenv_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"freshkey/app/api"
	"freshkey/app/testenv"
	"freshkey/oauth/keeper"
	"freshkey/oauth/sandbox"
)

// recordVisits makes a program the session's browser that notes the addresses it is given, and visits none.
func (s *scene) recordVisits() (visited func() []string) {
	s.t.Helper()
	path, list := filepath.Join(s.Dir, "browser"), filepath.Join(s.Dir, "visited")
	s.must(os.WriteFile(path, []byte("#!/bin/sh\necho \"$1\" >>"+list+"\n"), 0o755))
	s.Env = append(s.Env, "BROWSER="+path)
	return func() []string {
		data, _ := os.ReadFile(list)
		return strings.Fields(string(data))
	}
}

// visit fetches an address as some user does, and returns the answer's status, where it leads, and what it says. A connection
// that is closed unread has no status.
func (s *scene) visit(uid uint32, address string, more ...string) (status, location, body string) {
	s.t.Helper()
	cmd := exec.Command("curl", append([]string{"-s", "-m", "10", "-w", "\n%{http_code} %{redirect_url}", address}, more...)...)
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: uid, Gid: uid}}
	out, _ := cmd.Output() // a refusal is an exit code
	text := string(out)
	n := strings.LastIndex(text, "\n")
	if n < 0 {
		s.t.Fatalf("curl said %q", text)
	}
	status, location, _ = strings.Cut(text[n+1:], " ")
	return status, location, text[:n]
}

const nobody = 65534 // another user of the machine

// beginSignIn starts a sign-in and returns the address that the browser was given.
func (s *scene) beginSignIn(visited func() []string) (opener string) {
	s.t.Helper()
	before := len(visited())
	_, err := api.ClientAt(s.app.Socket()).Login(s.t.Context(), "work", api.LoginRequest{Browse: true})
	s.must(err)
	s.must(testenv.Eventually("a browser to be started", func() bool { return len(visited()) > before }))
	return visited()[before]
}

// What starts a browser can be read by every user of the machine, and who opens the page first could sign in as themselves.
func TestAnotherUserCanNeitherOpenTheSignInPageNorEndIt(t *testing.T) {
	s := open(t, true)
	visited := s.recordVisits()
	s.must(s.app.StartAgent())
	s.addWithoutToken()
	opener := s.beginSignIn(visited)
	if status, location, _ := s.visit(nobody, opener); status != "000" || location != "" {
		t.Errorf("another user was sent to %q (status %s)", location, status)
	}
	status, page, _ := s.visit(0, opener)
	if status != "303" || !strings.Contains(page, "state=") {
		t.Fatalf("the person was sent to %q (status %s)", page, status)
	}
	_, redirect, _ := s.visit(0, page)
	for what, c := range map[string]struct {
		uid     uint32
		address string
		more    []string
		status  string
	}{
		"another user with the very state":     {nobody, redirect, nil, "000"},
		"another user without it":              {nobody, sandbox.DefaultRedirectURI + "?code=C3_theirs&state=x", nil, "000"},
		"a page that sends it here":            {0, sandbox.DefaultRedirectURI + "?code=C3_theirs&state=x", nil, "400"},
		"a name of somebody's that leads here": {0, redirect, []string{"-H", "Host: rebound.example"}, "404"},
	} {
		if status, _, body := s.visit(c.uid, c.address, c.more...); status != c.status || strings.Contains(body, "work") {
			t.Errorf("%s: status %s, want %s; the page says %q", what, status, c.status, body)
		}
	}
	status, _, body := s.visit(0, redirect, "-i")
	for _, want := range []string{"work is signed in", "X-Content-Type-Options: nosniff", "frame-ancestors 'none'", "Cache-Control: no-store"} {
		if status != "200" || !strings.Contains(body, want) {
			t.Errorf("the person's own visit, without %q: status %s\n%s", want, status, body)
		}
	}
	s.waitState("work", keeper.StateFresh)
	s.wantChain()
}

// Where nobody tells whose visit it is, the first one may have been a stranger's.
func TestSignInPageOpenedTwiceEndsTheSignIn(t *testing.T) {
	s := open(t, true)
	visited := s.recordVisits()
	s.must(s.app.StartAgent())
	s.addWithoutToken()
	opener := s.beginSignIn(visited)
	_, page, _ := s.visit(0, opener)
	status, _, body := s.visit(0, opener)
	if status != "410" || !strings.Contains(body, "opened twice") || strings.Contains(body, "work") {
		t.Errorf("status %s, the page says %s", status, body)
	}
	_, redirect, _ := s.visit(0, page)
	if status, _, _ := s.visit(0, redirect); status != "000" {
		t.Errorf("the redirect was still taken: status %s", status)
	}
	if a, err := s.app.Account("work"); err != nil || a.State != keeper.StateSignIn {
		t.Errorf("%v: state %s", err, a.State)
	}
	out, err := s.Run("curl", "-s", "-m", "1", "--unix-socket", s.app.Socket(), "http://localhost/v1/events")
	if !strings.Contains(out, `"reason":"opened_twice"`) {
		t.Errorf("%v: nothing says why\n%s", err, out)
	}
}
