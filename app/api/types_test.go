//go:build !windows

package api

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
)

func TestTokensHideAndJSONKeepsItsKeys(t *testing.T) {
	var out bytes.Buffer
	data, err := json.Marshal(Account{Name: "x"})
	if err != nil || !strings.Contains(string(data), `"held_until":null`) || !strings.Contains(string(data), `"name":"x"`) {
		t.Errorf("%s %v", data, err)
	}
	secret := Token{AccessToken: "planted", MACKey: "planted"}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%d"} {
		out.WriteString(strings.TrimSpace(sprint(verb, secret, AddRequest{ClientSecret: "planted"})))
	}
	if strings.Contains(out.String(), "planted") {
		t.Error(out.String())
	}
	if env := (Token{AccessToken: "it's"}).Env(); !strings.Contains(env, `'it'\''s'`) {
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

func sprint(verb string, values ...any) string {
	var out strings.Builder
	for _, v := range values {
		fmt.Fprintf(&out, verb, v)
	}
	return out.String()
}
