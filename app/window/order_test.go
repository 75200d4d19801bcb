package main

import (
	"slices"
	"testing"
	"time"

	"freshkey/app/api"
	"freshkey/oauth/keeper"
)

// A try that takes a second moved the row of an account in trouble away and back, and a click met another one.
func TestRowStaysInItsPlaceWhileItsAccountIsRefreshed(t *testing.T) {
	in := func(refreshing string) api.Snapshot {
		offline, late, fresh := account("offline", keeper.StateOffline, time.Minute), account("late", keeper.StateWaiting, time.Hour), account("all well", keeper.StateFresh, time.Hour)
		m := with(fresh, late, offline)
		for _, a := range m.snapshot.Accounts {
			if a.Name == refreshing {
				a.State = keeper.StateRefreshing
			}
		}
		return m.snapshot
	}
	opens := model{}
	late := account("late", keeper.StateRefreshing, -time.Hour)
	if opens.rememberRefreshing([]*api.Account{late}); opens.asBefore(late) != late {
		t.Error("of an account that was not there it is known what it was")
	}
	m := model{snapshot: in("")}
	for _, refreshing := range []string{"", "offline", "offline", "", "all well", "late", ""} {
		next := in(refreshing)
		m.rememberRefreshing(next.Accounts)
		m.snapshot = next
		for n, want := range []string{"offline", "late", "all well"} {
			if got := m.accounts(noon)[n].Name; got != want {
				t.Errorf("while %q is refreshed: %q in place %d, want %q", refreshing, got, n+1, want)
			}
		}
	}
}

// Whoever is about to click a row would meet another account, and copy its token.
func TestRowsStayWhileOneIsPointedAt(t *testing.T) {
	first, second, third := account("first", keeper.StateFresh, time.Hour), account("second", keeper.StateFresh, time.Hour), account("third", keeper.StateFresh, time.Hour)
	m := with(first, second, third)
	m.rows = m.accounts(noon)
	m.pointed = noon
	lost, added := *third, account("a new one", keeper.StateSignIn, -time.Hour)
	lost.State = keeper.StateSignIn
	m.snapshot = with(first, second, &lost, added).snapshot
	names := func(at time.Time) (all []string) {
		for _, a := range m.accounts(at) {
			all = append(all, a.Name)
		}
		return all
	}
	if got := names(noon.Add(aimFor - time.Second)); !slices.Equal(got, []string{"first", "second", "third", "a new one"}) {
		t.Errorf("pointed at: %q", got)
	}
	if got := nextTick(m, noon.Add(aimFor-time.Millisecond)); got != time.Millisecond {
		t.Errorf("looked at again after %v", got)
	}
	if got := names(noon.Add(aimFor)); !slices.Equal(got[2:], []string{"first", "second"}) {
		t.Errorf("then: %q", got)
	}
}

// What is painted was not pointed at: rows would never change their places.
func TestPaintingPointsAtNoRow(t *testing.T) {
	w, _, _ := keyboard(t, pageAccounts)
	w.selectAccount(w.shown.Accounts[len(w.shown.Accounts)-1].ID)
	w.widgets.list.Refresh()
	if w.sizeChanged(); !w.model.pointed.IsZero() {
		t.Errorf("pointed at %v", w.model.pointed)
	}
}

// Whoever clicks a notice wants to see whom it is about, whatever they have searched for; a form is left alone.
func TestWindowThatIsRaisedShowsWhoNeedsAPerson(t *testing.T) {
	m := with(account("fresh", keeper.StateFresh, time.Hour), account("lost", keeper.StateSignIn, -time.Hour))
	m.search = "fresh"
	m.showTrouble(noon)
	if m.selected != "lost" || m.search != "" {
		t.Errorf("selected %s, search %q", m.selected, m.search)
	}
	m.page, m.selected, m.search = pageAdd, "fresh", "fresh"
	m.showTrouble(noon)
	if m.page != pageAdd || m.selected != "fresh" || m.search != "fresh" {
		t.Errorf("page %q, selected %s, search %q", m.page, m.selected, m.search)
	}
	m = with(account("a", keeper.StateFresh, time.Hour), account("b", keeper.StateFresh, time.Hour))
	m.search = "a"
	if m.showTrouble(noon); m.search != "a" {
		t.Error("where nobody is needed, the search is gone")
	}
}
