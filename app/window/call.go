package main

import (
	"context"
	"errors"
	"time"
)

// call runs something that asks the agent, beside Fyne's goroutine, and notes the outcome at the account.
func (w *Window) call(id string, work func(ctx context.Context) (string, error)) {
	w.change(func(m *model) {
		m.working[id] = true
		delete(m.note, id)
	})
	done := make(chan struct{})
	go w.lookAfter(done, slowCall, func(m *model) {
		if m.working[id] {
			m.note[id] = note{text: w.words.Text("window.no_reaction"), bad: true}
		}
	})
	go func() {
		text, err := work(w.life)
		close(done)
		w.post(func(m *model) {
			delete(m.working, id)
			delete(m.note, id)
			if err != nil {
				p := w.problem(err)
				m.note[id] = note{text: describe(w.words, p), bad: true, problem: p}
			} else if text != "" {
				m.note[id] = note{text: text, until: w.now().Add(noteLasts)}
			}
		})
	}()
}

// slowCall is when a person wonders whether anybody is there.
const slowCall = 4 * time.Second

// lookAfter says of a call that takes longer than patience, where that is so, that the agent reacts to nothing: somebody may have stopped it.
func (w *Window) lookAfter(done <-chan struct{}, patience time.Duration, say func(*model)) {
	select {
	case <-done:
		return
	case <-w.life.Done():
		return
	case <-time.After(patience):
	}
	asked, stop := context.WithTimeout(w.life, patience)
	defer stop()
	if _, err := w.client.Status(asked); !errors.Is(err, context.DeadlineExceeded) {
		return
	}
	w.post(func(m *model) {
		select {
		case <-done: // meanwhile; what became of it is said
		default:
			say(m)
		}
	})
}
