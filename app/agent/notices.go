package agent

import (
	"time"

	"freshkey/app/api"
	"freshkey/app/words"
	"freshkey/oauth/keeper"
)

// sayAgainAfter is when a thing that nobody has seen to is said once more.
const sayAgainAfter = 24 * time.Hour

// gatherFor is how long accounts that fall into the same trouble are gathered, once one was told of: twelve that a provider refuses one
// after the other are two notices.
const gatherFor = time.Minute

// joinFor is how long the first of a trouble waits for others to fall into it, so that they are told of together: a provider that ends three chains does
// so at once, and the next notice would come a minute later.
const joinFor = 2 * time.Second

// amendAfter is how long a notice stays as it is after the first of its accounts has healed, or has fallen ill again: a keychain that is opened heals
// twelve within seconds, one after the other, and then the notice is taken back without a word about those that came last.
const amendAfter = 5 * time.Second

// noticeBoard remembers what was said, so that each thing is said once a day at most, and takes it back when it is over.
//
// What a person was told outlives the agent: one that starts each morning, or after an update, says nothing again before its day has passed;
// icon and lists show it all the while. A notice that stood on the screen until the agent itself took it away is put back: nobody has seen to
// it, and an end of the agent is no answer of the person's; nor is it one that a notice expired. One that they put away is not.
type noticeBoard struct {
	trouble map[string]time.Time            // by account: since when it is not fresh
	told    told                            // until they heal
	shown   map[words.Alert]map[string]bool // whom the notice that this agent raised is about, until it is known to be gone
	differs map[words.Alert]time.Time       // since when the notice is to be about others than it is
	putBack map[words.Alert]bool            // notices that were taken away while their trouble lasts
	retries map[words.Alert]retry           // of notices that nobody could show, or take back
	join    time.Duration                   // joinFor
}

func newNoticeBoard(t told, putBack []words.Alert) *noticeBoard {
	b := &noticeBoard{
		told: t, shown: map[words.Alert]map[string]bool{}, differs: map[words.Alert]time.Time{}, putBack: map[words.Alert]bool{},
		retries: map[words.Alert]retry{}, join: joinFor,
	}
	for _, kind := range putBack {
		b.putBack[kind] = true
	}
	return b
}

// look returns the kinds to raise, with the accounts each is about, the kinds to amend where they are shown still, and the kinds to take back. next is when time alone
// will change the answer; zero if it will not. What came of it is noted by said, cleared and failed.
func (b *noticeBoard) look(accounts []*api.Account, now time.Time) (raise, amend map[words.Alert][]*api.Account, clear []words.Alert, next time.Time) {
	current, soon := map[words.Alert][]*api.Account{}, []*api.Account(nil)
	troubled, reached := map[string]time.Time{}, lastRefreshed(accounts)
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
		kind := alertFor(*a, since, reached, now)
		if a.State == keeper.StateRefreshing {
			kind = b.shownOf(a.ID) // not over before the outcome is known
		}
		if kind != "" {
			current[kind] = append(current[kind], a)
		} else {
			if isLate(*a, since, now) {
				soon = append(soon, a)
			}
			next = sooner(sooner(next, quietUntil(*a, since), now), a.ExpiresAt, now)
		}
	}
	for _, a := range soon { // whoever is told of others is told of all that are late
		if len(current[words.AlertLate]) > 0 || b.shownOf(a.ID) == words.AlertLate {
			current[words.AlertLate] = append(current[words.AlertLate], a)
		}
	}
	b.trouble = troubled
	b.told.forget(accounts, now)
	raise, amend, clear, again := b.say(current, now)
	return raise, amend, clear, sooner(next, again, now)
}

// lastRefreshed is when any of the accounts was refreshed last.
func lastRefreshed(accounts []*api.Account) (at time.Time) {
	for _, a := range accounts {
		if a.LastRefreshAt.After(at) {
			at = a.LastRefreshAt
		}
	}
	return at
}

