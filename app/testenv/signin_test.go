//go:build linux

package testenv_test

import (
	"encoding/json"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"freshkey/app/api"
	"freshkey/app/testenv"
	"freshkey/oauth/journal"
	"freshkey/oauth/keeper"
	"freshkey/oauth/sandbox"
)

// browser makes a real browser the session's: a headless Chromium that visits the page and follows where it leads.
func (s *scene) browser() {
	s.t.Helper()
	path := filepath.Join(s.Dir, "browser")
	script := "#!/bin/sh\necho \"$@\" >>" + s.Dir + "/visited\nexec chromium --headless --no-sandbox --disable-gpu --user-data-dir=" + s.Dir + "/chromium --dump-dom \"$1\" >" + s.Dir + "/page.html 2>" + s.Dir + "/browser.log\n"
	s.must(os.WriteFile(path, []byte(script), 0o755))
	s.Env = append(s.Env, "BROWSER="+path)
}

// addWithoutToken adds an account that waits for its sign-in.
func (s *scene) addWithoutToken() {
	s.t.Helper()
	app, err := json.Marshal(map[string]string{
		"client_id": sandbox.DefaultClientID, "client_secret": sandbox.DefaultClientSecret, "redirect_uri": sandbox.DefaultRedirectURI,
	})
	s.must(err)
	_, err = s.app.FreshkeyInput(string(app), "add", "work", "--sign-in", "--token-url", s.app.Base+"/oauth2/token",
		"--authorize-url", s.app.Base+"/oauth2/authorize", "--api-url", s.app.Base)
	s.must(err)
	if a := s.waitState("work", keeper.StateSignIn); a.Reason != keeper.ReasonNotSignedIn {
		s.t.Errorf("reason %s", a.Reason)
	}
}

// redirect is where the sandbox's sign-in page sends a browser.
func (s *scene) redirect(more string) string {
	s.t.Helper()
	client := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	resp, err := client.Get(s.app.Base + "/oauth2/authorize?" + url.Values{
		"client_id": {sandbox.DefaultClientID}, "redirect_uri": {sandbox.DefaultRedirectURI}, "response_type": {"code"}, "state": {"mine"},
	}.Encode() + more)
	s.must(err)
	defer resp.Body.Close()
	return resp.Header.Get("Location")
}

func TestBrowserSignsInAndTheChainGoesOn(t *testing.T) {
	s := open(t, true)
	if _, err := exec.LookPath("chromium"); err != nil {
		t.Fatal("no chromium: make test installs it")
	}
	s.browser()
	s.must(s.app.StartAgent())
	s.addWithoutToken()
	out, err := s.app.Freshkey("login", "work")
	if err != nil || !strings.Contains(out, "Signed in") {
		t.Fatalf("%v %s", err, out)
	}
	s.waitState("work", keeper.StateFresh)
	s.wantChain()
	s.waitNotice("Signed in: work")
	s.must(testenv.Eventually("the browser's page", func() bool {
		page, err := os.ReadFile(filepath.Join(s.Dir, "page.html"))
		return err == nil && strings.Contains(string(page), "work is signed in")
	}))

	visited, err := os.ReadFile(filepath.Join(s.Dir, "visited"))
	if err != nil || strings.ContainsAny(string(visited), "?&=") { // who lists the processes would have the sign-in's state
		t.Errorf("the browser was started with %s (%v)", visited, err)
	}
	_, err = http.Post(s.app.Base+"/sandbox/kill", "", nil)
	s.must(err)
	_, _ = s.app.Freshkey("refresh", "work")
	s.waitState("work", keeper.StateSignIn)
	tray, err := s.WaitTray(s.app.PID())
	s.must(err)
	s.must(tray.Click("", "Sign in again"))
	a := s.waitState("work", keeper.StateFresh)
	if a.Cause != journal.CauseSignIn {
		t.Errorf("the generation came by %s", a.Cause)
	}
	if out, err := s.app.Freshkey("log", "work"); err != nil || strings.Count(out, "sign-in") != 2 {
		t.Errorf("the history says %v\n%s", err, out)
	}
}

func TestSignInWithAPastedAddress(t *testing.T) {
	s := open(t, true)
	s.must(s.app.StartAgent())
	s.addWithoutToken()
	for text, want := range map[string]string{
		"https://example.com/?error=96012&state=mine": "refused", "https://example.com/": "no sign-in code", "C3_wrong": "refused the sign-in code",
	} {
		if _, err := s.app.Freshkey("login", "work", "--code-url", text); exitCode(err) != 1 || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", text, err)
		}
		s.waitState("work", keeper.StateSignIn)
	}
	if _, err := s.app.FreshkeyInput(s.redirect("")+"\n", "login", "work", "--code-url", "-"); err != nil {
		t.Fatal(err)
	}
	s.waitState("work", keeper.StateFresh)
	mine := s.stored()

	if _, err := s.app.Freshkey("login", "work", "--code-url", s.redirect("&person=other")); exitCode(err) != 1 || !strings.Contains(err.Error(), "another person") {
		t.Errorf("another person: %v", err)
	}
	if s.stored() != mine {
		t.Error("another person's chain took the account's place unasked")
	}
	if _, err := s.app.Freshkey("login", "work", "--replace", "--code-url", s.redirect("&person=other")); err != nil {
		t.Error(err)
	}
	if s.stored() == mine {
		t.Error("asked for, and not replaced")
	}
	s.waitState("work", keeper.StateFresh)
}

