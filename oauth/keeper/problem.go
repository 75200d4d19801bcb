package keeper

import (
	"time"

	"freshkey/oauth"
	"freshkey/oauth/journal"
)

// problem is why an account is not refreshed just now although somebody wants a token that works for longer: what its state
// says, while that lasts. nil if nothing speaks against a refresh. Scripts that ask every second must not defeat the waits.
func (f facts) problem(s surroundings, now time.Time) error {
	v := status(f, s, now)
	waits := latest(f.retry(s), f.attempt().NotBefore).After(now)
	x := &oauth.Error{Class: oauth.Transient, Reason: v.reason, Sent: v.sent}
	if last := f.attempt().Error(); last != nil && v.reason == f.attempt().Reason {
		x.Status, x.Code = last.Status, last.Code
	}
	switch {
	case v.state == StateUnsaved, v.state == StateLocked && f.vault.get().retry(s).After(now) && !f.vault.get().worthAnotherTry(now):
		return f.vaultError("the keychain failed last")
	case v.state == StateSignIn:
		x.Class = oauth.Dead
	case !f.heldUntil(now).IsZero():
		return ErrHeld
	case v.reason == ReasonInternal && v.next.After(now):
		return errPanic
	case v.state == StateUncertain && v.next.After(now):
		x.Class = oauth.Uncertain
	case v.state == StateMisconfigured && (waits || f.unusable() || v.reason == ReasonEndpointChanged):
		x.Class = oauth.Misconfigured
	case v.state == StateOffline && waits && !f.worthAnotherTry(now):
		x.Class = oauth.Offline
	case v.state == StateWaiting && v.reason != ReasonDue && v.reason != ReasonSettling && v.next.After(now):
	case f.attempt().NotBefore.After(now):
		x.Reason = oauth.ReasonRateLimited
	case f.gapEnd(now).After(now):
		x.Reason = ReasonJustRefreshed
	default:
		return nil
	}
	return x
}

// worthAnotherTry reports whether whoever asks for a token has the endpoint tried before the wait is over: there is no token that works, nothing
// was sent the last time, and that was a moment ago. To find no connection once more costs nobody anything.
func (f facts) worthAnotherTry(now time.Time) bool {
	last := f.attempt()
	return last.Class == oauth.Offline && f.record.Grant.Token.ValidFor(now) <= 0 && !now.Before(last.At.Add(askAgain))
}

// retry is when the last attempt is made again: after its wait, or, if it found no connection, soon after news of the
// network; and soon after the endpoint has answered another account that it had not answered before. Accounts that waited together do not
// all come at the same moment.
func (f facts) retry(s surroundings) time.Time {
	last := f.attempt()
	var news time.Time
	if heals(last.Class, last.Reason) {
		news = s.answers
	}
	if last.Class == oauth.Offline {
		news = latest(news, s.news)
	}
	if !news.After(last.At) {
		return last.Next
	}
	spreadOut := time.Duration((spread(f.settings.ID, news) + 1) / 2 * float64(networkReturning))
	return earliest(last.Next, latest(news, s.quietUntil).Add(spreadOut))
}

// retry is when the keychain is asked again: after its wait, or at once when it may have been opened.
func (v vaultFailure) retry(s surroundings) time.Time {
	if s.opened.After(v.at) && s.opened.Before(v.next) {
		return s.opened
	}
	return v.next
}

// worthAnotherTry reports whether whoever asks for a token has the keychain tried before the wait is over: it said that it is locked, which it says
// at once, and that was a moment ago. A person may have opened it since.
func (v vaultFailure) worthAnotherTry(now time.Time) bool {
	return v.err.Reason == ReasonLocked && !now.Before(v.at.Add(askKeychain))
}

// gapEnd is when the last rotation is long enough ago for the next.
func (f facts) gapEnd(now time.Time) time.Time {
	g := f.record.Grant
	if g.Cause == journal.CauseAdded || g.Cause == journal.CauseUnproven || g.Won().After(now) { // a person's token; a clock that was wrong
		return time.Time{}
	}
	return g.Won().Add(minGap)
}
