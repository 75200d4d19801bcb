package main

import (
	"context"
	"errors"
	"os"
	"slices"
	"time"

	"freshkey/app/api"
)

// listen follows the agent, and looks for it again when it goes. One that ends takes the window with it; one that was killed leaves it, and what is
// typed in it, for the next.
func (w *Window) listen(ctx context.Context) {
	for ctx.Err() == nil {
		err := w.client.Follow(ctx, func(s api.Snapshot) {
			w.post(func(m *model) { w.applySnapshot(m, s) })
		})
		w.post(func(*model) {
			if w.agentGone(); errors.Is(err, api.ErrEnded) {
				w.fyne.Close()
			}
		})
		select {
		case <-ctx.Done():
		case <-time.After(time.Second):
		}
	}
}

// agentGone notes that no agent answers. What it has asked nobody waits for any more; if it was only not to be heard, it asks again.
func (w *Window) agentGone() {
	w.model.online, w.model.known = false, true
	w.askQuestion(api.Snapshot{})
	w.asked.id = 0
}

// succession is what becomes of a window.
type succession int

const (
	stays    succession = iota
	replaced            // by one that the agent is asked for
	closes              // there is another one
)

// successionOf decides. agent is the process of the agent that opened the window, 0 if none did, and version that of the window's program; other says
// that there is another window, and busy that something would be lost with this one. A window stays when its agent was killed and another one is
// there: a person may be at work in it. It gives way once that one has a window of its own, or is of another version, or takes clicks for a person's in
// its own window alone.
func successionOf(s api.Snapshot, agent int, version string, other, busy bool) succession {
	switch {
	case s.Status.PID == agent, busy:
		return stays
	case other:
		return closes
	case agent == 0, s.Status.Version != version, slices.ContainsFunc(s.Accounts, func(a *api.Account) bool { return a.Ask }):
		return replaced
	}
	return stays
}

// lookForOther notes whether there is another window, as an agent says now that said before what was said then. One that was killed takes no word back.
func (w *Window) lookForOther(before, now api.Status) {
	switch {
	case now.Window != 0:
		w.model.other = now.Window != os.Getpid()
	case before.Window != 0 && before.PID == now.PID: // it was closed
		w.model.other = false
	}
}

// yield makes room for the agent's own window.
func (w *Window) yield() {
	if !w.model.online {
		return
	}
	switch successionOf(w.model.snapshot, w.agent, w.model.version, w.model.other, w.isBusy()) {
	case closes:
		w.fyne.Close()
	case replaced:
		if w.replaced || w.agent != 0 && !w.inFront { // it can't be had; or it would come before whatever a person is at, and take the keyboard
			return
		}
		w.replaced = true
		left := legacy{w.model.selected, w.model.page, w.now()}
		go func() {
			if w.openOther(w.life, left) == nil {
				w.post(func(m *model) { m.other = true })
			}
		}()
	}
}

// openOther opens the agent's own window, which begins with what is left to it.
func (w *Window) openOther(ctx context.Context, left legacy) error {
	w.memory.leave(left)
	return w.client.OpenWindow(ctx)
}

// isBusy reports whether something that was typed, or that is asked or under way, would be lost with the window.
func (w *Window) isBusy() bool {
	m, focused := &w.model, w.fyne.Canvas().Focused()
	f, isField := focused.(*field)
	searches := m.search != "" && !m.other // a second window does not stay for that
	typed := isField && f != w.widgets.search && f.Text != "" || searches || w.widgets.detail.signIn.address.Text != "" || m.form.isTyped()
	return typed || w.fyne.Canvas().Overlays().Top() != nil || len(m.working) > 0 || m.saving || len(w.edits) > 0 || len(w.typedSettings()) > 0
}
