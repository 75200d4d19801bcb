package main

import (
	"testing"
	"time"

	"fyne.io/fyne/v2"
)

// next applies the next change that comes from elsewhere.
func next(t *testing.T, w *Window) {
	t.Helper()
	select {
	case change := <-w.changes:
		change(&w.model)
	case <-time.After(10 * time.Second):
		t.Fatal("nothing comes")
	}
}

// A setting that was typed, and is gone once the window is, was taken for stored: nothing said that Enter was wanted.
func TestASettingIsStoredByLeavingItsField(t *testing.T) {
	w, press, _ := keyboard(t, pageSettings)
	c := w.fyne.Canvas()
	for name, f := range map[string]*field{"keys": w.widgets.settings.keys, "proxy": w.widgets.settings.proxy} {
		stored := "nothing"
		f.OnSubmitted = func(text string) { stored = text }
		c.Focus(f)
		f.SetText("half")
		f.FocusLost() // another window covers this one
		if next(t, w); stored != "nothing" {
			t.Errorf("%s: %q was stored before the field was left", name, stored)
		}
		something := func() { // else changes meanwhile
			w.model.snapshot.Settings.Quiet = !w.model.snapshot.Settings.Quiet
			if w.repaint(); f.Text != "half" {
				t.Errorf("%s: %q is left of what was typed", name, f.Text)
			}
		}
		something()
		c.FocusNext()
		if next(t, w); stored != "half" {
			t.Errorf("%s: %q was stored by leaving the field", name, stored)
		}
		something() // before it is known whether it was taken
		c.Focus(f)
		press(fyne.KeyEscape)
		if f.Text != "" || w.model.page != pageSettings {
			t.Errorf("%s: Escape left %q, on page %q", name, f.Text, w.model.page)
		}
		press(fyne.KeyEscape)
		if w.model.page != pageAccounts || len(w.changes) > 0 {
			t.Errorf("%s: Escape again leads to %q, and stores %d times", name, w.model.page, len(w.changes))
		}
		w.openPage(pageSettings)
	}
}

// What cannot be stored is told, also to whoever has gone on to another page: there the field is, and what was typed.
func TestASettingThatIsRefusedLeadsBackToItsField(t *testing.T) {
	w, _, _ := keyboard(t, pageSettings)
	f := w.widgets.settings.keys
	w.fyne.Canvas().Focus(f)
	f.SetText("Ctrl+Alt+X")
	w.openPage(pageAccounts)
	next(t, w) // it was left
	next(t, w) // nobody takes it
	w.repaint()
	if w.model.page != pageSettings || w.model.problem == nil || f.Text != "Ctrl+Alt+X" {
		t.Errorf("on page %q with %v and %q", w.model.page, w.model.problem, f.Text)
	}
}

// A page of secrets that somebody has collected is gone with one key, or one click beside another window's corner.
func TestTheWindowIsNotClosedOverAHalfFilledForm(t *testing.T) {
	w, press, shortcut := keyboard(t, pageAdd)
	closed := false
	w.fyne.SetOnClosed(func() { closed = true })
	w.widgets.add.entries["name"].SetText("work")
	w.fyne.Canvas().Focus(w.widgets.add.entries["name"])
	shortcut(control(fyne.KeyW))
	if closed || w.fyne.Canvas().Overlays().Top() == nil {
		t.Fatal("closed, and nobody was asked")
	}
	press(fyne.KeyEscape)
	if closed || w.fyne.Canvas().Overlays().Top() != nil || w.widgets.add.entries["name"].Text != "work" {
		t.Fatal("Escape was no answer")
	}
	w.clearForm()
	if shortcut(control(fyne.KeyW)); !closed {
		t.Error("nothing was typed, and it stays")
	}
}
