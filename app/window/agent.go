package main

import (
	"context"
	"errors"
	"net/url"
	"time"

	"fyne.io/fyne/v2"

	"freshkey/app/api"
	"freshkey/app/program"
	"freshkey/app/words"
)

// bringUp starts the profile's agent if none answers.
func bringUp(ctx context.Context, p api.Profile, client *api.Client) error {
	if _, err := client.Status(ctx); !errors.Is(err, api.ErrNoAgent) {
		return err
	}
	path, err := program.Find(program.Freshkey)
	if err != nil {
		return err
	}
	return program.Launch(ctx, path, p, client)
}

// notStarted says why no agent could be started.
func notStarted(w words.Catalog, p api.Profile, err error) *api.Problem {
	switch {
	case errors.Is(err, program.ErrNotInstalled):
		return w.NoProgram()
	case errors.Is(err, program.ErrNotStarted):
		dir, _ := p.StateDir()
		return w.NotStarted(dir)
	}
	return w.Problem(err, api.Account{}, time.Now())
}

// bringBack starts the agent where it is gone, and starts it again where it is another version. An agent that starts again
// closes this window and opens the next one.
func (w *Window) bringBack() {
	if page, err := url.Parse(w.model.snapshot.Status.Newer.Page); w.shown.News && err == nil {
		_ = fyne.CurrentApp().OpenURL(page) // what does not open can be copied from the doctor
		return
	}
	if w.shown.Unlocks {
		w.unlock()
		return
	}
	gone := !w.model.online
	w.change(func(m *model) { m.starting, m.notStarted = true, nil })
	go func() {
		var err error
		if gone {
			err = bringUp(w.life, w.profile, w.client)
		} else {
			err = w.client.Restart(w.life)
		}
		w.post(func(m *model) {
			m.starting = false
			if err != nil {
				m.notStarted = notStarted(w.words, w.profile, err)
			}
		})
	}()
}
