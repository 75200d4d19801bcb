package main

import (
	"context"
	"net"
	"net/http"
	"path/filepath"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"

	"freshkey/app/api"
)

// All buttons were grey, and nothing was said, for as long as the agent was stopped.
func TestACallToAnAgentThatIsStoppedSaysSo(t *testing.T) {
	w, _, _ := keyboard(t, pageAccounts)
	socket := filepath.Join(t.TempDir(), "s")
	listener, err := net.Listen("unix", socket) // takes calls, and answers none
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	w.client = api.ClientAt(socket)
	answers := make(chan struct{})
	w.call("a", func(context.Context) (string, error) { <-answers; return "", nil })
	w.lookAfter(nil, 50*time.Millisecond, func(m *model) { m.note["a"] = note{text: w.words.Text("window.no_reaction"), bad: true} })
	next(t, w)
	if said := w.model.noteOf("a", noon); said.text != w.words.Text("window.no_reaction") {
		t.Errorf("it is said: %q", said.text)
	}
	close(answers)
	next(t, w)
	if said := w.model.noteOf("a", noon); said.text != "" || w.model.working["a"] {
		t.Errorf("it goes on, and it is said: %q", said.text)
	}
}

// Freshkey asked a person whether Freshkey's own window might have a token, for their own keystroke: the agent was another one by then.
func TestACopyThatTheAgentWouldAskAboutGoesOnInItsWindow(t *testing.T) {
	w, _, _ := keyboard(t, pageAccounts)
	asked := answering(t, w)
	for _, c := range []struct {
		pid  int
		asks bool
		want string
	}{{0, true, "/v1/accounts/a/copy"}, {7, false, "/v1/accounts/a/copy"}, {7, true, "/v1/window"}} {
		w.model.snapshot.Status.PID, w.model.snapshot.Accounts[0].Ask = c.pid, c.asks
		w.copy("a", api.FormAccessToken, api.Call{})
		next(t, w)
		if got := <-asked; got != c.want {
			t.Errorf("%+v: asked for %s", c, got)
		}
	}
}

// answering gives a window an agent that agrees to all it is asked, and tells of each.
func answering(t *testing.T, w *Window) (asked <-chan string) {
	t.Helper()
	socket := filepath.Join(t.TempDir(), "s")
	listener, err := net.Listen("unix", socket)
	if err != nil {
		t.Fatal(err)
	}
	paths := make(chan string, 9)
	agent := &http.Server{Handler: http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		paths <- r.URL.Path
		api.Send(rw, http.StatusOK, struct{}{})
	})}
	go func() { _ = agent.Serve(listener) }()
	t.Cleanup(func() { _ = agent.Close() })
	w.client = api.ClientAt(socket)
	return paths
}

// Each press of a button sent the keyboard back to the beginning of the window.
func TestTheKeyboardStaysAtTheButtonThatWasPressed(t *testing.T) {
	w, press, _ := keyboard(t, pageAccounts)
	verify := w.widgets.detail.verify
	w.fyne.Canvas().Focus(verify)
	asked := answering(t, w)
	press(fyne.KeyReturn)
	verify.TypedKey(&fyne.KeyEvent{Name: fyne.KeyReturn}) // it is held
	<-asked
	if !verify.Disabled() {
		t.Fatal("nothing is under way")
	}
	next(t, w)
	w.repaint()
	verify.TypedKey(&fyne.KeyEvent{Name: fyne.KeyReturn})
	if verify.Disabled() || w.fyne.Canvas().Focused() != verify {
		t.Errorf("disabled %v, the keyboard is at %T", verify.Disabled(), w.fyne.Canvas().Focused())
	}
}

// typeKey is a key that goes down and up again.
func typeKey(f fyne.Focusable, k fyne.KeyName) {
	if keyable, ok := f.(desktop.Keyable); ok {
		keyable.KeyDown(&fyne.KeyEvent{Name: k})
	}
	f.TypedKey(&fyne.KeyEvent{Name: k})
}
