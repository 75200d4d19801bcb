package main

import (
	"strings"
	"testing"

	"fyne.io/fyne/v2"

	"freshkey/app/api"
	"freshkey/app/words"
)

// A mistake in one field of a long page is told where it was made, and no second time below all others.
func TestMistakenKeysAreToldBesideTheirField(t *testing.T) {
	w := words.New("en")
	m := &model{snapshot: api.Snapshot{Settings: api.Settings{Shortcut: "Ctrl+Alt+C"}}}
	if v := decideSettings(w, m, noon); v.KeysBad || v.KeysText != w.Text("settings.shortcut.text") {
		t.Errorf("without a mistake: %q", v.KeysText)
	}
	m.problem = &api.Problem{Code: api.CodeUsage, Field: "shortcut", What: w.Text("settings.shortcut.bad"), Advice: w.Text("settings.shortcut.bad.advice")}
	v := decideSettings(w, m, noon)
	if !v.KeysBad || !strings.Contains(v.KeysText, "not a combination of keys. Write it like Ctrl+Alt+C") || v.Problem != "" {
		t.Errorf("%q, and below %q", v.KeysText, v.Problem)
	}
	m.problem.Field = "proxy"
	if v := decideSettings(w, m, noon); v.KeysBad || v.ProxyProblem == "" || v.Problem != "" {
		t.Errorf("of the proxy: %+v", v)
	}
	m.problem.Field = "lock.after"
	if v := decideSettings(w, m, noon); v.KeysBad || v.ProxyProblem != "" || v.Problem == "" {
		t.Errorf("of another field: %+v", v)
	}
	if s := (settingEdit{name: "shortcut", value: "Super+F5"}).over(v.Settings); s.Shortcut != "Super+F5" {
		t.Errorf("stored as %q", s.Shortcut)
	}
}

// A dropdown among buttons that Enter presses was taken for dead.
func TestEnterOpensADropdown(t *testing.T) {
	w, press, shortcut := keyboard(t, pageAccounts)
	shortcut(control(fyne.KeyComma))
	if w.fyne.Canvas().Focused() != w.widgets.settings.selects["min_valid"] {
		t.Fatal("the keyboard is not at the first setting")
	}
	if press(fyne.KeyReturn); w.fyne.Canvas().Overlays().Top() == nil {
		t.Error("nothing opens")
	}
}

// The keyboard was nowhere once the language was chosen, and the next key led away from the settings.
func TestTheKeyboardStaysAtTheLanguageThatWasChosen(t *testing.T) {
	w, _, _ := keyboard(t, pageSettings)
	w.fyne.Canvas().Focus(w.widgets.settings.selects["language"])
	w.change(func(*model) { w.applySettings(api.Settings{Language: "zh-Hans"}) })
	next(t, w)
	if w.fyne.Canvas().Focused() != w.widgets.settings.selects["language"] {
		t.Errorf("it is at %T", w.fyne.Canvas().Focused())
	}
}
