package transfer

import (
	"bytes"
	"errors"
	"strings"
	"testing"
	"time"

	"freshkey/oauth"
	"freshkey/oauth/journal"
)

func leaving() Account {
	return Account{
		Settings: oauth.Account{ID: "f0a724b86bfb75a4", Name: "work", ClientID: "1"},
		Record:   journal.Record{ClientSecret: "planted-secret", Origins: []string{"https://id.example.com"}, Grant: journal.Grant{Generation: 7, Token: oauth.Token{Access: "planted-access", Refresh: "planted-refresh", Issued: time.Unix(1, 0)}}},
	}
}

func TestFileOpensWithBothItsKeysAlone(t *testing.T) {
	f, err := Seal(leaving(), "m1", "correct horse", "planted-release", time.Now())
	if err != nil {
		t.Fatal(err)
	}
	if text := string(f.Encode()); strings.Contains(text, "planted") || strings.Contains(text, "work") {
		t.Errorf("in the clear: %s", text)
	}
	if _, err := f.Open("correct horse"); !errors.Is(err, ErrUnfinished) {
		t.Errorf("before it was let go: %v", err)
	}
	back, err := Parse(f.Released("planted-release").Encode())
	if err != nil {
		t.Fatal(err)
	}
	a, err := back.Open("correct horse")
	if err != nil || a.Record.Grant.Token.Refresh != "planted-refresh" || a.Record.Grant.Generation != 7 || a.Settings.Name != "work" {
		t.Errorf("%v %v", a.Settings, err)
	}
	for name, c := range map[string]struct {
		release    oauth.Secret
		passphrase string
	}{"another passphrase": {"planted-release", "wrong horse"}, "another key": {"planted", "correct horse"}, "the two moved": {"planted-releas", "ecorrect horse"}} {
		if _, err := back.Released(c.release).Open(c.passphrase); !errors.Is(err, ErrPassphrase) {
			t.Errorf("%s: %v", name, err)
		}
	}
	another := back
	another.ID = "m2"
	if _, err := another.Open("correct horse"); !errors.Is(err, ErrNoFile) {
		t.Errorf("with another id written over its own: %v", err)
	}
	damaged := back
	damaged.Sealed = bytes.Clone(back.Sealed)
	damaged.Sealed[len(damaged.Sealed)-1] ^= 1
	if _, err := damaged.Open("correct horse"); !errors.Is(err, ErrNoFile) {
		t.Errorf("damaged: %v", err)
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(`{"freshkey":"account on its way to another computer, 1","id":"m1","made_at":"2026-01-01T00:00:00Z","sealed":"YWdl","release":"x"}`))
	f.Add([]byte(`{}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		file, err := Parse(data)
		if err != nil {
			return
		}
		if again, err := Parse(file.Encode()); err != nil || again.ID != file.ID || again.Release != file.Release {
			t.Errorf("written and read again: %v", err)
		}
	})
}
