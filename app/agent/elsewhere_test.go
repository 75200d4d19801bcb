package agent

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"freshkey/app/api"
	"freshkey/oauth"
	"freshkey/oauth/journal"
)

// A refresh token that another profile keeps is not taken here as well, and be it that the settings there cannot be read just now, or not at all: two
// agents would spend it.
func TestATokenIsKnownToAProfileWhoseSettingsAreBroken(t *testing.T) {
	home := t.TempDir()
	for _, name := range []string{"HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME"} {
		t.Setenv(name, home)
	}
	profile, err := api.ParseProfile("two")
	if err != nil {
		t.Fatal(err)
	}
	dir, _ := profile.ConfigDir()
	state, _ := profile.StateDir()
	path := filepath.Join(dir, "config.json")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	bare(t, func(t *testing.T, a *Agent) {
		theirs := &shelf{values: map[string][]byte{}}
		a.options.Open = func(string) Vault { return theirs }
		record, err := journal.First("s", oauth.Token{Refresh: "R3_brought", Issued: time.Now()}, "here").Encode()
		if err != nil {
			t.Fatal(err)
		}
		theirs.values[secondID] = record
		file, _, _ := openConfig(dir)
		account := oauth.Account{ID: secondID, Name: "his", ClientID: "1", RedirectURI: "https://example.com/", Provider: oauth.Provider{Name: "x", TokenURL: "http://127.0.0.1:1/"}}
		if err := file.edit(func(c *config) { c.Accounts = append(c.Accounts, saved(account)) }); err != nil {
			t.Fatal(err)
		}
		whole, _ := os.ReadFile(path)
		for name, text := range map[string]string{"whole": string(whole), "without its end": string(whole[:len(whole)-3]), "of nothing": "{"} {
			if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
			if text == "{" { // then the history says whose accounts there are
				h := history{dir: filepath.Join(state, "history")}
				if err := h.add(holdEvent(api.Account{ID: secondID}, noon)); err != nil {
					t.Fatal(err)
				}
			}
			if err := a.ownedElsewhere(t.Context(), "R3_brought", "one"); err == nil {
				t.Errorf("settings %s: taken, though the other profile's keychain keeps it", name)
			}
		}
	})
}
