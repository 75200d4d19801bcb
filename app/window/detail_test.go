package main

import (
	"slices"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2/test"

	"freshkey/app/words"
	"freshkey/oauth"
	"freshkey/oauth/keeper"
)

func TestAccountOfAnotherServerIsNotTakenForTheProvidersOwn(t *testing.T) {
	w := words.New("en")
	builtIn := oauth.BuiltIn().Origins()
	for name, c := range map[string]struct {
		origins []string
		want    string
	}{
		"the built-in one's": {builtIn, "xiaomi"},
		"a sandbox":          {[]string{"http://127.0.0.1:8080"}, "xiaomi · 127.0.0.1:8080"},
		"one server of two":  {[]string{builtIn[0], "https://mirror.example.com"}, "xiaomi · mirror.example.com"},
		"its name, no TLS":   {[]string{"http://account.xiaomi.com"}, "xiaomi · account.xiaomi.com"},
		"not known":          {nil, "xiaomi"},
	} {
		a := account("a", keeper.StateFresh, time.Hour)
		a.Origins = c.origins
		facts := decide(w, with(a), noon).Detail.Facts
		n := slices.IndexFunc(facts, func(f fact) bool { return f.Name == w.Text("window.provider") })
		if n < 0 || facts[n].Value != c.want {
			t.Errorf("%s: %+v, want %q", name, facts, c.want)
		}
	}
}

// A hold outlasts a provider that is down for a moment, and its owner may end it then too.
func TestHoldOfAnAccountThatWaitsCanBeEnded(t *testing.T) {
	for _, state := range []keeper.State{keeper.StateHeld, keeper.StateWaiting, keeper.StateOffline, keeper.StateLocked, keeper.StateUnsaved} {
		a := account("a", state, time.Hour)
		a.HeldUntil = noon.Add(30 * time.Minute)
		if d := decide(words.New("en"), with(a), noon).Detail; !d.CanRelease || d.CanHold || d.CanRefresh {
			t.Errorf("%s, held: %+v", state, d)
		}
		if d := decide(words.New("en"), with(a), noon.Add(40*time.Minute)).Detail; state != keeper.StateHeld && (d.CanRelease || !d.CanHold) {
			t.Errorf("%s, no longer held: %+v", state, d)
		}
	}
}

func TestNoSignatureIsPromisedForATokenThatSignsNothing(t *testing.T) {
	for language, signs := range map[string]string{"en": "Signs", "zh-Hans": "签名"} {
		for kind, want := range map[string]bool{"mac": true, "bearer": false, "": true} {
			w := stage(t, test.NewTempApp(t), words.New(language), scene{set: func(m *model) {
				m.snapshot.Accounts[0].TokenType, m.snapshot.Accounts[0].HasMACKey = kind, kind == "mac"
			}, open: (*Window).openCopyAs})
			said := test.RenderObjectToMarkup(w.fyne.Canvas().Overlays().Top())
			if strings.Contains(said, signs) != want || strings.Contains(said, "nonce") != want || !strings.Contains(said, "curl") {
				t.Errorf("%s, of type %q: %s", language, kind, said)
			}
		}
	}
}
