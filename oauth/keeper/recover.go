package keeper

import (
	"context"
	"errors"
	"io/fs"

	"freshkey/oauth"
	"freshkey/oauth/journal"
)

// recover brings the account's record up to date before anything is done with it: what the vault holds, what an earlier
// process left on the disk, and what is still to be stored. settled says that this was all that was to be done: an answer
// was found, or somebody else has moved the chain on. It wants the turn.
func (k *Keeper) recover(ctx context.Context, a *account) (r journal.Record, settled bool, err error) {
	before := k.facts(a)
	if r, err = k.read(ctx, a); err != nil {
		return r, true, err
	}
	k.learn(a, func(f *facts) { f.outOfReach = false })
	defer k.learn(a, func(f *facts) { f.known = true }) // not earlier: a sealed answer may hold a newer grant
	if found, err := k.recoverReply(ctx, a, r); found || err != nil {
		return k.facts(a).record, true, err
	}
	f := k.facts(a)
	r, found := k.recoverFromArchive(a, r)
	r, doubted := k.recoverDoubt(a, r, f.target)
	attempt := f.attempt
	if found || doubted {
		attempt = r.Attempt
	}
	if found || doubted || f.dirty || f.vault.err != nil { // a keychain that can be read may still not be written
		if err := k.store(ctx, a, r, attempt); err != nil && !k.facts(a).unsaved() {
			return r, true, err
		}
	} else {
		k.seals.Prune(a.id, r)
	}
	moved := before.known && nameOf(before.record.Grant) != nameOf(r.Grant)
	return r, found || moved || k.facts(a).unsaved(), nil
}

// recoverAgain is recover for whoever needs nothing more.
func (k *Keeper) recoverAgain(ctx context.Context, a *account) error {
	_, _, err := k.recover(ctx, a)
	return err
}

// recoverReply concludes the answer that an earlier process sealed and did not store, and reports whether there was one. A
// seal that is there and cannot be read just now stops everything: the next intent would take its place.
func (k *Keeper) recoverReply(ctx context.Context, a *account, r journal.Record) (bool, error) {
	with, err := k.app(a)
	if err != nil {
		return false, nil // nothing is sent with such settings either
	}
	for _, in := range r.Pending() {
		sealed, err := k.seals.Open(a.id, in)
		if path, isIO := errors.AsType[*fs.PathError](err); isIO && !errors.Is(err, fs.ErrNotExist) {
			k.learn(a, func(f *facts) { f.outOfReach = true })
			return true, k.noRoom(a, path.Err)
		}
		if err != nil {
			if !errors.Is(err, fs.ErrNotExist) {
				k.config.Log.Warn("sealed answer", "account", a.id, "error", err)
			}
			continue
		}
		out, counts := reopen(r, in, sealed, with, k.config.Machine)
		if !counts {
			continue
		}
		k.config.Log.Info("sealed answer found", "account", a.id, "intent", in.ID)
		return true, k.conclude(ctx, a, in, out, with)
	}
	return false, nil
}

// reopen says what a sealed answer comes to, and whether it counts: one that could not be read before counts once it can be,
// and nobody is there to be asked about another person's sign-in. It is pure.
func reopen(r journal.Record, in *journal.Intent, sealed journal.Sealed, with app, machine string) (outcome, bool) {
	if in.Cause != journal.CauseSignIn {
		out := decide(r, in, sealed.Reply, with, machine)
		return out, in == r.Intent || out.resolved && out.keep
	}
	t, err := oauth.ReadAnswer(with.provider, sealed.Reply.Status, sealed.Reply.Body, sealed.Reply.Received)
	if err != nil || (!sealed.ConfirmedUser && r.Replaces(t) != journal.SamePerson) {
		return outcome{}, false
	}
	return outcome{record: r.SignedIn(t, in, machine), keep: true}, true
}

// recoverFromArchive finds the grants that came after the record's, if their answers are still sealed, and reports whether
// there were any: then the keychain has forgotten what it had taken. They are still to be stored.
func (k *Keeper) recoverFromArchive(a *account, r journal.Record) (journal.Record, bool) {
	with, err := k.app(a)
	if err != nil {
		return r, false
	}
	newest := r
	for range journal.Generations + 1 {
		next, found := k.successor(a, newest, with)
		if !found {
			break
		}
		newest = next
	}
	if newest.Grant.Generation == r.Grant.Generation {
		return r, false
	}
	k.config.Log.Warn("the keychain went back; later answers were still sealed", "account", a.id, "from", r.Grant.Generation, "to", newest.Grant.Generation)
	return newest, true
}

// successor is the record after r by the last answer that was got for its refresh token.
func (k *Keeper) successor(a *account, r journal.Record, with app) (journal.Record, bool) {
	spent := []oauth.Secret{r.Grant.Token.Refresh}
	if r.Previous != nil && r.Previous.Token.Refresh != "" {
		spent = append(spent, r.Previous.Token.Refresh)
	}
	for _, refresh := range spent {
		for in, sealed := range k.seals.Successors(a.id, refresh.Fingerprint(), r.Grant.Generation, r.SealKey) {
			out, counts := reopen(r, in, sealed, with, k.config.Machine)
			if g := out.record.Grant.Token.Refresh; counts && g != "" && g != r.Grant.Token.Refresh && r.Knows(g) != journal.UsedUp {
				return out.record, true
			}
		}
	}
	return r, false
}

// recoverDoubt compares the record with what the files say of requests, and reports whether they know better: one that was
// never sent is forgotten, and one that may have been is remembered also where the keychain has forgotten it.
func (k *Keeper) recoverDoubt(a *account, r journal.Record, to journal.Target) (journal.Record, bool) {
	unsent := false
	if in := r.Intent; in != nil && in.Cause != journal.CauseSignIn && k.seals.Phase(a.id, in) == journal.PhaseReserved {
		unsent, r.Intent, r.Attempt = true, nil, journal.Attempt{NotBefore: r.Attempt.NotBefore}
	}
	spend := r.TokenToSend(to)
	if in, _ := r.Unresolved(to, ReasonInterrupted); in != nil || spend == "" {
		return r, unsent
	}
	in := k.seals.Sent(a.id, spend.Fingerprint(), r.SealKey)
	if in == nil {
		return r, unsent
	}
	if now := k.now(); in.At.After(now) { // by a clock that was wrong
		in.At = now
	}
	r.Unanswered = in
	return r, true
}
