package main

import (
	"fmt"
	"testing"
	"time"

	"fyne.io/fyne/v2"

	"freshkey/app/api"
	"freshkey/app/words"
	"freshkey/oauth"
	"freshkey/oauth/journal"
	"freshkey/oauth/keeper"
)

// preset is the page for a new account of a provider's.
func preset(p oauth.Provider) func(*model) {
	return func(m *model) {
		m.page, m.providers, m.form.provider = pageAdd, []oauth.Provider{oauth.BuiltIn(), p}, p.Name
	}
}

// stage builds a window that shows a scene at noon.
func stage(t testing.TB, a fyne.App, w words.Catalog, s scene) *Window {
	t.Helper()
	win := newWindow(t.Context(), a.NewWindow("Freshkey"), api.ClientAt(t.TempDir()+"/nobody"), w)
	m := with(account("a", keeper.StateFresh, 40*time.Hour), account("b", keeper.StateFresh, 10*time.Hour), account("c", keeper.StateSignIn, -time.Hour))
	m.snapshot.Accounts[0].Name, m.snapshot.Accounts[1].Name, m.snapshot.Accounts[2].Name = "work", "home", "test rig"
	m.working, m.note = map[string]bool{}, map[string]note{}
	first := m.snapshot.Accounts[0]
	first.Generation = 0
	for n := range 6 {
		e := keeper.Event{At: noon.Add(time.Duration(n-6) * 50 * time.Hour), Cause: journal.CauseScheduled, State: keeper.StateFresh}
		e.Expires = e.At.Add(72 * time.Hour)
		if n == 3 {
			e.State, e.Reason, e.Detail = keeper.StateWaiting, oauth.ReasonServer, "HTTP 503"
		} else {
			first.Generation++
			first.Fingerprint = fmt.Sprintf("1234567%d", first.Generation)
		}
		e.Generation, e.Fingerprint = first.Generation, first.Fingerprint
		m.lineage.events = append(m.lineage.events, e)
	}
	m.lineage.of = "a"
	s.set(m)
	win.model, win.now = *m, func() time.Time { return noon }
	before := win.shown
	win.shown = decide(w, m, noon)
	win.paint(win.shown, before)
	if s.open != nil {
		s.open(win)
	}
	return win
}

// many are so many accounts, the first of them selected.
func many(count int) func(*model) {
	return func(m *model) {
		m.snapshot.Accounts = nil
		for n := range count {
			m.snapshot.Accounts = append(m.snapshot.Accounts, account(fmt.Sprintf("account %04d", n), keeper.StateFresh, time.Duration(n+1)*time.Hour))
		}
		m.selected = m.snapshot.Accounts[0].ID
	}
}
