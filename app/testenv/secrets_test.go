//go:build linux

package testenv_test

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"freshkey/app/testenv"
	"freshkey/oauth/keeper"
	"freshkey/oauth/sandbox"
)

// harvest collects what a run says and leaves, and the secrets that must not be in it.
type harvest struct {
	secrets map[string]string // secret → what it is
	said    []string          // label, text, label, text, …
}

func (h *harvest) say(label, text string) { h.said = append(h.said, label, text) }

// learn takes the secrets of the present generation from the keychain.
func (h *harvest) learn(s *scene) {
	s.t.Helper()
	a, err := s.app.Account("work")
	s.must(err)
	out, err := s.Run("secret-tool", "lookup", "service", "Freshkey (test)", "username", a.ID)
	s.must(err)
	var record struct {
		ClientSecret string `json:"client_secret"`
		SealKey      string `json:"seal_key"`
		Grant        map[string]any
		Intent       map[string]any
	}
	s.must(json.Unmarshal([]byte(out), &record))
	h.secrets[record.ClientSecret], h.secrets[record.SealKey] = "client secret", "key of the seals"
	for _, name := range []string{"access_token", "refresh_token", "mac_key"} {
		if text, _ := record.Grant[name].(string); text != "" {
			h.secrets[text] = name
		}
	}
	if key, _ := record.Intent["key"].(string); key != "" {
		h.secrets[key] = "key of the seal"
	}
}

// processes notes the arguments of every process there is.
func (h *harvest) processes() {
	files, _ := filepath.Glob("/proc/[0-9]*/cmdline")
	for _, f := range files {
		if data, err := os.ReadFile(f); err == nil {
			h.say("arguments in "+f, string(data))
		}
	}
}

func (h *harvest) files(t *testing.T, dir string) {
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return nil // files of other programs come and go
		}
		if data, err := os.ReadFile(path); err == nil {
			h.say("file "+path, path+"\n"+string(data))
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestNoSecretIsEverSaidOrLeft(t *testing.T) {
	s := open(t, true)
	h := &harvest{secrets: map[string]string{}}
	tray := s.ready()
	h.learn(s)
	command := func(args ...string) {
		out, err := s.app.Freshkey(args...)
		if err != nil {
			h.say("error of "+strings.Join(args, " "), err.Error())
		}
		if args[0] != "token" {
			h.say("output of "+strings.Join(args, " "), out)
		}
		h.processes()
	}
	for _, fault := range sandbox.Faults() {
		if fault == sandbox.Stall || fault == sandbox.Slow || fault == sandbox.Dead {
			continue
		}
		s.must(s.app.Break(fault, 1))
		command("refresh", "work")
		command("list", "--json")
		if a, err := s.app.Account("work"); err == nil && a.State == keeper.StateSignIn { // the fault took the chain
			command("remove", "work", "--yes")
			s.must(s.app.Add("work"))
		}
		h.learn(s)
	}
	for _, person := range []string{"", "&person=other"} {
		address := s.redirect(person)
		u, err := url.Parse(address)
		s.must(err)
		h.secrets[u.Query().Get("code")] = "a sign-in's code"
		command("login", "work", "--replace", "--code-url", address)
		h.learn(s)
		command("login", "work", "--replace", "--code-url", address) // a code works once
	}
	s.waitState("work", keeper.StateFresh)
	command("log", "work", "--json")
	s.must(tray.Click("", "Copy access token"))
	s.waitNotice("Copied")
	credentials, err := s.app.Credentials()
	s.must(err)
	for _, input := range []string{credentials, strings.Replace(credentials, `"refresh_token"`, `"refresh_tokn"`, 1), credentials[:len(credentials)-1], "[" + credentials + "]"} {
		_, err := s.app.FreshkeyInput(input, "add", "work", "--token-url", s.app.Base+"/oauth2/token")
		if err == nil {
			t.Fatal("a second account of the same name was added")
		}
		h.say("error of add", err.Error())
	}
	var object map[string]any
	s.must(json.Unmarshal([]byte(credentials), &object))
	for _, name := range []string{"access_token", "refresh_token", "mac_key"} {
		h.secrets[object[name].(string)] = name + " of an account that was refused"
	}
	s.must(s.app.StopSandbox())
	command("refresh", "work")
	command("doctor")
	s.must(s.Lock())
	command("refresh", "work")
	_, err = s.app.Freshkey()
	s.must(err)
	_, err = s.WaitWindow("Freshkey")
	s.must(err)
	h.processes()
	snapshot, err := s.Run("curl", "-s", "-m", "1", "--unix-socket", s.app.Socket(), "http://localhost/v1/events")
	if err != nil && snapshot == "" {
		t.Fatal(err)
	}
	h.say("snapshot", snapshot)
	for len(s.notices) > 0 {
		n := <-s.notices
		h.say("notice", n.Title+"\n"+n.Body)
	}
	s.must(s.app.Kill())
	h.files(t, s.Dir)
	h.say("what the programs printed", s.Log())
	h.check(t)
}

func (h *harvest) check(t *testing.T) {
	t.Helper()
	if len(h.secrets) < 15 || len(h.said) < 100 {
		t.Fatalf("only %d secrets in %d texts: the test looked at too little", len(h.secrets), len(h.said)/2)
	}
	for secret, what := range h.secrets {
		forms := []string{secret, url.QueryEscape(secret), base64.StdEncoding.EncodeToString([]byte(secret)), hex.EncodeToString([]byte(secret))}
		for n := 0; n < len(h.said); n += 2 {
			for _, form := range forms {
				if strings.Contains(h.said[n+1], form) {
					t.Errorf("%s: %s is in it", h.said[n], what)
				}
			}
		}
	}
}

func TestAgentLeavesNoCore(t *testing.T) {
	s := open(t, true)
	s.must(s.app.StartAgent())
	s.must(testenv.Eventually("core dumps to be off", func() bool {
		limits, err := os.ReadFile("/proc/" + itoa(s.app.PID()) + "/limits")
		if err != nil {
			return false
		}
		for line := range strings.Lines(string(limits)) {
			if f := strings.Fields(strings.TrimPrefix(line, "Max core file size")); strings.HasPrefix(line, "Max core") {
				return f[0] == "0" && f[1] == "0"
			}
		}
		return false
	}))
}
