package main

import (
	"context"
	"testing"

	"fyne.io/fyne/v2"

	"freshkey/app/api"
)

// A page of secrets that somebody has collected is gone with one key, or one click beside another window's corner.
func TestTheWindowIsNotClosedOverWhatWasTyped(t *testing.T) {
	for name, types := range map[string]func(*Window){
		"a form": func(w *Window) { w.widgets.add.entries["name"].SetText("work") },
		"a form of another page": func(w *Window) {
			w.widgets.add.entries["name"].SetText("work")
			w.openPage(pageSettings)
		},
		"a form below a question": func(w *Window) {
			w.widgets.add.entries["name"].SetText("work")
			w.askQuestion(api.Snapshot{Questions: []api.Question{{ID: 1, Account: "a"}}})
		},
		"an account's settings": func(w *Window) {
			w.openPage(pageAccounts)
			w.openEdit()
			w.fyne.Canvas().Focused().(*field).SetText("other")
		},
	} {
		t.Run(name, func(t *testing.T) {
			w, press, _ := keyboard(t, pageAdd)
			closed := false
			w.fyne.SetOnClosed(func() { closed = true })
			types(w)
			before := w.fyne.Canvas().Overlays().Top()
			w.askClose()
			if closed || w.fyne.Canvas().Overlays().Top() == before {
				t.Fatal("closed, and nobody was asked")
			}
			press(fyne.KeyEscape)
			if closed || w.fyne.Canvas().Overlays().Top() != before {
				t.Fatal("Escape was no answer")
			}
			w.askClose()
			if w.askClose(); !closed {
				t.Error("who wants it twice is kept")
			}
		})
	}
}

func TestAWindowWithNothingTypedIsClosedAtOnce(t *testing.T) {
	w, _, shortcut := keyboard(t, pageAdd)
	closed := false
	w.fyne.SetOnClosed(func() { closed = true })
	if shortcut(control(fyne.KeyW)); !closed {
		t.Error("nothing was typed, and it stays")
	}
}

// The window closes once what was typed is stored; if that is refused it stays, and says why.
func TestASettingIsStoredBeforeTheWindowCloses(t *testing.T) {
	w, agent, _, settle := settingsPage(t, api.Settings{Language: "en"})
	closed := false
	w.fyne.SetOnClosed(func() { closed = true })
	f := w.widgets.settings.keys
	w.fyne.Canvas().Focus(f)
	f.SetText("bad")
	w.askClose()
	if settle(1); closed || w.model.problem == nil {
		t.Errorf("closed: %v, with %v", closed, w.model.problem)
	}
	w.askClose() // it is no use to try that again
	if closed || w.sure == nil || w.fyne.Canvas().Overlays().Top() != w.sure {
		t.Fatal("nobody is asked what is to become of it")
	}
	w.topDialog().Hide()
	f.SetText("Ctrl+Alt+X")
	w.askQuestion(api.Snapshot{Questions: []api.Question{{ID: 1, Account: "a"}}}) // over it
	w.askClose()
	if settle(1); !closed || agent.now().Shortcut != "Ctrl+Alt+X" {
		t.Errorf("closed: %v, with %+v", closed, agent.now())
	}
}

// Nobody takes the setting, and nobody ever will: the window could not be closed.
func TestAWindowWithoutAnAgentCanBeClosed(t *testing.T) {
	w, _, _ := keyboard(t, pageSettings)
	closed := false
	w.fyne.SetOnClosed(func() { closed = true })
	w.fyne.Canvas().Focus(w.widgets.settings.proxy)
	w.widgets.settings.proxy.SetText("http://p.example:1")
	w.askClose()
	next(t, w)
	w.repaint()
	w.askClose()
	if w.askClose(); !closed {
		t.Errorf("asked three times, and it stays: %v", w.model.problem)
	}
}

// The agent takes its time to store a setting, and the person goes on meanwhile.
func TestAWindowThatWaitsToBeClosedDoesNotCloseOverAForm(t *testing.T) {
	w, _, _, settle := settingsPage(t, api.Settings{Language: "en"})
	closed := false
	w.fyne.SetOnClosed(func() { closed = true })
	w.widgets.settings.proxy.SetText("http://p.example:1")
	w.askClose()
	w.openAdd()
	w.widgets.add.entries["name"].SetText("work")
	if settle(1); closed || w.sure == nil || w.fyne.Canvas().Overlays().Top() != w.sure {
		t.Errorf("closed: %v; or nobody is asked", closed)
	}
}

