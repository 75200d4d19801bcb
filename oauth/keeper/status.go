package keeper

import (
	"strings"
	"time"

	"freshkey/oauth"
)

// action is what the keeper does for an account when its time has come.
type action int

const (
	actNothing action = iota
	actRecover        // read the keychain, store what is to be stored; nothing is sent
	actRefresh
	actWrite // a chore: see view
)

// view is what an account is, at one moment.
type view struct {
	state  State
	reason oauth.Reason
	detail string
	sent   time.Time // of the refresh whose answer is missing
	next   time.Time // when the keeper acts next; zero if it waits for a person, or is at work
	act    action    // and what it does then
	chore  time.Time // when the keeper writes something that changes nothing of all this; zero if there is nothing
	until  time.Time // the view is another one then, though nothing happens; zero if it is not
}

// status says what an account is. It is a pure function of the account's facts, the surroundings and the time: the first row
// that fits counts. A candidate is a refresh token that may still be sent: the current one, and then the previous one.
//
//	facts                                              state (reason)                     next
//	-------------------------------------------------  ---------------------------------  ------------------------------
//	 1  never read, and nothing went wrong yet; or     waiting (not_read_yet)             as soon as the loader comes to it
//	    read under settings that row 11 is about, and
//	    they were mended
//	 2  a refresh is being made                        refreshing                         -
//	 3  a grant that the vault does not have           unsaved (what the keychain said)   the keychain is tried again
//	 4  the keychain failed last, to read or to write  locked (what the keychain said)    the keychain is tried again
//	 5  the last work on the account panicked (not     waiting (internal_error)           the record is read again
//	    the history's, nor the desktop's)
//	 6  an answer is sealed, and the disk does not     waiting (sealed_answer_out_of_     the file is read again
//	    give it just now                               reach)
//	 7  the settings lead where no person has said     misconfigured (endpoint_changed)   a person
//	    the secrets may go
//	 8  no grant was ever won                          signin (not_signed_in)             a person
//	 9  a grant without a refresh token                signin (no_refresh_token, or       a person
//	                                                   moved_to_another_computer)
//	10  another account has used the refresh token,    signin (held_by_another_account    a person
//	    or has it and goes first (see givesWay); or    if so; lost_answer if one was
//	    each candidate refused by this client and      lost; moved_on_elsewhere if the
//	    endpoint                                       grant is another computer's; else
//	                                                   refresh_token_refused)
//	11  no provider can be made of the settings        misconfigured (settings_refused)   a person
//	12  the last attempt: settings refused, and they   misconfigured (settings_refused)   after the wait
//	    are still the same
//	13  the token to send was sent before, and the     uncertain (interrupted, no_answer, after the wait, or sooner once
//	    answer is missing or unreadable, as the record unreadable_answer, server_error)   the network is back; at once while
//	    says (recover brings in what files say), and                                      the provider answers it again
//	    the provider spends it by a refresh                                               (reuse_grace)
//	14  the last attempt: no connection                offline (no_connection)            after the wait, or sooner once
//	                                                                                      the network is back
//	15  the last attempt: not now, or without an       waiting (its reason)               after the wait
//	    answer that is open still
//	16  held, and the access token works               held                               when it is due, but not before
//	                                                                                      the hold's end, or the access
//	                                                                                      token's if that is sooner
//	17  refused under other settings, or another       waiting (as row 19)                at once
//	    candidate is left, or the settings that were
//	    refused are others now
//	18  the access token works                         fresh                              when it is due
//	19  it expired, or there is none                   waiting (rate_limited, settling,   at once
//	                                                   just_refreshed or due)
//
// Next of rows 12 to 19 is never inside a hold, never while the network settles (after the machine woke or the network came up;
// all such rests together last a minute, counted from the first), never within ten seconds of the last rotation, and never before
// what the provider asked for; neither a restart nor a keychain that fails in between shortens it. A next that has passed is at
// once; while the accounts are locked and refreshing is paused, there is none. A sign-in changes nothing of this until its answer
// has come.
//
// What changes nothing of what the account is: an older record in the keychain, over which the one in memory is stored again; and
// chores, below row 6, which store times that were moved with a clock, and an answer that the disk did not take.
func status(f facts, s surroundings, now time.Time) view {
	v := f.view(s, now)
	if v.act != actNothing && v.next.IsZero() {
		v.next = now // nothing to wait for
	}
	return v
}

// view is rows 1 to 6; the others are asked one after the other.
func (f facts) view(s surroundings, now time.Time) view {
	switch {
	case f.unread() && f.vault.get().err == nil && f.breakdown.get().failures == 0:
		return view{state: StateWaiting, reason: ReasonNotRead}
	case f.refreshing:
		return view{state: StateRefreshing}
	case f.unsaved():
		v := view{state: StateUnsaved, reason: f.vaultError("").Reason, next: latest(f.vault.get().retry(s), f.breakdown.get().next), act: actRecover}
		if !f.sealed {
			v.detail = DetailUnsealed
		}
		return v
	case f.vault.get().err != nil:
		return view{state: StateLocked, reason: f.vault.get().err.Reason, next: latest(f.vault.get().retry(s), f.breakdown.get().next), act: actRecover}
	case f.breakdown.get().failures > 0:
		return view{state: StateWaiting, reason: ReasonInternal, next: f.breakdown.get().next, act: actRecover}
	case f.outOfReach.get().failures > 0:
		return view{state: StateWaiting, reason: ReasonOutOfReach, next: f.outOfReach.get().next, act: actRecover}
	}
	v := f.inOrder(s, now)
	v.chore = f.chore(now)
	return v
}

