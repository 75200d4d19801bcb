package keeper

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"time"

	"freshkey/oauth"
	"freshkey/oauth/journal"
)

// recover brings the account's record up to date before anything is done with it: what the vault holds, what an earlier
// process left on the disk, and what is still to be stored. settled says that this was all that was to be done: an answer
// was found, or somebody else has moved the chain on. It wants the turn.
func (k *Keeper) recover(ctx context.Context, a *account) (r journal.Record, settled bool, err error) {
	k.writeAgain(a)
	before := k.facts(a)
	if r, settled, err = k.readBack(ctx, a); settled {
		return r, true, err
	}
	with, unusable := k.app(a)
	defer k.emitInterrupted(a, before.known)
	defer k.learn(a, func(f *facts) { f.known, f.unopened = true, unusable != nil }) // not earlier: a sealed answer may hold a newer grant
	if unusable != nil {
		k.learn(a, func(f *facts) { f.outOfReach = rare[pause]{} }) // looked at again once they are mended
		return r, true, unusable                                    // nobody can tell what a sealed answer says
	}
	concluded, verdict := k.recoverReply(ctx, a, r, with)
	if _, isIO := errors.AsType[*fs.PathError](verdict); isIO {
		return r, true, k.outOfReach(a, verdict)
	}
	if _, isVault := errors.AsType[*VaultError](verdict); isVault || k.facts(a).unsaved() {
		return k.facts(a).record, true, verdict
	}
	if concluded { // a keychain that went back shows an old intent again: what came after it is found as well
		r = k.facts(a).record
	}
	if k.archiveOutOfReach(a, r) {
		return r, true, k.outOfReach(a, fs.ErrPermission)
	}
	k.learn(a, func(f *facts) { f.outOfReach = rare[pause]{} })
	r, found, err := k.bringForward(ctx, a, r, with)
	if err != nil {
		return r, true, k.unlessUnsaved(a, err)
	}
	if r, err = k.withoutLeft(ctx, a, r); err != nil {
		return r, true, err
	}
	moved := before.known && nameOf(before.record.Grant) != nameOf(r.Grant)
	if found {
		verdict = nil // it was about a token that came before
	}
	return r, concluded || found || moved, verdict
}

// readBack is the record as the vault holds it, once what was still to be stored is; settled says that the vault is in the way.
func (k *Keeper) readBack(ctx context.Context, a *account) (r journal.Record, settled bool, err error) {
	if r, err = k.read(ctx, a); err != nil {
		return r, true, err
	}
	if err := k.storeAgain(ctx, a, r); err != nil {
		return r, true, k.unlessUnsaved(a, err)
	}
	r, err = k.withoutLeft(ctx, a, r)
	return r, err != nil, err
}

// writeChores writes what is still to be written and changes nothing of what the account is. Anything else that is found can wait
// until something is sent.
func (k *Keeper) writeChores(ctx context.Context, a *account) error {
	k.writeAgain(a)
	r, err := k.read(ctx, a)
	if err != nil {
		return err
	}
	return k.storeAgain(ctx, a, r)
}

// storeAgain stores a record that is still to be stored, whose times were moved, or that a keychain refused a moment ago: one that can be read may
// still not be written.
func (k *Keeper) storeAgain(ctx context.Context, a *account, r journal.Record) error {
	if at := k.facts(a).recheck.get(); !at.IsZero() && !at.After(k.now()) {
		k.learn(a, func(f *facts) { f.recheck = rare[time.Time]{} }) // it was just read
	}
	if f := k.facts(a); f.dirty || f.shifted || a.own.seen != nil || f.vault.get().err != nil {
		return k.store(ctx, a, r, f.attempt())
	}
	return nil
}

