//go:build linux

package testenv_test

import (
	"fmt"
	"net"
	"net/http"
	"strings"
	"testing"

	"freshkey/app/api"
	"freshkey/app/testenv"
	"freshkey/oauth/keeper"
)

// knock asks at the door and returns the status and the body.
func (s *scene) knock(key, path string) (int, string) {
	s.t.Helper()
	door, err := api.ClientAt(s.app.Socket()).Door(s.t.Context())
	s.must(err)
	r, err := http.NewRequestWithContext(s.t.Context(), "GET", "http://"+door.Address+path, nil)
	s.must(err)
	r.Header.Set("Authorization", "Bearer "+key)
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		return 0, err.Error()
	}
	defer resp.Body.Close()
	var body strings.Builder
	s.must(resp.Write(&body))
	return resp.StatusCode, body.String()
}

// doorKey makes a key, and waits until the door is open.
func (s *scene) doorKey(args ...string) string {
	s.t.Helper()
	out, err := s.Command(s.app.Binary, append([]string{"--profile", "test", "door", "add"}, args...)...).Output()
	s.must(err)
	key := strings.TrimSpace(string(out))
	s.must(testenv.Eventually("the door to open", func() bool { status, _ := s.knock("none", "/"); return status == 401 }))
	return key
}

// A tool that speaks only HTTP gets what its key opens, and nothing when that was taken back. Nobody listens without a key.
func TestDoorOpensToItsKeysAlone(t *testing.T) {
	s := open(t, true)
	s.ready()
	s.must(s.app.Add("home"))
	s.waitState("home", keeper.StateFresh)
	token := s.token()
	client := api.ClientAt(s.app.Socket())
	if door, err := client.Door(t.Context()); err != nil || door.Address != "" || len(door.Keys) != 0 {
		t.Errorf("without a key: %+v %v", door, err)
	}
	key := s.doorKey("postman", "--account", "work")
	expect := func(when, key, path string, status int, says string) {
		t.Helper()
		if got, body := s.knock(key, path); got != status || !strings.Contains(body, says) || (status != 200 && strings.Contains(body, token)) {
			t.Errorf("%s: %d, want %d: %s", when, got, status, strings.ReplaceAll(body, token, "TOKEN"))
		}
	}
	expect("its account", key, "/v1/accounts/WORK/token", 200, token)
	expect("another account", key, "/v1/accounts/home/token", 403, "door_account")
	expect("another key", key+"x", "/v1/accounts/work/token", 401, "door_key")
	door, err := client.Door(t.Context())
	s.must(err)
	if resp, err := http.Get("http://" + strings.Replace(door.Address, "127.0.0.1", "localhost", 1) + "/"); err == nil && resp.StatusCode != http.StatusMisdirectedRequest {
		t.Errorf("by a name: %d", resp.StatusCode)
	}
	if status, _, _ := s.visit(nobody, "http://"+door.Address+"/"); status != "000" {
		t.Errorf("another user of the machine: %q", status)
	}
	for _, secret := range []string{key, token} {
		if out, _ := s.RunInput(secret+"\n", "grep", "-rlFf", "-", s.Dir); strings.TrimSpace(out) != "" {
			t.Errorf("in the clear: %s", out)
		}
	}
	if out, err := s.app.Freshkey("door", "list"); err != nil || !strings.Contains(out, "postman") || !strings.Contains(out, "work") || strings.Contains(out, key) {
		t.Errorf("%s %v", out, err)
	}
	s.must(s.app.Kill())
	s.must(s.app.StartAgent())
	s.waitState("work", keeper.StateFresh)
	s.must(testenv.Eventually("the door to open again", func() bool { status, _ := s.knock(key, "/v1/accounts/work/token"); return status == 200 }))
	other := s.doorKey("bruno", "--account", "work,home", "--form", "header")
	expect("for headers alone", other, "/v1/accounts/work/token", 403, "door_form")
	if out, err := s.app.Freshkey("door", "add", "Postman", "--account", "work"); exitCode(err) != 2 {
		t.Errorf("a second one of that name: %s %v", out, err)
	}
	_, err = s.app.Freshkey("door", "remove", "postman")
	s.must(err)
	expect("taken back", key, "/v1/accounts/work/token", 401, "door_key")
	_, err = s.app.Freshkey("door", "remove", "bruno")
	s.must(err)
	s.must(testenv.Eventually("nobody to listen", func() bool { _, err := net.Dial("tcp", door.Address); return err != nil }))
}

// Where the door should be another program listens: it is said, and the door opens when that goes.
func TestDoorThatIsTakenIsSaid(t *testing.T) {
	s := open(t, true)
	s.ready()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	s.must(err)
	defer l.Close()
	port := l.Addr().(*net.TCPAddr).Port
	if out, err := s.Command(s.app.Binary, "--profile", "test", "door", "add", "postman", "--account", "work", "--port", fmt.Sprint(port)).CombinedOutput(); err != nil || !strings.Contains(string(out), "Another program listens") {
		t.Errorf("%v: %s", err, out)
	}
	s.waitNotice("The door for tools is shut")
	if out, err := s.app.Freshkey("doctor"); exitCode(err) != 1 || !strings.Contains(out, fmt.Sprint(port)) {
		t.Errorf("doctor: %v %s", err, out)
	}
	s.doorKey("bruno", "--account", "work", "--port", strings.TrimPrefix(s.freeAddress(), "127.0.0.1:"))
	if out, err := s.app.Freshkey("doctor"); err != nil {
		t.Errorf("doctor: %v %s", err, out)
	}
}

// An account that asks is asked about at the door too, by the key's name.
func TestKeyOfTheDoorIsAskedAbout(t *testing.T) {
	s := open(t, true)
	s.ready()
	key := s.doorKey("postman", "--account", "work")
	_, err := s.app.Freshkey("edit", "work", "--ask", "on")
	s.must(err)
	for _, c := range []struct {
		answer string
		status int
	}{{"2", 403}, {"0", 200}} {
		done := make(chan int, 1)
		go func() { status, _ := s.knock(key, "/v1/accounts/work/token"); done <- status }()
		if n := s.waitNotice("wants a token of work"); !strings.Contains(n.Body, "postman") || strings.Contains(n.Body, key) {
			t.Errorf("who asks: %q", n.Body)
		}
		s.must(s.ClickNotice(c.answer))
		if got := <-done; got != c.status {
			t.Errorf("answered %s: %d, want %d", c.answer, got, c.status)
		}
	}
}
