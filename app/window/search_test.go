package main

import (
	"testing"
	"time"

	"fyne.io/fyne/v2"

	"freshkey/app/api"
	"freshkey/oauth/keeper"
)

func TestSearchFindsNoAccountByLettersOfItsOpenID(t *testing.T) {
	home := account("home", keeper.StateFresh, time.Hour)
	home.OpenID, home.ClientID, home.Provider, home.Origins = "2.0:/Kbi7Qx==", "28823037615", "sso", []string{"https://sso.example.com"}
	m := with(home)
	for search, want := range map[string]bool{
		"bi": false, "kbi7qx": false, "2.0": false, "==": false, // letters that stand there by chance, or in all of them
		"2.0:/Kbi7": true, "OM": true, "376": true, "SSO": true, "example.com": true, " home ": true, "homes": false, "": true,
	} {
		m.search = search
		if found := len(m.accounts(noon)) == 1; found != want {
			t.Errorf("%q finds it: %v", search, found)
		}
	}
}

// Another account's page stood beside "0 accounts found", with a line that its token was copied; nothing was copied then.
func TestASearchThatFindsNothingShowsNoAccount(t *testing.T) {
	w, _, shortcut := keyboard(t, pageAccounts)
	w.model.note["a"] = note{text: "copied"}
	w.search("nobody's")
	if v := w.shown; v.Page != "not found" || v.Detail.ID != "" {
		t.Errorf("%q is shown, of account %q", v.Page, v.Detail.ID)
	}
	shortcut(&fyne.ShortcutCopy{}) // does nothing
	if w.search(""); w.shown.Page != "detail" {
		t.Errorf("%q is shown once all are found", w.shown.Page)
	}
}

// What wants a person stood behind "no account is found".
func TestASearchThatFindsNothingHidesNothingThatIsAsked(t *testing.T) {
	w, _, shortcut := keyboard(t, pageAccounts)
	hidden := func() {
		w.widgets.search.SetText("")
		if w.widgets.search.SetText("nobody's"); w.shown.Page != "not found" {
			t.Fatalf("%q is shown", w.shown.Page)
		}
	}
	shown := func(what string) {
		if w.repaint(); w.shown.Page != "detail" || w.shown.Detail.ID != "a" {
			t.Errorf("%s: %q is shown, of %q", what, w.shown.Page, w.shown.Detail.ID)
		}
	}
	w.model.selected = "a"
	hidden()
	w.model.snapshot.Logins = []api.Login{{Account: "a", Number: 1, Step: api.StepConfirm}}
	w.model.selectQuestion(nil)
	shown("a question")
	hidden()
	w.model.snapshot.Accounts[0].State = keeper.StateSignIn
	w.model.showTrouble(noon)
	shown("a trouble")
	hidden()
	_ = answering(t, w)
	w.model.snapshot.Logins = []api.Login{{Account: "a", Number: 2, Step: api.StepBrowser, AuthorizeURL: "https://id.example.com/authorize?state=S"}}
	fyne.CurrentApp().Clipboard().SetContent("https://example.com/callback?code=C&state=S")
	w.fyne.Canvas().Unfocus()
	shortcut(&fyne.ShortcutPaste{Clipboard: fyne.CurrentApp().Clipboard()})
	shown("a pasted address")
}
