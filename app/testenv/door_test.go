//go:build linux

package testenv_test

import (
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
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
	}{{"2", 500}, {"0", 200}} {
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

// Postman's and Bruno's collections are run by those tools' own programs for the command line, which nobody here wrote: each request with a
// token of its own, and one refresh at most.
func TestCollectionsFetchAFreshTokenBeforeEachRequest(t *testing.T) {
	s := open(t, true)
	s.ready()
	dir := filepath.Join(s.Dir, "tools")
	s.must(os.CopyFS(dir, os.DirFS("httptools")))
	install := exec.CommandContext(t.Context(), "npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund")
	install.Dir = dir
	if out, err := install.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	key := s.doorKey("tools", "--account", "work")
	door, err := api.ClientAt(s.app.Socket()).Door(t.Context())
	s.must(err)
	s.must(os.CopyFS(filepath.Join(dir, "examples"), os.DirFS("../../assets/examples")))
	filled := strings.NewReplacer("http://127.0.0.1:17465", "http://"+door.Address, "https://open.account.xiaomi.com", s.app.Base, `"door_key", "value": ""`, `"door_key", "value": "`+key+`"`)
	fill := func(path string) {
		text, err := os.ReadFile(path)
		s.must(err)
		s.must(os.WriteFile(path, []byte(filled.Replace(string(text))), 0o600))
	}
	bruno := filepath.Join(dir, "examples", "bruno")
	environment := filepath.Join(dir, "examples", "postman", "freshkey.postman_environment.json")
	fill(environment)
	fill(filepath.Join(bruno, "environments", "xiaomi.bru"))
	s.must(os.WriteFile(filepath.Join(bruno, ".env"), []byte("DOOR_KEY="+key+"\n"), 0o600))
	for name, c := range map[string]struct {
		dir, program string
		args         []string
	}{
		"newman":     {dir, "newman", []string{"run", filepath.Join(filepath.Dir(environment), "freshkey.postman_collection.json"), "-e", environment}},
		"bruno":      {bruno, "bru", []string{"run", "--env", "xiaomi"}},
		"bruno safe": {bruno, "bru", []string{"run", "--env", "xiaomi", "--sandbox", "safe"}},
	} {
		t.Run(name, func(t *testing.T) {
			before := s.app.PID()
			_, err := s.app.Freshkey("refresh", "work") // the one before counts no more
			s.must(err)
			cmd := s.Command(filepath.Join(dir, "node_modules", ".bin", c.program), c.args...)
			cmd.Dir = c.dir
			if out, err := cmd.CombinedOutput(); err != nil || strings.Contains(string(out), key) || s.app.PID() != before {
				t.Errorf("%v: %s", err, strings.ReplaceAll(string(out), key, "KEY"))
			}
		})
	}
	s.must(os.Remove(filepath.Join(bruno, ".env")))
	_, err = s.app.Freshkey("door", "remove", "tools")
	s.must(err)
}
