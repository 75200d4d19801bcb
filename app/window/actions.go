package main

import (
	"context"
	"slices"
	"time"

	"fyne.io/fyne/v2"

	"freshkey/app/api"
	"freshkey/app/words"
	"freshkey/oauth/keeper"
)

// revealed is how long a secret is to be seen.
const revealed = 10 * time.Second

func (w *Window) selectAccount(id string) {
	w.widgets.detail.signIn.address.SetText("") // it was another account's
	w.change(func(m *model) {
		m.selected, m.page, m.revealed = id, pageAccounts, reveal{}
		m.lineage = lineage{}
	})
	w.readLineage(id)
}

func (w *Window) openPage(page string) {
	w.fyne.Canvas().Unfocus()
	w.change(func(m *model) {
		if m.page == page && page == pageSettings { // what was refused stands there still
			return
		}
		if m.page, m.problem = page, nil; page == pageSettings {
			m.problem, m.refused = m.refused, nil
		}
	})
	if page == pageDoctor {
		w.checkUp()
	}
}

func (w *Window) copyAccess() {
	if w.shown.Detail.CanCopy {
		w.copy(w.shown.Detail.ID, api.FormAccessToken, api.Call{})
	}
}

func (w *Window) copyMAC() {
	if w.shown.Detail.CanCopyMAC {
		w.copy(w.shown.Detail.ID, api.FormMACKey, api.Call{})
	}
}

func (w *Window) copy(id string, form api.Form, call api.Call) {
	if w.goesOnElsewhere(id) {
		return
	}
	w.call(id, w.copying(id, form, call))
}

// copying copies a form of an account's token, and says that it has.
func (w *Window) copying(id string, form api.Form, call api.Call) func(context.Context) (string, error) {
	return func(ctx context.Context) (string, error) {
		var done api.CopyResult
		var err error
		if call.URL == "" && call.Method == "" {
			done, err = w.client.Copy(ctx, id, form, keeper.DefaultValidity)
		} else {
			done, err = w.client.CopyCall(ctx, id, form, call)
		}
		said := w.words.Copied("window.copied", done, time.Now())
		if done.Elsewhere {
			said = api.Join(said, w.words.Text("copyas.elsewhere"))
		}
		return said, err
	}
}

// copyFact copies what is no secret.
func (w *Window) copyFact(n int) {
	if n < len(w.shown.Detail.Facts) {
		fyne.CurrentApp().Clipboard().SetContent(w.shown.Detail.Facts[n].Copy)
	}
}

func (w *Window) refresh() {
	if !w.shown.Detail.CanRefresh {
		return
	}
	id := w.shown.Detail.ID
	w.call(id, func(ctx context.Context) (string, error) {
		_, err := w.client.Refresh(ctx, id)
		return "", err // the state says the rest
	})
}

func (w *Window) unlock() {
	w.call(w.model.selected, func(ctx context.Context) (string, error) { return "", w.client.Unlock(ctx) })
}

// verify asks the provider whose the token is.
func (w *Window) verify() {
	id := w.shown.Detail.ID
	w.call(id, func(ctx context.Context) (string, error) {
		v, err := w.client.Verify(ctx, id)
		if err != nil {
			return "", err
		}
		text := w.words.Text("window.verified", words.Args{Name: orDash(v.Name), OpenID: orDash(v.OpenID)})
		if skew := time.Duration(v.Skew) * time.Second; skew.Abs() > time.Minute {
			text = api.Join(text, w.words.Text("doctor.clock.bad", words.Args{Left: w.words.Span(skew)}), w.words.Text("doctor.clock.advice"))
		}
		return text, nil
	})
}

// reveal shows the secrets for a few seconds.
func (w *Window) reveal() {
	id := w.shown.Detail.ID
	w.call(id, func(ctx context.Context) (string, error) {
		t, err := w.client.Token(ctx, id, keeper.DefaultValidity)
		if err == nil {
			w.post(func(m *model) { m.revealed = reveal{id, t.AccessToken, t.MACKey, time.Now().Add(revealed)} })
		}
		return "", err
	})
}

// readLineage reads an account's history. Of two that were asked for shortly after each other the older one may be answered later.
func (w *Window) readLineage(id string) {
	w.lineages++
	asked := w.lineages
	go func() {
		events, err := w.client.Log(w.life, id)
		if err == nil {
			w.post(func(m *model) {
				if asked == w.lineages {
					m.lineage = lineage{id, events}
				}
			})
		}
	}()
}

// goesOnElsewhere opens the agent's own window for an account that asks, and reports whether it has to: to that agent, which came after the one that was
// killed, this window is a program like any other, and it would ask the person about their own click.
func (w *Window) goesOnElsewhere(id string) bool {
	asks := slices.ContainsFunc(w.model.snapshot.Accounts, func(a *api.Account) bool { return a.ID == id && a.Ask })
	if !asks || w.model.snapshot.Status.PID == w.agent {
		return false
	}
	left := legacy{id, pageAccounts, w.now()}
	w.call(id, func(ctx context.Context) (string, error) {
		return w.words.Text("window.go_on_there"), w.openOther(ctx, left)
	})
	return true
}