// bringForward stores what the archive knows of grants and doubts that came after a record, and reports whether there were
// grants.
func (k *Keeper) bringForward(ctx context.Context, a *account, r journal.Record, with app) (journal.Record, bool, error) {
	spent := r.Spent
	r, doubted := k.recoverDoubt(a, r, with, false) // before its successors: a sign-in over a dead grant is another thing than over a live one
	r, found := k.recoverFromArchive(a, r, with)
	r, late := k.recoverDoubt(a, r, with, true)
	if !found && !doubted && !late && r.Spent == spent {
		k.seals.Prune(a.id, r)
		return r, false, nil
	}
	return r, found, k.store(ctx, a, r, r.LastAttempt())
}

// unlessUnsaved is a failed write as an error, unless all it means is that the account is unsaved: that is a state.
func (k *Keeper) unlessUnsaved(a *account, err error) error {
	if k.facts(a).unsaved() {
		return nil
	}
	return err
}

// outOfReach is a sealed answer that the disk does not give: whatever was sent next would take its place.
func (k *Keeper) outOfReach(a *account, err error) error {
	k.config.Log.Error("sealed answer out of reach", "account", a.id, "type", fmt.Sprintf("%T", err))
	k.learn(a, func(f *facts) {
		again := f.outOfReach.get().failures + 1
		f.outOfReach = rarely(pause{k.now().Add(vaultWait(again, maxVaultWait)), again})
	})
	return &oauth.Error{Class: oauth.Transient, Reason: ReasonOutOfReach}
}

// recoverAgain is recover for whoever needs nothing more.
func (k *Keeper) recoverAgain(ctx context.Context, a *account) error {
	_, _, err := k.recover(ctx, a)
	return err
}

// recoverReply concludes the answer that an earlier process sealed and did not store, and reports whether there was one. An
// *fs.PathError is a file that is there and cannot be read just now.
func (k *Keeper) recoverReply(ctx context.Context, a *account, r journal.Record, with app) (bool, error) {
	for _, in := range r.Pending() {
		sealed, err := k.open(a, in)
		if _, isIO := errors.AsType[*fs.PathError](err); isIO && !errors.Is(err, fs.ErrNotExist) {
			return true, err
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
		return true, k.conclude(ctx, a, in, out)
	}
	return false, nil
}

// open is the answer of an intent: the one that the disk has not taken, or the one that is sealed.
func (k *Keeper) open(a *account, in *journal.Intent) (journal.Sealed, error) {
	if u := a.own.unwritten; u != nil && u.intent.ID == in.ID {
		return journal.Sealed{Cause: in.Cause, Asked: u.consent != journal.NotAsked, ConfirmedUser: u.consent == journal.Agreed, Reply: u.reply}, nil
	}
	return k.seals.Open(a.id, in)
}

// reopen says what a sealed answer comes to, and whether it counts: one that could not be read before counts once it can be,
// and nobody is there to be asked about another person's sign-in. It is pure.
func reopen(r journal.Record, in *journal.Intent, sealed journal.Sealed, with app, machine string) (outcome, bool) {
	if reply := &sealed.Reply; !reply.Date.IsZero() && reply.Received.Sub(reply.Date) > jumpTolerance {
		reply.Received = reply.Date // by a clock that was ahead of the provider's, and may be right by now
	}
	if in.Cause != journal.CauseSignIn {
		out := decide(r, in, sealed.Reply, with, machine)
		return out, in == r.Intent || out.record.Grant.Generation > r.Grant.Generation
	}
	t, err := oauth.ReadAnswer(with.provider, sealed.Reply.Status, sealed.Reply.Body, sealed.Reply.Received)
	to := in.To
	if to == (journal.Target{}) { // version 0.1 did not write it down
		to = with.target
	}
	asks := sealed.Asked || r.Replaces(t, to) != journal.SamePerson
	if err != nil || t.Refresh == "" || (asks && !sealed.ConfirmedUser) {
		return outcome{}, false
	}
	return outcome{record: r.SignedIn(t, in, machine), keep: true}, true
}
