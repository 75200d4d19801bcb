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
			code := l
			code.UserCode = "WDJB-MJHT"
			if v := decideLogin(w, code); v.Visit != "" || strings.Contains(v.Text, w.Text("login.no_browser")) {
				t.Errorf("%s: beside a code that any device takes: %+v", language, v)
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

// Who has said that the account shall stay as it is has done nothing wrong.
func TestChainThatWasKeptByTheOwnersWordIsNoError(t *testing.T) {
	w := words.New("en")
	l := api.Login{Account: "a", Step: api.StepFailed, Had: "2.0:/one", Got: "2.0:/two"}
	l.Problem = w.AnotherPerson("a", l)
	if v := decideLogin(w, l); v.Bad || !v.Again || !strings.Contains(v.Text, "was kept") {
		t.Errorf("kept: %+v", v)
	}
	l.Problem = &api.Problem{Code: api.CodeFailed, What: "The provider did not answer."}
	if v := decideLogin(w, l); !v.Bad {
		t.Errorf("failed: %+v", v)
	}
}

// What is wrong with a pasted address is said where the person looks, and not below all the buttons of the account.
func TestProblemWithAPasteStandsBesideItsField(t *testing.T) {
	w := stage(t, test.NewTempApp(t), words.New("en"), scene{set: func(*model) {}})
	p, canvas := &w.widgets.detail, w.fyne.Canvas()
	begin := func(m *model) {
		m.snapshot.Logins = []api.Login{{Account: "a", Step: api.StepBrowser, AuthorizeURL: "https://id.example.com/authorize"}}
		m.note["a"] = note{text: "That is no address.", bad: true}
	}
	canvas.Focus(w.widgets.list)
	w.change(begin)
	if canvas.Focused() != w.widgets.list {
		t.Error("whoever goes through the list is taken away from it")
	}
	w.change(func(m *model) { m.snapshot.Logins = nil })
	canvas.Unfocus()
	w.change(begin)
	if !p.signIn.problem.Visible() || p.signIn.problem.Text != "That is no address." || p.note.Visible() {
		t.Errorf("beside the field %q, below %q", p.signIn.problem.Text, p.note.Text)
	}
	if canvas.Focused() != p.signIn.address {
		t.Error("the keyboard is not at the field")
	}
}

func TestPasteThatIsToBeBroughtIsSaidToBeOneOrNot(t *testing.T) {
	w := words.New("en")
	for text, want := range map[string]struct {
		said string
		bad  bool
	}{
		"":            {"", false},
		"R3_a-token":  {"Found: Refresh token ●●●●", false},
		"hello world": {"neither a token answer", true},
		"https://example.com/callback?code=C3_abc":                   {"neither a token answer", true},
		`{"refresh_token":"R3_a-token","access_token":"V3_b"}`:       {"Refresh token ●●●●", false},
		`{"access_token":"V3_b","token_type":"mac","mac_key":"k/="}`: {"Nothing in this is known", true},
		`{"hello":"world"}`: {"Nothing in this is known", true},
	} {
		if said, bad := decideBrought(w, text, noon); !strings.Contains(said, want.said) || bad != want.bad || strings.Contains(said, "R3_") {
			t.Errorf("%q: %q, bad %v", text, said, bad)
		}
	}
}
