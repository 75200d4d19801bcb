package main

import (
	"time"

	"freshkey/app/api"
	"freshkey/oauth/keeper"
)

// note is the outcome of a click, shown until the next one, or until what it failed for is over.
type note struct {
	text  string
	bad   bool
	until time.Time // it is said no longer; zero for as long as nothing else is
	ill   bool      // something was wrong with the account since

	problem *api.Problem // that the text tells of, if that was the agent's answer
}

// noteLasts is how long it is said that something went well.
const noteLasts = time.Minute

// noteOf is what came of a person's last action on an account.
func (m *model) noteOf(id string, now time.Time) note {
	n := m.note[id]
	if p := n.problem; p != nil && p.Passes() && p.Code != api.CodeKeychain && p.Reason == accountOf(m.snapshot.Accounts, id).Reason {
		n.text = p.What // when it is tried again the page says above, as that is by now
	}
	switch {
	case n.until.IsZero():
		return n
	case !now.Before(n.until), accountOf(m.snapshot.Accounts, id).CopySupersededAt.After(n.until.Add(-noteLasts)): // what was copied, since it was said to be
		return note{}
	}
	return n
}

// forgetOvercome drops what failed at accounts that were ill, and are well in the snapshot that comes next: what stood in the way is gone. Of one that
// was only being refreshed it is said on: that may be what the click was about.
func (m *model) forgetOvercome(next []*api.Account) {
	for id, n := range m.note {
		was := accountOf(m.snapshot.Accounts, id)
		n.ill = n.ill || !was.Settled() && was.State != keeper.StateRefreshing
		m.note[id] = n
		if n.bad && n.ill && accountOf(next, id).Settled() {
			delete(m.note, id)
		}
	}
}
