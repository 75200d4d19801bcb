package agent

import (
	"net/url"
	"testing"
	"time"

	"freshkey/app/api"
	"freshkey/assets"
	"freshkey/oauth"
)

// A preset says where it comes from and when that was read, and makes a provider once its places are filled.
func TestEachPresetMakesAProvider(t *testing.T) {
	files, err := assets.Providers.ReadDir("providers")
	if err != nil {
		t.Fatal(err)
	}
	all, err := presets()
	if err != nil || len(all) != len(files) || len(all) < 16 {
		t.Fatalf("%d of %d files: %v", len(all), len(files), err)
	}
	for _, p := range all {
		if page, err := url.Parse(p.Documentation); err != nil || page.Scheme != "https" || page.Host == "" || p.Title == "" {
			t.Errorf("%s: called %q, from %q", p.Name, p.Title, p.Documentation)
		}
		if _, err := time.Parse(time.DateOnly, p.Read); err != nil {
			t.Errorf("%s: read %q", p.Name, p.Read)
		}
		filled, err := p.Fill(p.Asks) // with the examples
		if err != nil {
			t.Errorf("%s: %v", p.Name, err)
		}
		if filled.Undiscovered() {
			filled.TokenURL = filled.Issuer + "token" // as the issuer will say
		}
		whole, err := filled.Resolve()
		if err != nil || whole.Method != "POST" || whole.Codes["invalid_grant"] != oauth.Dead {
			t.Errorf("%s: %v, %s", p.Name, err, whole.Method)
		}
		if whole.AuthorizeURL != "" && whole.RedirectURI == "" && whole.NeedsRedirectURI() {
			t.Errorf("%s: a person has to think of a redirect URI", p.Name)
		}
	}
}

func TestOwnProviderStandsInThePlaceOfAPresetOfItsName(t *testing.T) {
	a := &Agent{config: &configFile{current: config{Providers: []oauth.Provider{{Name: "github", TokenURL: "https://github.example.com/token"}}}}}
	var found []oauth.Provider
	for _, p := range a.Providers() {
		if p.Name == "github" {
			found = append(found, p)
		}
	}
	if len(found) != 1 || found[0].TokenURL != "https://github.example.com/token" {
		t.Errorf("%+v", found)
	}
	if first := a.Providers()[0]; first.Name != oauth.BuiltInName {
		t.Errorf("first comes %s", first.Name)
	}
}

// A notice is for a chain that ends soon, once, and goes when a sign-in has put that off.
func TestChainThatEndsSoonIsSaidOnce(t *testing.T) {
	now := time.Date(2026, 1, 5, 12, 0, 0, 0, time.UTC)
	a := api.Account{ID: "a", State: "fresh", ExpiresAt: now.Add(time.Hour), SignInBy: now.Add(72 * time.Hour), SignInSoon: now.Add(time.Hour)}
	board := newNoticeBoard(told{}, nil)
	if raise, _, _, next := board.play([]*api.Account{&a}, now); len(raise) != 0 || !next.Equal(a.SignInSoon) {
		t.Errorf("before its time: %v, next look %v", raise, next)
	}
	now = now.Add(time.Hour)
	a.ExpiresAt = now.Add(time.Hour)
	if raise, _, _, _ := board.play([]*api.Account{&a}, now); len(raise["ending"]) != 1 {
		t.Errorf("in its time: %v", raise)
	}
	if raise, _, clear, _ := board.play([]*api.Account{&a}, now.Add(time.Minute)); len(raise) != 0 || len(clear) != 0 {
		t.Errorf("again: %v, %v", raise, clear)
	}
	a.SignInBy, a.SignInSoon = now.Add(900*time.Hour), now.Add(800*time.Hour)
	if _, _, clear, _ := board.play([]*api.Account{&a}, now.Add(2*time.Minute)); len(clear) != 1 || clear[0] != "ending" {
		t.Errorf("after a sign-in: %v", clear)
	}
}
