package main

import (
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
