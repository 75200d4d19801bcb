package main

import (
	"fmt"
	"slices"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/test"

	"freshkey/app/api"
	"freshkey/app/words"
)

// keyboard shows a page and returns what pressing a key or a shortcut does, as the driver does it: to the widget with the
// focus if there is one, else to the window.
func keyboard(t *testing.T, page string) (w *Window, press func(fyne.KeyName), shortcut func(fyne.Shortcut)) {
	w = stage(t, test.NewTempApp(t), words.New("en"), scene{set: func(m *model) { m.page = page }})
	w.fyne.Resize(fyne.NewSize(940, 640))
	c := w.fyne.Canvas()
	press = func(k fyne.KeyName) {
		if f := c.Focused(); f != nil {
			typeKey(f, k)
		} else {
			c.OnTypedKey()(&fyne.KeyEvent{Name: k})
		}
	}
	shortcut = func(s fyne.Shortcut) {
		if f, ok := c.Focused().(fyne.Shortcutable); ok {
			f.TypedShortcut(s)
		} else {
			w.typedShortcut(s)
		}
	}
	return w, press, shortcut
}

func control(k fyne.KeyName) fyne.Shortcut {
	return &desktop.CustomShortcut{KeyName: k, Modifier: fyne.KeyModifierShortcutDefault}
}

func TestKeysOfTheWindowWorkWhateverHasTheFocus(t *testing.T) {
	for _, page := range []string{pageAdd, pageSettings, pageDoctor, pageRehearsal} {
		w, press, shortcut := keyboard(t, page)
		before := map[fyne.Focusable]bool{nil: true}
		for range 60 { // through everything Tab reaches
			w.model.page = page
			w.repaint()
			f := w.fyne.Canvas().Focused()
			press(fyne.KeyEscape)
			if w.model.page != pageAccounts {
				t.Errorf("Escape does nothing on %q when %T has the focus", page, f)
			}
			w.model.page = page
			w.repaint()
			if f != nil {
				w.fyne.Canvas().Focus(f)
			}
			shortcut(control(fyne.KeyComma))
			if w.model.page != pageSettings {
				t.Errorf("Ctrl+comma does nothing on %q when %T has the focus", page, f)
			}
			w.model.page = page
			w.repaint()
			if f != nil {
				w.fyne.Canvas().Focus(f)
			}
			w.fyne.Canvas().FocusNext()
			if f := w.fyne.Canvas().Focused(); before[f] {
				break
			} else {
				before[f] = true
			}
		}
		if len(before) < 7 {
			t.Errorf("Tab reaches %d widgets on %q", len(before), page)
		}
	}
}

func TestEscapeClosesTheDialogAndNothingMovesBelowIt(t *testing.T) {
	for name, open := range map[string]func(*Window){
		"edit": (*Window).openEdit, "copy as": (*Window).openCopyAs, "remove": (*Window).askRemove, "save for support": (*Window).exportLineage,
	} {
		w, press, shortcut := keyboard(t, pageAccounts)
		open(w)
		shortcut(control(fyne.KeyN))
		if w.model.page != pageAccounts {
			t.Errorf("%s: another page was opened below the dialog", name)
		}
		press(fyne.KeyEscape)
		if w.fyne.Canvas().Overlays().Top() != nil || w.topDialog() != nil {
			t.Errorf("%s: still open after Escape", name)
		}
	}
}

func TestSearchNeverLeavesAnAccountOutOfSightSelected(t *testing.T) {
	w, press, shortcut := keyboard(t, pageAccounts)
	shortcut(control(fyne.KeyF))
	test.Type(w.widgets.search, "rig")
	if a, _ := w.model.account(); a.Name != "test rig" {
		t.Errorf("the search shows test rig alone, and Ctrl+C would copy the token of %q", a.Name)
	}
	press(fyne.KeyEscape)
	if w.widgets.search.Text != "" || w.fyne.Canvas().Focused() != w.widgets.search {
		t.Error("Escape does not take the search away")
	}
	shortcut(control(fyne.KeyF)) // with what is there selected
	test.Type(w.widgets.search, "rig")
	shortcut(control(fyne.KeyF))
	press(fyne.KeyEscape)
	if test.Type(w.widgets.search, "wo"); w.widgets.search.Text != "wo" {
		t.Errorf("the next search is %q, and \"wo\" was typed", w.widgets.search.Text)
	}
	test.Type(w.widgets.search, "-nobody")
	shortcut(&fyne.ShortcutCopy{})
	if len(w.shown.Accounts) != 0 || len(w.model.working) != 0 {
		t.Errorf("%d accounts are found, and a token is copied: %v", len(w.shown.Accounts), w.model.working)
	}
}

func TestArrowsInTheListChooseTheAccountThatIsCopied(t *testing.T) {
	w, press, _ := keyboard(t, pageAccounts)
	w.fyne.Canvas().Focus(w.widgets.list)
	for _, c := range []struct {
		key  fyne.KeyName
		want string
	}{{fyne.KeyHome, "test rig"}, {fyne.KeyUp, "test rig"}, {fyne.KeyDown, "work"}, {fyne.KeyEnd, "home"}, {fyne.KeyDown, "home"}} {
		if press(c.key); w.shown.Detail.Name != c.want {
			t.Errorf("%s shows %q, want %q", c.key, w.shown.Detail.Name, c.want)
		}
	}
}