// With a dialog Fyne takes away what lies above it. The question whether to close was gone, and was taken for answered with yes.
func TestWhoIsNotAskedAnyMoreHasNotAgreed(t *testing.T) {
	w, _, _ := keyboard(t, pageAdd)
	closed := false
	w.fyne.SetOnClosed(func() { closed = true })
	w.widgets.add.entries["name"].SetText("work")
	w.askQuestion(api.Snapshot{Questions: []api.Question{{ID: 1, Account: "a"}}})
	w.askClose()
	w.askQuestion(api.Snapshot{}) // it is answered elsewhere
	if w.askClose(); closed {
		t.Error("closed, and nobody was asked")
	}
}

// A program's question came while a form was being stored, and went with it: it was to be seen nowhere, and each later one waited behind it.
func TestAQuestionOutlivesTheFormBelowIt(t *testing.T) {
	w, _, _ := keyboard(t, pageAccounts)
	f, stored := w.field(), make(chan struct{})
	store := func(context.Context) error { <-stored; return nil }
	w.openForm("a form", "Save", f, []*field{f}, func() func(context.Context) error { return store }, func(*model) {})
	f.OnSubmitted("")
	w.askQuestion(api.Snapshot{Questions: []api.Question{{ID: 1, Account: "a"}}})
	close(stored)
	next(t, w)
	if all := w.fyne.Canvas().Overlays().List(); len(all) != 1 || w.asked.dialog == nil || all[0] != w.asked.shown {
		t.Errorf("%d dialogs, and the question is not the one", len(all))
	}
}

// A setting that is emptied is one that is typed: it is stored, and nobody is asked. What was chosen beside a field was not typed in it.
func TestASettingThatIsTakenAwayIsStoredBeforeTheWindowCloses(t *testing.T) {
	w, agent, _, settle := settingsPage(t, api.Settings{Language: "en", Shortcut: "Ctrl+Alt+C"})
	closed := false
	w.fyne.SetOnClosed(func() { closed = true })
	w.widgets.settings.keys.SetText("")
	w.widgets.settings.selects["proxy"].SetSelectedIndex(1)
	w.askClose()
	if settle(2); !closed || agent.now().Shortcut != "" || agent.now().Proxy != api.NoProxy {
		t.Errorf("closed: %v, with %+v", closed, agent.now())
	}
}

// A dialog that is hidden once more, by what it had begun, forgot the form that was opened since.
func TestAFormIsKeptWhenAnEarlierOneIsStored(t *testing.T) {
	w, press, _ := keyboard(t, pageAccounts)
	closed := false
	w.fyne.SetOnClosed(func() { closed = true })
	f, stored := w.field(), make(chan struct{})
	store := func(context.Context) error { <-stored; return nil }
	w.openForm("first", "Save", f, []*field{f}, func() func(context.Context) error { return store }, func(*model) {})
	f.OnSubmitted("")
	press(fyne.KeyEscape)
	g := w.field()
	w.openForm("second", "Save", g, []*field{g}, func() func(context.Context) error { return store }, func(*model) {})
	g.SetText("typed")
	close(stored)
	next(t, w)
	if w.askClose(); closed || w.sure == nil {
		t.Error("closed over the second form")
	}
	press(fyne.KeyEscape)
	form := w.fyne.Canvas().Overlays().Top()
	if press(fyne.KeyEscape); w.fyne.Canvas().Overlays().Top() == form {
		t.Error("Escape throws away what was typed, and nobody was asked")
	}
	press(fyne.KeyEscape)
	g.SetText("")
	if press(fyne.KeyEscape); w.fyne.Canvas().Overlays().Top() != nil {
		t.Error("Escape does not reach the second form")
	}
}

// What was refused because no agent was there is stored once one is.
func TestASettingThatNobodyWasThereToTakeIsTriedAgain(t *testing.T) {
	w, agent, _, settle := settingsPage(t, api.Settings{})
	there := w.client
	w.client = api.ClientAt(t.TempDir() + "/nobody")
	w.widgets.settings.proxy.SetText("http://p.example:1")
	w.agentGone()
	w.askClose()
	next(t, w)
	w.client = there
	w.applySnapshot(&w.model, w.model.snapshot)
	closed := false
	w.fyne.SetOnClosed(func() { closed = true })
	w.askClose()
	if settle(1); !closed || agent.now().Proxy != "http://p.example:1" {
		t.Errorf("closed: %v, with %+v", closed, agent.now())
	}
}
