package agent

import (
	"context"
	"time"

	"freshkey/app/api"
	"freshkey/app/words"
	"freshkey/oauth/keeper"
)

// alertFor decides. trouble is when the account stopped being fresh. What heals by itself stays quiet until half of the
// life that was left then is gone; being offline is no news to the person who is.
func alertFor(a api.Account, trouble, now time.Time) words.Alert {
	kind := words.AlertOf(a)
	if kind == "" && a.EndsSoon(now) {
		return words.AlertEnding
	}
	if kind == words.AlertLate && (a.Passing() || now.Before(quietUntil(a, trouble))) {
		return ""
	}
	return kind
}

func quietUntil(a api.Account, trouble time.Time) time.Time {
	return trouble.Add(max(0, a.ExpiresAt.Sub(trouble)) / 2)
}

// sayAgainAfter is when a thing that nobody has seen to is said once more.
const sayAgainAfter = 24 * time.Hour

// gatherFor is how long accounts that fall into the same trouble are gathered, once one was told of: twelve that a provider refuses one
// after the other are two notices.
const gatherFor = time.Minute

// noticeBoard remembers what was said, so that each thing is said once a day at most, and takes it back when it is over.
type noticeBoard struct {
	trouble map[string]time.Time                 // by account: since when it is not fresh
	said    map[words.Alert]map[string]time.Time // accounts each kind was raised for, and when it was last
	raised  map[words.Alert]time.Time            // when each kind was, unless it was taken back since
}

// look returns the kinds to raise, with the accounts each is about, the kinds to amend where they are shown still, and the kinds to take back. next is when time alone
// will change the answer; zero if it will not.
func (b *noticeBoard) look(accounts []*api.Account, now time.Time) (raise, amend map[words.Alert][]*api.Account, clear []words.Alert, next time.Time) {
	current := map[words.Alert][]*api.Account{}
	troubled := map[string]time.Time{}
	for _, a := range accounts {
		if a.Settled() && !a.EndsSoon(now) {
			next = sooner(next, a.SignInSoon, now)
			continue
		}
		since, known := b.trouble[a.ID]
		if !known {
			since = now
		}
		troubled[a.ID] = since
		kind := alertFor(*a, since, now)
		if a.State == keeper.StateRefreshing {
			kind = b.saidOf(a.ID) // not over before the outcome is known
		}
		if kind != "" {
			current[kind] = append(current[kind], a)
		} else {
			next = sooner(next, quietUntil(*a, since), now)
		}
	}
	b.trouble = troubled
	raise, amend, clear, again := b.say(current, now)
	return raise, amend, clear, sooner(next, again, now)
}

// say notes what there is to be said now, and returns what of it is news, or was said a day ago, and what is over. amend are
// the kinds that were said of more accounts than it is about by now, with those that are left. again is when something is to be said once more.
func (b *noticeBoard) say(current map[words.Alert][]*api.Account, now time.Time) (raise, amend map[words.Alert][]*api.Account, clear []words.Alert, again time.Time) {
	raise = map[words.Alert][]*api.Account{}
	amend = map[words.Alert][]*api.Account{}
	said := map[words.Alert]map[string]time.Time{}
	if b.raised == nil {
		b.raised = map[words.Alert]time.Time{}
	}
	for _, kind := range words.Alerts() {
		if b.raised[kind].After(now) { // the clock was set back
			b.raised[kind] = now
		}
		due := b.dueFor(kind, current[kind])
		switch {
		case len(current[kind]) == 0:
			if len(b.said[kind]) > 0 {
				clear = append(clear, kind)
			}
			delete(b.raised, kind)
			continue
		case !due.After(now):
			raise[kind], b.raised[kind] = current[kind], now // one notice for all
			due = now.Add(sayAgainAfter)
		case len(b.said[kind]) > 0:
			if amend[kind] = b.saidAmong(kind, current[kind]); len(amend[kind]) == 0 {
				clear = append(clear, kind) // they are over; others are being gathered
			} else if len(amend[kind]) == len(b.said[kind]) {
				delete(amend, kind) // as it was
			}
		}
		again = sooner(again, due, now)
		said[kind] = b.saidThen(kind, current[kind], len(raise[kind]) > 0, now)
	}
	b.said = said
	return raise, amend, clear, again
}

// saidThen is when a kind was last said of each account: now, if it is said just now; of one that it was never said of, nothing.
func (b *noticeBoard) saidThen(kind words.Alert, accounts []*api.Account, now bool, at time.Time) map[string]time.Time {
	then := map[string]time.Time{}
	for _, a := range accounts {
		if before, known := b.said[kind][a.ID]; now {
			then[a.ID] = at
		} else if known {
			then[a.ID] = before
		}
	}
	return then
}

// saidAmong are those of the accounts that a kind was raised for.
func (b *noticeBoard) saidAmong(kind words.Alert, accounts []*api.Account) (among []*api.Account) {
	for _, a := range accounts {
		if _, said := b.said[kind][a.ID]; said {
			among = append(among, a)
		}
	}
	return among
}

// sooner is the first of two times that is still to come, as far as at is; next may be zero for none.
func sooner(next, at, now time.Time) time.Time {
	if at.After(now) && (next.IsZero() || at.Before(next)) {
		return at
	}
	return next
}

// dueFor is when a kind is to be told of: at once, if an account is new to it, but not soon after it was told of; else a day after that.
func (b *noticeBoard) dueFor(kind words.Alert, accounts []*api.Account) time.Time {
	due := b.raised[kind].Add(sayAgainAfter)
	for _, a := range accounts {
		if _, known := b.said[kind][a.ID]; !known {
			due = b.raised[kind].Add(gatherFor)
		}
	}
	return due
}

func (b *noticeBoard) saidOf(id string) words.Alert {
	for kind, ids := range b.said {
		if _, said := ids[id]; said {
			return kind
		}
	}
	return ""
}

// follow raises and clears notices as states change, until ctx ends.
func (a *Agent) follow(ctx context.Context) {
	news, stop := a.Watch()
	defer stop()
	var board noticeBoard
	for {
		now := time.Now().Round(0) // of the wall: a day is one, also for a machine that sleeps
		raise, amend, clear, next := board.look(a.Snapshot().Accounts, now)
		for _, kind := range clear {
			a.desk.ClearNotice(ctx, string(kind))
		}
		for _, kind := range words.Alerts() {
			if accounts := raise[kind]; len(accounts) > 0 {
				a.raiseAlert(ctx, kind, accounts, false, now)
			} else if left := amend[kind]; len(left) > 0 {
				a.raiseAlert(ctx, kind, left, true, now)
			}
		}
		wait := 24 * time.Hour
		if !next.IsZero() {
			wait = next.Sub(now)
		}
		timer := time.NewTimer(wait)
		select {
		case <-ctx.Done():
			timer.Stop()
			return
		case <-news:
		case <-timer.C:
		}
		timer.Stop()
	}
}