func TestSignInThatAsksAndGetsNoAnswerDoesNotKeepTheAccount(t *testing.T) {
	s := open(t, true)
	s.ready()
	client := api.ClientAt(s.app.Socket())
	ask := func() {
		t.Helper()
		_, err := client.Login(t.Context(), "work", api.LoginRequest{Address: s.redirect("&person=other")})
		s.must(err)
		s.must(testenv.Eventually("the question whose chain it shall be", func() bool {
			out, _ := s.Run("curl", "-s", "-m", "1", "--unix-socket", s.app.Socket(), "http://localhost/v1/events")
			return strings.Contains(out, `"step":"confirm"`)
		}))
	}
	ask()
	mine := s.stored()
	s.must(client.EndLogin(t.Context(), "work", 0))
	_, err := s.app.Freshkey("refresh", "work")
	s.must(err)
	if now := s.stored(); now == mine {
		t.Error("not refreshed")
	}
	s.waitState("work", keeper.StateFresh)
	ask()
	_, err = s.app.Freshkey("remove", "work", "--yes")
	s.must(err)
}

func TestSignInSaysThatItsPortIsInUse(t *testing.T) {
	s := open(t, true)
	visited := s.recordVisits()
	u, err := url.Parse(sandbox.DefaultRedirectURI)
	s.must(err)
	l, err := net.Listen("tcp", u.Host)
	s.must(err)
	defer l.Close()
	s.must(s.app.StartAgent())
	s.addWithoutToken()
	_, err = s.app.Freshkey("login", "work")
	if exitCode(err) != 1 || !strings.Contains(err.Error(), u.Host+", where the browser comes back to, is in use") {
		t.Errorf("%v", err)
	}
	if strings.Contains(err.Error(), "state=") {
		t.Errorf("the page's address was shown unasked: %v", err)
	}
	if strings.Contains(err.Error(), "secret") {
		t.Error("a secret in the message")
	}
	out, err := s.app.Freshkey("login", "work", "--no-browser")
	if exitCode(err) != 2 || !strings.Contains(out, "/oauth2/authorize?") {
		t.Errorf("the page's address, asked for: %v\n%s", err, out)
	}
	tray, err := s.WaitTray(s.app.PID())
	s.must(err)
	s.must(tray.Click("", "Sign in again"))
	_, err = s.WaitWindow("Freshkey")
	s.must(err)
	if addresses := visited(); len(addresses) > 0 {
		t.Errorf("a browser was sent to a page that comes back to another program: %s", addresses)
	}
}

func TestHeldAccountIsNotRefreshed(t *testing.T) {
	s := open(t, true)
	s.ready()
	_, err := s.app.Freshkey("hold", "work", "2h")
	s.must(err)
	a := s.waitState("work", keeper.StateHeld)
	if left := time.Until(a.HeldUntil); left < time.Hour || left > 3*time.Hour {
		t.Errorf("held until %v", a.HeldUntil)
	}
	if _, err := s.app.Freshkey("refresh", "work"); exitCode(err) != 1 {
		t.Errorf("refreshed: %v", err)
	}
	s.must(s.app.Quit())
	s.must(s.app.StartAgent())
	s.waitState("work", keeper.StateHeld)
	_, err = s.app.Freshkey("release", "work")
	s.must(err)
	s.waitState("work", keeper.StateFresh)
	_, err = s.app.Freshkey("rename", "work", "job")
	s.must(err)
	if _, err := s.app.Freshkey("token", "job"); err != nil {
		t.Error(err)
	}
}

// The answer to a sign-in arrives, and the keychain has been locked meanwhile: "in your keychain" would not be so.
func TestSignInSaysWhenTheKeychainDidNotTakeIt(t *testing.T) {
	s := open(t, true)
	s.ready()
	s.must(s.app.Break(sandbox.Slow, 1))
	done := make(chan error, 1)
	address := s.redirect("")
	before, err := s.app.Counts()
	s.must(err)
	go func() {
		_, err := s.app.Freshkey("login", "work", "--code-url", address)
		done <- err
	}()
	s.must(testenv.Eventually("the code to be on its way", func() bool {
		c, err := s.app.Counts()
		return err == nil && c.Issued > before.Issued
	}))
	s.must(s.Lock())
	if err := <-done; exitCode(err) != 4 || strings.Contains(err.Error(), "has a new token chain, in your keychain") {
		t.Errorf("login: %v, want exit code 4", err)
	}
	s.waitState("work", keeper.StateUnsaved)
	s.must(s.Unlock())
	s.waitState("work", keeper.StateFresh)
}
