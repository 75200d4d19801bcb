package main

import (
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"freshkey/app/api"
	"freshkey/app/words"
)

// Nothing has opened: who is told that something has looks for it.
func TestPageThatNoBrowserOpenedIsShownToBeOpenedByHand(t *testing.T) {
	address := "https://id.example.com/authorize?" + strings.Repeat("scope=of-some-length&", 20)
	for _, language := range []string{"en", "zh-Hans"} {
		w := words.New(language)
		for _, listening := range []bool{true, false} {
			l := api.Login{Account: "a", Step: api.StepBrowser, AuthorizeURL: address, Listening: listening, NoBrowser: true}
			v := decideLogin(w, l)
			for _, claim := range []string{"login.browser", "login.paste"} {
				if strings.Contains(v.Text, w.Text(claim)) {
					t.Errorf("%s, listening %v: says %q", language, listening, v.Text)
				}
			}
			if !strings.Contains(v.Text, w.Text("login.no_browser")) || v.Visit != address || v.Paste == listening {
				t.Errorf("%s, listening %v: %+v", language, listening, v)
			}
			if l.NoBrowser = false; decideLogin(w, l).Visit != "" {
				t.Errorf("%s, listening %v: the address stands there beside the browser's", language, listening)
			}
		}
	}
	w := stage(t, test.NewTempApp(t), words.New("en"), scene{set: func(m *model) {
		m.snapshot.Logins = []api.Login{{Account: "a", Step: api.StepBrowser, AuthorizeURL: address, Listening: true, NoBrowser: true}}
	}})
	p := &w.widgets.detail.signIn
	if !p.visit.Visible() || p.visit.Text != address || !p.open.Visible() || w.fyne.Content().MinSize().Width > 780 {
		t.Errorf("shown: %q, visible %v", p.visit.Text, p.visit.Visible())
	}
	p.open.Tapped(nil)
	if got := fyne.CurrentApp().Clipboard().Content(); got != address {
		t.Errorf("copied %q", got)
	}
}

// A token answer is all secrets, and the window may be on a screen that others see.
func TestTokenAnswerInTheFieldForAnAddressIsNotToBeRead(t *testing.T) {
	w := stage(t, test.NewTempApp(t), words.New("en"), scene{set: func(m *model) {
		m.snapshot.Logins = []api.Login{{Account: "a", Step: api.StepBrowser, AuthorizeURL: "https://id.example.com/authorize"}}
	}})
	for text, wanted := range map[string]bool{"https://example.com/?code=planted": true, ` {"refresh_token":"planted"}`: false} {
		w.widgets.detail.signIn.address.SetText(text)
		if shown := strings.Contains(test.RenderObjectToMarkup(w.widgets.detail.signIn.address), "planted"); shown != wanted {
			t.Errorf("%q is shown: %v", text, shown)
		}
	}
}