// say finds what there is to be said now: what of it is news, or was said a day ago, or was taken away before its time; and what is over. amend are
// the kinds that are shown of other accounts than it is about by now. again is when something is to be said once more.
func (b *noticeBoard) say(current map[words.Alert][]*api.Account, now time.Time) (raise, amend map[words.Alert][]*api.Account, clear []words.Alert, again time.Time) {
	raise = map[words.Alert][]*api.Account{}
	amend = map[words.Alert][]*api.Account{}
	for _, kind := range words.Alerts() {
		accounts, shown := current[kind], b.shown[kind]
		known := b.told.among(kind, accounts)
		due := b.told.dueFor(kind, accounts, now)
		b.forget(kind, accounts)
		waits := b.retries[kind].waits(now)
		switch {
		case !waits && len(accounts) > 0 && !due.After(now):
			if left := b.joining(accounts, now); left > 0 {
				again = sooner(again, now.Add(left), now)
				break
			}
			raise[kind] = accounts // one notice for all
			due = now.Add(sayAgainAfter)
		case !waits && len(known) > 0 && b.putBack[kind]:
			raise[kind] = known
		case len(known) == 0 && len(shown) > 0:
			clear = append(clear, kind) // they are over; others may be being gathered
		case len(shown) == 0 || sameAccounts(known, shown):
			delete(b.differs, kind)
		case !waits:
			if at := b.differsSince(kind, now).Add(amendAfter); at.After(now) {
				again = sooner(again, at, now)
			} else {
				amend[kind] = known
			}
		}
		if len(accounts) > 0 {
			again = sooner(again, due, now)
		}
		again = sooner(again, b.retries[kind].at, now)
	}
	return raise, amend, clear, again
}

// joining is how long others may still fall into the same trouble, and be told of with these.
func (b *noticeBoard) joining(accounts []*api.Account, now time.Time) (left time.Duration) {
	left = b.join
	for _, a := range accounts {
		left = min(left, b.join-now.Sub(b.trouble[a.ID]).Abs()) // the clock may have been set back
	}
	return left
}

// differsSince is since when a kind's notice is to be about others than it is; that is now, if it was not seen before.
func (b *noticeBoard) differsSince(kind words.Alert, now time.Time) time.Time {
	since, seen := b.differs[kind]
	if !seen || since.After(now) { // the clock was set back
		since = now
		b.differs[kind] = since
	}
	return since
}

// forget drops what is of no use any more to a kind that is about these accounts.
func (b *noticeBoard) forget(kind words.Alert, accounts []*api.Account) {
	if len(b.told[kind]) == 0 {
		delete(b.putBack, kind)
	}
	if len(accounts) == 0 && len(b.shown[kind]) == 0 {
		delete(b.retries, kind)
	}
}

// said notes that a kind's notice was shown, or amended, and whom it is about.
func (b *noticeBoard) said(kind words.Alert, accounts []*api.Account, now time.Time) {
	if !b.told.dueFor(kind, accounts, now).After(now) { // else it was told of before, and its day goes on
		b.told.note(kind, accounts, now)
	}
	delete(b.putBack, kind)
	delete(b.retries, kind)
	ids := map[string]bool{}
	for _, a := range accounts {
		ids[a.ID] = true
	}
	b.shown[kind] = ids
	delete(b.differs, kind)
}

// cleared notes that a kind's notice was taken away, and whether no person had put it away until then.
func (b *noticeBoard) cleared(kind words.Alert, stood bool) {
	delete(b.shown, kind)
	delete(b.differs, kind)
	delete(b.retries, kind)
	if stood && kind.NeedsPerson() && len(b.told[kind]) > 0 {
		b.putBack[kind] = true
	}
}

func sameAccounts(accounts []*api.Account, ids map[string]bool) bool {
	for _, a := range accounts {
		if !ids[a.ID] {
			return false
		}
	}
	return len(accounts) == len(ids)
}

// sooner is the first of two times that is still to come, as far as at is; next may be zero for none.
func sooner(next, at, now time.Time) time.Time {
	if at.After(now) && (next.IsZero() || at.Before(next)) {
		return at
	}
	return next
}

// shownOf is the kind of the notice that is about an account. One that could not be taken back is about none of those that have healed.
func (b *noticeBoard) shownOf(id string) words.Alert {
	for kind, ids := range b.shown {
		if _, said := b.told[kind][id]; said && ids[id] {
			return kind
		}
	}
	return ""
}
