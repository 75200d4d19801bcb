package keeper

import (
	"time"

	"freshkey/oauth"
	"freshkey/oauth/journal"
)

// recoverDoubt compares the record with what the files say of requests, and reports whether they know better: one that was
// never sent is forgotten, and one whose answer is missing or unreadable is remembered also where the keychain has forgotten it.
// later says that what was sent in later generations than the record's counts too: nothing is known that came after the record.
func (k *Keeper) recoverDoubt(a *account, r journal.Record, with app, later bool) (journal.Record, bool) {
	to, unsent := with.target, false
	if in := r.Intent; in != nil && in.Cause != journal.CauseSignIn && k.seals.Phase(a.id, in) == journal.PhaseReserved {
		unsent, r.Intent = true, nil
	}
	r, known := k.refusedElsewhere(a, r, with)
	known = known || unsent
	for spend := r.TokenToSend(to); spend != ""; spend = r.TokenToSend(to) { // a refusal leaves the next candidate
		next, found := k.verdict(a, r, spend, with, later)
		if !found {
			break
		}
		r, known = next, true
		if !r.RefusedBy(spend.Fingerprint(), to) {
			break
		}
	}
	return r, known
}

// verdict is the record with what the files say of spending a refresh token, if they say more than the record: that it was
// refused, or that an answer was lost.
func (k *Keeper) verdict(a *account, r journal.Record, spend oauth.Secret, with app, later bool) (journal.Record, bool) {
	to := with.target
	refused, unread := k.readArchive(a, r, spend, with)
	if in, _ := r.Unresolved(to, ReasonInterrupted); in != nil {
		if refused == nil {
			return r, false
		}
		return r.WithoutAnswer(to).Refuse(refused), true
	}
	sent := k.seals.Sent(a.id, spend.Fingerprint(), r, later)
	switch {
	case unread != nil:
		r, _ = r.KeepUnparsed(unread)
	case sent != nil:
		if now := k.now(); sent.At.After(now) { // by a clock that was wrong
			sent.At = now
		}
		r.Unanswered = sent
	}
	if refused != nil { // after the answer that was lost, if one was
		r = r.Refuse(refused)
	}
	return r, refused != nil || unread != nil || sent != nil
}

// refusedElsewhere is the record with the refusals by clients and endpoints that the settings named before, if it knows nothing of
// them, and reports whether there were any.
func (k *Keeper) refusedElsewhere(a *account, r journal.Record, with app) (journal.Record, bool) {
	found := false
	for _, refresh := range spendable(r) {
		for in, sealed := range k.seals.Successors(a.id, refresh.Fingerprint(), r.Grant.Generation, r.SealKey) {
			if in.Cause == journal.CauseSignIn || in.To == with.target || r.RefusedBy(in.Fingerprint, in.To) {
				continue
			}
			if out := decide(r, in, sealed.Reply, with, k.config.Machine); out.err != nil && out.err.Class == oauth.Dead {
				r, found = r.Refuse(in), true
			}
		}
	}
	return r, found
}

// readArchive finds the answer that called a refresh token dead, and the first that could not be read; nil if there is none.
func (k *Keeper) readArchive(a *account, r journal.Record, spend oauth.Secret, with app) (refused, unread *journal.Intent) {
	for in, sealed := range k.seals.Successors(a.id, spend.Fingerprint(), r.Grant.Generation, r.SealKey) {
		if in.Cause == journal.CauseSignIn {
			continue
		}
		switch out := decide(r, in, sealed.Reply, with, k.config.Machine); {
		case out.err == nil:
		case out.err.Class == oauth.Uncertain:
			unread = in
		case out.err.Class == oauth.Dead && in.To == with.target && refused == nil:
			refused = in
		}
	}
	return refused, unread
}

// unresolved is the refresh of which it is open whether it has spent the token to send; none can have where the provider spends none.
func (f facts) unresolved() (*journal.Intent, oauth.Reason) {
	if !mayHaveSpent(f.chain().rotation, f.record) {
		return nil, ""
	}
	return f.record.Unresolved(f.target(), ReasonInterrupted)
}

// uncertain is row 13. What came after the lost answer is the lesser news, but for the wait.
func (f facts) uncertain(v view, open *journal.Intent, reason oauth.Reason, now time.Time) view {
	v.state = StateUncertain
	if f.attempt().Class != oauth.Uncertain || f.attempt().Reason == ReasonInterrupted {
		v.reason, v.detail = reason, ""
	}
	if v.reason == oauth.ReasonUnreadable && f.unsealed {
		v.detail = DetailUnsealed
	}
	if graceEnd := open.At.Add(f.chain().grace); now.Before(graceEnd) && !open.At.After(now) {
		v.next = inGrace(f.attempt(), f.chain().grace, graceEnd, v.next)
	}
	if f.attempt().Class == "" {
		v.next = open.At.Add(firstBackoff)
		if open.At.After(now) { // by a clock that was wrong
			v.next = now
		}
	}
	return v
}