// haveKeys are parts of what has keys: of a list, a menu, a page, a dialog that Escape closes. The eye in a field for a secret only shows it.
var haveKeys = []string{
	"*widget.listItem", "*widget.menuItem", "*widget.scrollBarArea", "*widget.scrollBar", "*widget.PopUp", "*widget.OverlayContainer", "*widget.passwordRevealer",
}

// What only a pointer reaches is not there for who has none.
func TestEverythingThatCanBeClickedCanBeReachedByKeys(t *testing.T) {
	for _, s := range scenes(words.New("en")) {
		w := stage(t, test.NewTempApp(t), words.New("en"), s)
		w.fyne.Resize(fyne.NewSize(940, 640))
		content := w.fyne.Canvas().Content()
		if over := w.fyne.Canvas().Overlays().Top(); over != nil {
			content = over
		}
		for _, o := range test.LaidOutObjects(content) {
			_, clicked := o.(fyne.Tappable)
			_, reached := o.(fyne.Focusable)
			kind := fmt.Sprintf("%T", o)
			if clicked && !reached && o.Visible() && !slices.Contains(haveKeys, kind) {
				t.Errorf("%s: %s", s.name, kind)
			}
		}
	}
}

// A token that is pasted where nothing can be typed, or into the search, is a new account's; one that is pasted into another field stays there.
func TestPasteIntoTheWindowBeginsAnAccount(t *testing.T) {
	w, _, shortcut := keyboard(t, pageAccounts)
	paste := &fyne.ShortcutPaste{Clipboard: fyne.CurrentApp().Clipboard()}
	shortcut(paste) // nothing is in the clipboard
	if w.model.page != pageAccounts {
		t.Errorf("an empty clipboard opened %q", w.model.page)
	}
	fyne.CurrentApp().Clipboard().SetContent(`{"refresh_token":"r","access_token":"a"}`)
	w.focusSearch()
	shortcut(paste)
	if w.model.page != pageAdd || w.widgets.search.Text != "" { // else secrets would stand there to be read
		t.Errorf("pasted into the search: %q is shown, and the search is %q", w.model.page, w.widgets.search.Text)
	}
	w.openPage(pageAccounts)
	w.fyne.Canvas().Unfocus()
	shortcut(paste)
	if w.model.page != pageAdd || w.shown.Add.Way != wayPaste || w.shown.Add.Found == "" {
		t.Errorf("on %q by %q, found %q", w.model.page, w.shown.Add.Way, w.shown.Add.Found)
	}
	w.openPage(pageSettings)
	shortcut(paste)
	if w.model.page != pageSettings {
		t.Errorf("from the settings a paste led to %q", w.model.page)
	}
}

// The address that a sign-in ended at was called unknown, for having been pasted beside its field.
func TestAPastedRedirectGoesToTheSignInThatWaitsForIt(t *testing.T) {
	w, _, shortcut := keyboard(t, pageAccounts)
	agent := answering(t, w)
	paste := &fyne.ShortcutPaste{Clipboard: fyne.CurrentApp().Clipboard()}
	fyne.CurrentApp().Clipboard().SetContent("https://example.com/callback?code=C&state=S")
	w.model.snapshot.Logins = []api.Login{
		{Account: "b", Step: api.StepFailed, AuthorizeURL: "https://id.example.com/authorize?state=S"},
		{Account: "a", Step: api.StepBrowser, AuthorizeURL: "https://id.example.com/authorize?state=S"},
	}
	w.model.selected = "none"
	shortcut(paste)
	asked := <-agent
	if asked == "/v1/accounts/a/log" { // of the account that is shown now
		asked = <-agent
	}
	if asked != "/v1/accounts/a/login" || w.model.selected != "a" || w.model.page != pageAccounts {
		t.Errorf("%s is asked; %q is shown, on %q", asked, w.model.selected, w.model.page)
	}
	w.model.snapshot.Logins = nil
	w.fyne.Canvas().Unfocus()
	shortcut(paste)
	if v := w.shown.Add; v.What != w.words.Text("window.found_redirect") || w.model.form.isTyped() {
		t.Errorf("of an address that nothing waits for: %q; it counts as typed: %v", v.What, w.model.form.isTyped())
	}
}

// Who reaches a button with Tab presses it with Enter: nothing happened, and it was taken for a window that hangs.
func TestEnterPressesTheButtonThatHasTheFocus(t *testing.T) {
	w, press, _ := keyboard(t, pageAccounts)
	pressed := 0
	b := w.button("any", nil, func() { pressed++ })
	w.widgets.right.Add(b)
	for _, key := range []fyne.KeyName{fyne.KeyReturn, fyne.KeyEnter, fyne.KeySpace} {
		before := pressed
		w.fyne.Canvas().Focus(b)
		if press(key); pressed != before+1 {
			t.Errorf("%s presses it %d times", key, pressed-before)
		}
	}
	f := w.widgets.search
	c := w.button("leads to the search", nil, func() { w.fyne.Canvas().Focus(f) })
	w.widgets.right.Add(c)
	w.fyne.Canvas().Focus(c)
	press(fyne.KeySpace)
	f.TypedRune(' ') // as the system sends it behind the key
	press(fyne.KeySpace)
	if f.TypedRune(' '); f.Text != " " {
		t.Errorf("%q is typed where the button leads", f.Text)
	}
	w.fyne.Canvas().Focus(b)
	b.Disable()
	if press(fyne.KeyReturn); pressed != 3 {
		t.Error("it is pressed though it is disabled")
	}
}