// chore is when something is to be written that changes nothing of what the account is; the zero time if nothing is.
func (f facts) chore(now time.Time) time.Time {
	recheck, unwritten := f.recheck.get(), f.unwritten.get()
	switch {
	case f.shifted:
		return now
	case recheck.IsZero(), unwritten.failures > 0 && unwritten.next.Before(recheck):
		return unwritten.next
	}
	return recheck
}

// inOrder is rows 7 to 19: neither the keychain nor the disk stands in the way.
func (f facts) inOrder(s surroundings, now time.Time) view {
	if v, final := f.waitsForPerson(s); final {
		return v
	}
	v, failed := f.afterFailure(s, now)
	if !failed {
		v = f.undisturbed(s, now)
	}
	if s.paused {
		v.next = time.Time{}
		return v
	}
	v.act, v.next = actRefresh, latest(v.next, s.quietUntil, f.gapEnd(now), f.heldUntil(now), f.attempt().NotBefore)
	if v.until.IsZero() && v.state == StateWaiting {
		v.until = v.next // its reason is another one then
	}
	return v
}

// waitsForPerson is rows 7 to 11.
func (f facts) waitsForPerson(s surroundings) (view, bool) {
	g := f.record.Grant
	switch strange := f.unconfirmed(); {
	case len(strange) > 0:
		return view{state: StateMisconfigured, reason: ReasonEndpointChanged, detail: strings.Join(strange, ", ")}, true
	case g.Generation == 0:
		return view{state: StateSignIn, reason: ReasonNotSignedIn}, true
	case f.record.Moved != nil:
		return view{state: StateSignIn, reason: ReasonMoved}, true
	case g.Token.Refresh == "":
		return view{state: StateSignIn, reason: ReasonNoRefreshToken}, true
	case s.yields:
		return view{state: StateSignIn, reason: ReasonRival}, true
	case f.record.TokenToSend(f.target()) == "":
		v := view{state: StateSignIn, reason: oauth.ReasonRefused}
		if f.attempt().Class == oauth.Dead {
			v.detail = f.attempt().Error().Detail()
		}
		switch {
		case mayHaveSpent(f.chain().rotation, f.record) && f.record.LostAnswer():
			v.reason = ReasonLostAnswer
		case g.Machine != "" && s.machine != "" && g.Machine != s.machine:
			v.reason = ReasonElsewhere
		}
		return v, true
	case f.unusable():
		return view{state: StateMisconfigured, reason: oauth.ReasonSettings}, true
	}
	return view{}, false
}

// afterFailure is rows 12 to 15; false if none fits. Its next may still be too soon.
func (f facts) afterFailure(s surroundings, now time.Time) (view, bool) {
	open, reason := f.unresolved()
	v := view{reason: f.attempt().Reason, next: f.retry(s)}
	if x := f.attempt().Error(); x != nil {
		v.detail = x.Detail()
	}
	if open != nil {
		v.sent = open.At
	}
	switch refused := f.attempt().Class == oauth.Misconfigured && f.attempt().Settings == f.settingsName(); {
	case refused:
		v.state = StateMisconfigured
	case open != nil:
		return f.uncertain(v, open, reason, now), true
	case f.attempt().Class == oauth.Offline:
		v.state = StateOffline
	case f.attempt().Class == oauth.Transient, f.attempt().Class == oauth.Uncertain: // of an uncertain one nothing is open any more
		v.state = StateWaiting
	default:
		return view{}, false
	}
	return v, true
}

// undisturbed is rows 16 to 19. Its next may still be too soon.
func (f facts) undisturbed(s surroundings, now time.Time) view {
	t := f.record.Grant.Token
	waiting := view{state: StateWaiting, reason: ReasonDue}
	held := f.heldUntil(now)
	switch {
	case !held.IsZero():
		return view{state: StateHeld, next: latest(held, f.due(s, now)), until: held}
	case f.attempt().Class == oauth.Misconfigured, len(f.record.Refusals) > 0:
		waiting.next = f.attempt().At
	case t.ValidFor(now) > 0:
		return view{state: StateFresh, next: f.due(s, now), until: t.Expires}
	default:
		waiting.next = f.due(s, now)
	}
	switch {
	case f.attempt().NotBefore.After(now):
		waiting.reason = oauth.ReasonRateLimited
	case s.quietUntil.After(now):
		waiting.reason = ReasonSettling
	case f.gapEnd(now).After(now):
		waiting.reason = ReasonJustRefreshed
	}
	return waiting
}
