package main

import (
	"encoding/json"
	"net"
	"net/http"
	"path/filepath"
	"testing"
	"time"

	"fyne.io/fyne/v2"

	"freshkey/app/api"
)

// askExport shows the question whether an account may move to another computer.
func askExport(w *Window) {
	q := api.Question{ID: 1, Account: "a", Program: api.Program{PID: 4711, Path: "/usr/bin/bash"}, Export: "/home/me/work.key"}
	w.questionDialog(q, api.Account{Name: "work"}).dialog.Show()
}

func TestEscapeSaysNoToWhatAProgramAsks(t *testing.T) {
	socket := filepath.Join(t.TempDir(), "s")
	listener, err := net.Listen("unix", socket)
	if err != nil {
		t.Fatal(err)
	}
	answers := make(chan api.Answer, 1)
	agent := &http.Server{Handler: http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		var in api.AnswerRequest
		if err := json.NewDecoder(r.Body).Decode(&in); err != nil {
			t.Error(err)
		}
		answers <- in.Answer
	})}
	go func() { _ = agent.Serve(listener) }()
	defer func() { _ = agent.Close() }()
	w, press, _ := keyboard(t, pageAccounts)
	w.client = api.ClientAt(socket)
	w.openEdit()
	w.askQuestion(api.Snapshot{Questions: []api.Question{{ID: 1, Account: "a", Program: api.Program{PID: 4711, Path: "/usr/bin/bash"}}}})
	press(fyne.KeyEscape)
	if got := <-answers; got != api.AnswerNo {
		t.Errorf("the answer is %q", got)
	}
	if w.asked.dialog != nil || w.topDialog() == nil {
		t.Error("not the question has gone, but what was below it")
	}
	w.askQuestion(api.Snapshot{Questions: []api.Question{{ID: 2, Account: "a"}}})
	edits := w.topDialog().Dialog
	w.openCopyAs()
	if press(fyne.KeyEscape); w.asked.dialog == nil || w.topDialog().Dialog != edits {
		t.Error("Escape has answered what stands below another dialog")
	}
}

// The question of an agent that was killed stood on, and what the person answered went nowhere, and nothing was said; one of the next agent waited
// behind it.
func TestQuestionOfAnAgentThatHasGoneIsTakenAway(t *testing.T) {
	w, _, _ := keyboard(t, pageAccounts)
	asks := api.Snapshot{Accounts: w.model.snapshot.Accounts, Questions: []api.Question{{ID: 1, Account: "a"}}}
	shown := func() bool { return w.fyne.Canvas().Overlays().Top() != nil }
	w.applySnapshot(&w.model, asks)
	if !shown() {
		t.Fatal("nothing is asked")
	}
	w.agentGone()
	if shown() || w.isBusy() {
		t.Error("the agent has gone, and its question stands")
	}
	if w.applySnapshot(&w.model, asks); !shown() { // the stream broke off, and not the agent
		t.Error("the agent is there again, and its question is not")
	}
	asks.Status.PID, asks.Questions[0].ID = 4711, 2
	if w.applySnapshot(&w.model, asks); shown() {
		t.Error("another agent takes no answer from this window, and its question is shown in it")
	}
}

// A question came while somebody typed a text, whose Tab led to "Allow once", and whose blank pressed it: a program got a token, and nobody had agreed.
func TestWhatIsBeingTypedAgreesToNothing(t *testing.T) {
	w, _, _ := keyboard(t, pageAdd)
	now := noon
	w.now = func() time.Time { return now }
	w.askQuestion(api.Snapshot{Questions: []api.Question{{ID: 1, Account: "a", Program: api.Program{PID: 4711, Path: "/usr/bin/bash"}}}})
	answered := func() bool { return w.asked.dialog == nil }
	types := func(after time.Duration, keys ...fyne.KeyName) {
		now = now.Add(after)
		for _, k := range keys {
			typeKey(w.fyne.Canvas().Focused(), k)
			if !answered() && k != fyne.KeySpace && k != fyne.KeyReturn {
				w.fyne.Canvas().Focused().TypedRune(rune(k[0]))
			}
		}
	}
	w.fyne.Canvas().FocusNext()
	types(time.Second, fyne.KeySpace) // it has just come
	types(time.Minute, fyne.KeyO, fyne.KeyP, fyne.KeySpace)
	types(time.Second, fyne.KeyReturn)
	if answered() {
		t.Fatal("a text that was typed has agreed")
	}
	if types(2*time.Second, fyne.KeySpace); !answered() {
		t.Error("nobody can agree by the keyboard")
	}
}

// It lay over a dialog that went, and came back under the fingers of whoever had closed that.
func TestAQuestionThatComesBackIsReadAnew(t *testing.T) {
	w, _, _ := keyboard(t, pageAccounts)
	w.openEdit()
	edits := w.topDialog()
	w.askQuestion(api.Snapshot{Questions: []api.Question{{ID: 1, Account: "a"}}})
	later := w.asked.since.Add(keyPause)
	w.now = func() time.Time { return later }
	if !w.asked.keysCount(later) {
		t.Fatal("it is not to be answered yet")
	}
	edits.Hide()
	if w.asked.dialog == nil || w.fyne.Canvas().Overlays().Top() == nil || w.asked.keysCount(later) {
		t.Error("keys answer it at once")
	}
}
