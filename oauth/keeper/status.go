package keeper

import (
	"time"

	"freshkey/oauth"
	"freshkey/oauth/journal"
)

// action is what the keeper does for an account when its time has come.
type action int

const (
	actNothing action = iota
	actRecover        // read the keychain, store what is to be stored; nothing is sent
	actRefresh
)

// surroundings are the facts that are not one account's alone.
type surroundings struct {
	quietUntil time.Time // no scheduled request before: the network is settling
	news       time.Time // when the machine woke, the network came up, or the keychain was opened last
	share      int       // the setting: percent of the lifetime left when a token is due
	machine    string    // this computer
}

// view is what an account is, at one moment.
type view struct {
	state  State
	reason oauth.Reason
	detail string
	sent   time.Time // of the refresh whose answer is missing
	next   time.Time // when the keeper acts next; zero if it waits for a person
	act    action    // and what it does then
	until  time.Time // the view is another one then, though nothing happens; zero if it is not
}

// status says what an account is. It is a pure function of the facts and the time: the first row that fits counts.
//
//	facts                                             state (reason)                     next
//	------------------------------------------------  ---------------------------------  ---------------------------
//	 1  never read, and the keychain said nothing yet  waiting (not_read_yet)             the loader's
//	 2  a request is being made                        refreshing                         -
//	 3  a grant that the vault does not have           unsaved (what the keychain said)   the keychain is tried again
//	 4  the keychain failed last                       locked (what the keychain said)    the keychain is tried again
//	 5  the last work panicked                         waiting (internal_error)           the record is read again
//	 6  no grant was ever won                          signin (not_signed_in)             a person
//	 7  a grant without a refresh token                signin (no_refresh_token)          a person
//	 8  each candidate refused by this client and      signin (moved_on_elsewhere if the  a person
//	    endpoint                                       grant is another computer's, else
//	                                                   lost_answer if one was lost, else
//	                                                   refresh_token_refused)
//	 9  no provider can be made of the settings        misconfigured (settings_refused)   a person
//	10  the token to send was sent before, and the     uncertain (interrupted, no_answer, after the wait
//	    answer is missing or unreadable (not: out of   unreadable_answer, server_error)
//	    the disk's reach just now)
//	11  the last attempt: settings refused, and they   misconfigured (settings_refused)   after the wait
//	    are still the same
//	12  the last attempt: no connection                offline (no_connection)            after the wait, or sooner
//	                                                                                      once the network is back
//	13  the last attempt: not now                      waiting (its reason)               after the wait
//	14  held, and the access token works               held                               the hold's end
//	15  refused under other settings, or another       waiting (due)                      at once
//	    candidate is left, or the settings that were
//	    refused are others now
//	16  the access token works                         fresh                              when it is due
//	17  it expired, or there is none                   waiting (settling, just_refreshed  at once
//	                                                   or due)
//
// Next of rows 10 to 17 is never inside a hold, never while the network settles, never within ten seconds of the last
// rotation, and never before what the provider asked for.
func status(f facts, s surroundings, now time.Time) view {
	switch {
	case !f.known && f.vault.err == nil:
		return view{state: StateWaiting, reason: ReasonNotRead}
	case f.refreshing:
		return view{state: StateRefreshing}
	case f.unsaved():
		v := view{state: StateUnsaved, reason: ReasonKeychain, next: f.vault.retry(s), act: actRecover}
		if f.vault.err != nil {
			v.reason = f.vault.err.Reason
		}
		if !f.sealed {
			v.detail = DetailUnsealed
		}
		return v
	case f.vault.err != nil:
		return view{state: StateLocked, reason: f.vault.err.Reason, next: f.vault.retry(s), act: actRecover}
	case f.breakdown.failures > 0:
		return view{state: StateWaiting, reason: ReasonInternal, next: f.breakdown.next, act: actRecover}
	}
	if v, final := f.waitsForPerson(s); final {
		return v
	}
	v := f.working(s, now)
	v.act, v.next = actRefresh, f.noSooner(v.next, s, now)
	return v
}

