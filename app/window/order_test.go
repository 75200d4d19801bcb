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
