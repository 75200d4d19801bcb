package main

import (
	"context"
	"net"
	"path/filepath"
	"testing"
	"time"

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
	w.lookAfter("a", nil, 50*time.Millisecond)
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