// waitsForPerson is rows 6 to 9.
func (f facts) waitsForPerson(s surroundings) (view, bool) {
	g := f.record.Grant
	switch {
	case g.Generation == 0:
		return view{state: StateSignIn, reason: ReasonNotSignedIn}, true
	case g.Token.Refresh == "":
		return view{state: StateSignIn, reason: ReasonNoRefreshToken}, true
	case f.record.TokenToSend(f.target) == "":
		v := view{state: StateSignIn, reason: oauth.ReasonRefused}
		if f.attempt.Class == oauth.Dead {
			v.detail = f.attempt.Error().Detail()
		}
		switch {
		case g.Machine != "" && s.machine != "" && g.Machine != s.machine:
			v.reason = ReasonElsewhere
		case f.record.LostAnswer():
			v.reason = ReasonLostAnswer
		}
		return v, true
	case f.unusable:
		return view{state: StateMisconfigured, reason: oauth.ReasonSettings}, true
	}
	return view{}, false
}

// working is rows 10 to 17. Its next may still be too soon.
func (f facts) working(s surroundings, now time.Time) view {
	t := f.record.Grant.Token
	if in, reason := f.record.Unresolved(f.target, ReasonInterrupted); in != nil && !f.outOfReach {
		return f.uncertain(in, reason, s, now)
	}
	switch f.attempt.Class {
	case oauth.Misconfigured:
		if f.attempt.Settings == f.settingsName() {
			return f.failed(StateMisconfigured, s)
		}
	case oauth.Offline:
		return f.failed(StateOffline, s)
	case oauth.Transient, oauth.Uncertain: // of an uncertain one nothing is open any more
		return f.failed(StateWaiting, s)
	}
	held := f.heldUntil(now)
	switch {
	case !held.IsZero():
		return view{state: StateHeld, next: held, until: held}
	case f.attempt.Class == oauth.Misconfigured, len(f.record.Refusals) > 0:
		return view{state: StateWaiting, reason: ReasonDue, next: latest(f.attempt.At, f.attempt.NotBefore)}
	}
	v := view{state: StateFresh, next: due(t, f.settings.ID, s.share, now), until: t.Expires}
	if t.ValidFor(now) <= 0 {
		v = view{state: StateWaiting, reason: ReasonDue, next: v.next}
		switch {
		case s.quietUntil.After(now):
			v.reason = ReasonSettling
		case f.gapEnd(now).After(now):
			v.reason = ReasonJustRefreshed
		}
	}
	return v
}

// uncertain is row 10.
func (f facts) uncertain(in *journal.Intent, reason oauth.Reason, s surroundings, now time.Time) view {
	v := view{state: StateUncertain, reason: reason, sent: in.At, next: in.At.Add(firstBackoff)}
	switch {
	case f.attempt.Class == oauth.Uncertain && f.attempt.Reason != ReasonInterrupted:
		v.reason, v.detail = f.attempt.Reason, f.attempt.Error().Detail()
		fallthrough
	case f.attempt.Class != "":
		v.next = f.retry(s)
	case in.At.After(now): // by a clock that was wrong
		v.next = now
	}
	return v
}

func (f facts) failed(state State, s surroundings) view {
	return view{state: state, reason: f.attempt.Reason, detail: f.attempt.Error().Detail(), next: f.retry(s)}
}

// retry is when the last attempt is made again: after its wait, or, if it found no connection, soon after news of the
// network. Accounts that were offline together do not all come at the same moment.
func (f facts) retry(s surroundings) time.Time {
	if f.attempt.Class != oauth.Offline || !s.news.After(f.attempt.At) {
		return f.attempt.Next
	}
	spreadOut := time.Duration((spread(f.settings.ID, s.news) + 1) / 2 * float64(networkReturning))
	if soon := latest(s.news, s.quietUntil).Add(spreadOut); soon.Before(f.attempt.Next) {
		return soon
	}
	return f.attempt.Next
}

// retry is when the keychain is asked again: after its wait, or at once on news.
func (v vaultFailure) retry(s surroundings) time.Time {
	if s.news.After(v.at) && s.news.Before(v.next) {
		return s.news
	}
	return v.next
}

// noSooner is the earliest moment from next on at which a request may be sent on schedule.
func (f facts) noSooner(next time.Time, s surroundings, now time.Time) time.Time {
	return latest(next, s.quietUntil, f.gapEnd(now), f.heldUntil(now), f.attempt.NotBefore)
}

// gapEnd is when the last rotation is long enough ago for the next.
func (f facts) gapEnd(now time.Time) time.Time {
	g := f.record.Grant
	if g.Cause == journal.CauseAdded || g.Token.Issued.After(now) { // a person's token; a clock that was wrong
		return time.Time{}
	}
	return g.Token.Issued.Add(minGap)
}
