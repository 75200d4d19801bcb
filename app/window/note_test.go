package main

import (
	"context"
	"testing"
	"time"

	"fyne.io/fyne/v2/test"

	"freshkey/app/api"
	"freshkey/app/words"
	"freshkey/oauth"
	"freshkey/oauth/keeper"
)

// "The keychain is locked" was said in red on a page whose account had long been read again.
func TestFailureIsSaidNoLongerOnceTheAccountIsWell(t *testing.T) {
	failed, done := note{text: "the keychain is locked", bad: true}, note{text: "saved", until: noon.Add(time.Hour)}
	for name, c := range map[string]struct {
		note   note
		states []keeper.State // the first is that of the click
		gone   bool
	}{
		"unlocked elsewhere":                {failed, []keeper.State{keeper.StateLocked, keeper.StateFresh}, true},
		"unlocked, and refreshed first":     {failed, []keeper.State{keeper.StateLocked, keeper.StateRefreshing, keeper.StateFresh}, true},
		"unlocked and held":                 {failed, []keeper.State{keeper.StateLocked, keeper.StateHeld}, true},
		"locked still":                      {failed, []keeper.State{keeper.StateLocked, keeper.StateLocked}, false},
		"signed out instead":                {failed, []keeper.State{keeper.StateLocked, keeper.StateSignIn}, false},
		"well all the time":                 {failed, []keeper.State{keeper.StateFresh, keeper.StateFresh}, false},
		"well, and refreshed for the click": {failed, []keeper.State{keeper.StateRefreshing, keeper.StateFresh}, false},
		"fell ill after the click":          {failed, []keeper.State{keeper.StateFresh, keeper.StateOffline, keeper.StateFresh}, true},
		"it went well":                      {done, []keeper.State{keeper.StateLocked, keeper.StateFresh}, false},
	} {
		t.Run(name, func(t *testing.T) {
			a := test.NewTempApp(t)
			w := newWindow(t.Context(), a.NewWindow("Freshkey"), api.ClientAt(t.TempDir()+"/nobody"), words.New())
			w.now = func() time.Time { return noon }
			for n, state := range c.states {
				w.applySnapshot(&w.model, api.Snapshot{Accounts: []*api.Account{account("a", state, time.Hour)}})
				if n == 0 {
					w.model.note["a"] = c.note
				}
			}
			if shown := w.model.noteOf("a", noon); (shown.text == "") != c.gone {
				t.Errorf("it is said: %q", shown.text)
			}
		})
	}
}

// "✓ Copied, valid until …" stood beside the word that what was copied is gone.
func TestALockTakesBackThatSomethingWasCopied(t *testing.T) {
	m := with(account("a", keeper.StateFresh, time.Hour), account("b", keeper.StateSignIn, -time.Hour))
	m.note = map[string]note{"a": {text: "copied", until: noon.Add(time.Hour)}, "b": {text: "refused", bad: true}}
	next := m.snapshot
	next.Status.Locked = true
	m.adopt(next)
	if said := m.noteOf("a", noon); said.text != "" {
		t.Errorf("it is said: %q", said.text)
	}
	if said := m.noteOf("b", noon); said.text != "refused" {
		t.Errorf("of what failed it is said: %q", said.text)
	}
}

// Two times stood on one page: when it is tried again, and, in red, when it would have been.
func TestANoteDoesNotSayWhenItIsTriedAgain(t *testing.T) {
	w, _, _ := keyboard(t, pageAccounts)
	said := func(p *api.Problem) string {
		w.call("a", func(context.Context) (string, error) { return "", p })
		next(t, w)
		return w.model.noteOf("a", noon).text
	}
	w.model.snapshot.Accounts[0].Reason = oauth.ReasonServer
	failed := api.Problem{Code: api.CodeFailed, Reason: oauth.ReasonServer, What: "It failed.", Advice: "Freshkey tries again in 8 s."}
	if got := said(&failed); got != failed.What {
		t.Errorf("it says %q", got)
	}
	other := api.Problem{Code: api.CodeFailed, Reason: oauth.ReasonNoCode, What: "It failed.", Advice: "Paste another one."}
	if got := said(&other); got != other.Error() {
		t.Errorf("of what does not pass it says %q", got)
	}
}
