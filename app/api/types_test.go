//go:build !windows

package api

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestTokensHideAndJSONKeepsItsKeys(t *testing.T) {
	var out bytes.Buffer
	data, err := json.Marshal(Account{Name: "x"})
	if err != nil || !strings.Contains(string(data), `"held_until":null`) || !strings.Contains(string(data), `"copy_superseded_at":null`) || !strings.Contains(string(data), `"name":"x"`) {
		t.Errorf("%s %v", data, err)
	}
	secret := Token{AccessToken: "planted", MACKey: "planted"}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%d"} {
		out.WriteString(strings.TrimSpace(sprint(verb, secret, AddRequest{ClientSecret: "planted"})))
	}
	if strings.Contains(out.String(), "planted") {
		t.Error(out.String())
	}
	if env := (Token{AccessToken: "it's"}).Env(); !strings.Contains(env, `'it'"'"'s'`) {
		t.Error(env)
	}
}

func TestOddProfileNamesAreRefused(t *testing.T) {
	for _, name := range []string{"../x", "a b", "-x", "x/y", strings.Repeat("x", 33), "ü"} {
		if _, err := ParseProfile(name); err == nil {
			t.Errorf("%q passed", name)
		}
	}
	if p, err := ParseProfile("default"); err != nil || p != (Profile{}) || p.Service() != "Freshkey" {
		t.Errorf("default: %v %v", p, err)
	}
}

// Folders of names that differ only in case are one on some systems, and so are the locks in them.
func TestProfilesThatDifferOnlyInCaseAreOne(t *testing.T) {
	config := t.TempDir()
	t.Setenv("XDG_CONFIG_HOME", config)
	t.Setenv("AppData", config)
	t.Setenv("HOME", config)
	parse := func(name string) Profile {
		t.Helper()
		p, err := ParseProfile(name)
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
	if a, b := parse("Staging"), parse("staging"); a != b || a.Service() != "Freshkey (staging)" {
		t.Errorf("%v and %v", a, b)
	}
	if _, err := (Profile{"Work"}).ConfigDir(); err != nil { // as an earlier version made it
		t.Fatal(err)
	}
	for _, name := range []string{"default", "Default", "DEFAULT"} {
		if p := parse(name); p != (Profile{}) {
			t.Errorf("%s is %q, beside the default one", name, p.Service())
		}
	}
	for _, name := range []string{"Work", "work", "WORK"} {
		if p := parse(name); p.Name() != "Work" {
			t.Errorf("%s is %q; its accounts are in %q", name, p.Name(), "Work")
		}
	}
}

func sprint(verb string, values ...any) string {
	var out strings.Builder
	for _, v := range values {
		fmt.Fprintf(&out, verb, v)
	}
	return out.String()
}

// Settings of version 0.1 that lie in another folder are taken along, and never over newer ones.
func TestSettingsMoveWithTheirFolderOnce(t *testing.T) {
	from, to := t.TempDir(), t.TempDir()
	for _, text := range []string{"old", "older"} {
		if err := os.WriteFile(filepath.Join(from, "config.json"), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		moveSettings(from, to)
		if got, err := os.ReadFile(filepath.Join(to, "config.json")); err != nil || string(got) != "old" {
			t.Errorf("%q %v", got, err)
		}
	}
}

func TestLengthsOfTime(t *testing.T) {
	for text, want := range map[string]time.Duration{
		"90s": 90 * time.Second, "2h30m": 150 * time.Minute, "900": 15 * time.Minute, "2d": 48 * time.Hour, "2d16h48m": 64*time.Hour + 48*time.Minute, "0d": 0,
		"": -1, "d": -1, "2d5": -1, "-1d": -1, "2d-1h": -1, "1d2d": -1, "soon": -1, "-5": -1, "40000d": -1, "1dd": -1,
	} {
		got, err := ParseValidity(text)
		if err != nil {
			got = -1
		}
		if got != want {
			t.Errorf("%q: %v", text, got)
		}
	}
}

func TestChineseSentencesHaveNoBlankBetweenThem(t *testing.T) {
	for _, c := range []struct {
		sentences []string
		want      string
	}{
		{[]string{"One.", "Two.", ""}, "One. Two."},
		{[]string{"", "Two."}, "Two."},
		{nil, ""},
		{[]string{"一。", "二。", "Three."}, "一。二。Three."},
		{[]string{"命令：", "freshkey"}, "命令：freshkey"},
	} {
		if got := Join(c.sentences...); got != c.want {
			t.Errorf("%q: %q", c.sentences, got)
		}
	}
}
