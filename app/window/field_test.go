package main

import (
	"encoding/json"
	"net"
	"net/http"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"freshkey/app/api"
)

// keepsSettings is an agent that keeps settings, and takes no keys "bad".
type keepsSettings struct {
	mu       sync.Mutex // guards what follows
	settings api.Settings
}

func (k *keepsSettings) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if r.Method == http.MethodGet {
		api.Send(w, http.StatusOK, api.Snapshot{Settings: k.settings})
		return
	}
	var in api.Settings
	if err := json.NewDecoder(r.Body).Decode(&in); err != nil || in.Shortcut == "bad" {
		api.SendProblem(w, http.StatusBadRequest, &api.Problem{Code: api.CodeUsage, Field: "shortcut", What: "these are no keys"})
		return
	}
	k.settings = in
	api.Send(w, http.StatusOK, struct{}{})
}

func (k *keepsSettings) now() api.Settings {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.settings
}

// settingsPage shows the settings of an agent, and returns what applies so many changes that come from elsewhere: one for a field that was left, and
// one for each setting that was stored.
func settingsPage(t *testing.T, before api.Settings) (w *Window, agent *keepsSettings, press func(fyne.KeyName), settle func(changes int)) {
	t.Helper()
	w, press, _ = keyboard(t, pageSettings)
	agent = &keepsSettings{settings: before}
	socket := filepath.Join(t.TempDir(), "s")
	listener, err := net.Listen("unix", socket)
	if err != nil {
		t.Fatal(err)
	}
	server := &http.Server{Handler: agent}
	go func() { _ = server.Serve(listener) }()
	t.Cleanup(func() { _ = server.Close() })
	w.client = api.ClientAt(socket)
	w.model.snapshot.Settings = before
	w.repaint()
	return w, agent, press, func(changes int) {
		t.Helper()
		for range changes {
			next(t, w)
			w.model.snapshot.Settings = agent.now()
			w.repaint()
		}
	}
}

// A setting that was typed, and is gone once the window is, was taken for stored: nothing said that Enter was wanted. And where another page had been
// opened by then, all other settings went with it.
func TestASettingIsStoredByLeavingItsField(t *testing.T) {
	before := api.Settings{Language: "en", Shortcut: "Ctrl+Alt+C", MinValid: "30m", Lock: api.Lock{WithScreen: true}}
	for name, leave := range map[string]func(*Window){
		"Tab": func(w *Window) { w.fyne.Canvas().FocusNext() }, "another page": func(w *Window) { w.openPage(pageAccounts) },
		"an account": func(w *Window) { w.selectAccount("b"); w.fyne.Canvas().Unfocus() }, "the same page": func(w *Window) { w.openPage(pageSettings) },
	} {
		w, agent, _, settle := settingsPage(t, before)
		f := w.widgets.settings.proxy
		w.fyne.Canvas().Focus(f)
		f.SetText(" http://p.example:1")
		f.FocusLost() // another window covers this one
		next(t, w)
		if len(w.edits) > 0 {
			t.Errorf("%s: stored before the field was left", name)
		}
		leave(w)
		settle(2)
		want := before
		want.Proxy = "http://p.example:1"
		if got := agent.now(); got != want {
			t.Errorf("%s: %+v", name, got)
		}
	}
}

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

// The click that leaves a field changes a setting as well: neither takes the other back, and what was refused stays to be read, and to be mended.
func TestASettingThatIsClickedTakesNoTypedOneBack(t *testing.T) {
	w, agent, _, settle := settingsPage(t, api.Settings{Language: "en"})
	p := &w.widgets.settings
	w.fyne.Canvas().Focus(p.proxy)
	p.proxy.SetText("http://p.example:1")
	w.fyne.Canvas().Unfocus()
	test.Tap(p.checks["notices"])
	settle(3)
	if got := agent.now(); got.Proxy != "http://p.example:1" || !got.Quiet {
		t.Errorf("stored: %+v", got)
	}
	w.fyne.Canvas().Focus(p.keys)
	p.keys.SetText("bad")
	w.fyne.Canvas().Unfocus()
	settle(2)
	test.Tap(p.checks["notices"])
	settle(1)
	if got := agent.now(); got.Shortcut != "" || got.Quiet || p.keys.Text != "bad" || w.model.problem == nil {
		t.Errorf("%+v, %q in the field, and %v is said", got, p.keys.Text, w.model.problem)
	}
	w.fyne.Canvas().Focus(p.keys)
	p.keys.SetText("Ctrl+Alt+X")
	w.fyne.Canvas().Unfocus()
	if settle(2); agent.now().Shortcut != "Ctrl+Alt+X" || w.model.problem != nil {
		t.Errorf("mended: %+v, and %v is said", agent.now(), w.model.problem)
	}
}

func TestEscapeTakesBackWhatWasTypedInASetting(t *testing.T) {
	w, agent, press, _ := settingsPage(t, api.Settings{Language: "en", Shortcut: "Ctrl+Alt+C"})
	f := w.widgets.settings.keys
	w.fyne.Canvas().Focus(f)
	f.SetText("XYZ")
	f.Entry.TypedShortcut(&fyne.ShortcutSelectAll{})
	press(fyne.KeyEscape)
	f.TypedRune('!')
	if f.Text != "!Ctrl+Alt+C" && f.Text != "Ctrl+Alt+C!" || w.model.page != pageSettings {
		t.Errorf("%q, on page %q: the next letter took what was selected", f.Text, w.model.page)
	}
	press(fyne.KeyEscape)
	press(fyne.KeyEscape)
	if w.model.page != pageAccounts || len(w.edits) > 0 || agent.now().Shortcut != "Ctrl+Alt+C" {
		t.Errorf("on page %q, %v is stored", w.model.page, w.edits)
	}
}

// The word that it was refused went, and the text stayed, as if it were stored.
func TestARefusalStaysWhereItsPageIsOpenedOnceMore(t *testing.T) {
	w, _, _, settle := settingsPage(t, api.Settings{Language: "en"})
	w.fyne.Canvas().Focus(w.widgets.settings.keys)
	w.widgets.settings.keys.SetText("bad")
	w.fyne.Canvas().Unfocus()
	settle(2)
	if w.openPage(pageSettings); w.model.problem == nil || w.widgets.settings.keys.Text != "bad" {
		t.Errorf("%v is said of %q", w.model.problem, w.widgets.settings.keys.Text)
	}
}

// What is refused is told, also to whoever has gone on to another page: there the field is, and what was typed. Who types elsewhere by then goes on.
func TestASettingThatIsRefusedLeadsBackToItsField(t *testing.T) {
	w, _, _, settle := settingsPage(t, api.Settings{Language: "en"})
	f := w.widgets.settings.keys
	w.fyne.Canvas().Focus(f)
	f.SetText("bad")
	w.openPage(pageAccounts)
	settle(2)
	if w.model.page != pageSettings || w.model.problem == nil || f.Text != "bad" {
		t.Errorf("on page %q with %v and %q", w.model.page, w.model.problem, f.Text)
	}
	w.fyne.Canvas().Focus(f)
	f.SetText("bad, ")
	f.SetText("bad")
	w.openAdd()
	settle(2)
	if focused := w.fyne.Canvas().Focused(); w.model.page != pageAdd || focused == nil {
		t.Errorf("on page %q, and the keyboard is at %v", w.model.page, focused)
	}
	w.openPage(pageSettings)
	if w.repaint(); w.model.problem == nil {
		t.Error("that it was refused is said nowhere")
	}
}
