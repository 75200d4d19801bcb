package oauth

import (
	"context"
	"errors"
	"io/fs"
)

// finish settles the answer an earlier life sealed and did not store, and tells whether there was one. A seal that is there
// and cannot be read just now stops everything: the next intent would overwrite its key.
func (k *Keeper) finish(ctx context.Context, e *entry, r Record) (bool, error) {
	for _, in := range r.intents() {
		if !r.concerns(in) && !r.heirOf(in) {
			continue // a seal older than the record is never opened over it
		}
		reply, err := k.seals.open(e.id, in)
		if path, isIO := errors.AsType[*fs.PathError](err); isIO && !errors.Is(err, fs.ErrNotExist) {
			k.world.Log.Error("sealed answer", "account", e.id, "error", path.Err)
			return true, k.fail(e, &Error{Class: Transient, Reason: ReasonNoRoom})
		}
		if err != nil {
			if !errors.Is(err, fs.ErrNotExist) {
				k.world.Log.Warn("sealed answer", "account", e.id, "error", err)
			}
			continue
		}
		if in != r.Intent && !k.readable(e, reply) {
			continue
		}
		if in.Cause == CauseSignIn {
			return k.finishSignIn(ctx, e, r, in, reply)
		}
		k.world.Log.Info("sealed answer found", "account", e.id, "intent", in.ID)
		return true, k.settle(ctx, e, r, in, reply)
	}
	return k.inherit(ctx, e, r)
}

// inherit stores the grants that came after the record's, if their answers are still sealed, and tells whether there were
// any: then the keychain has forgotten what it had taken.
func (k *Keeper) inherit(ctx context.Context, e *entry, r Record) (bool, error) {
	newest, from := k.heir(e, r)
	if from == nil {
		return false, nil
	}
	for range mostSeals {
		next, in := k.heir(e, newest)
		if in == nil {
			break
		}
		newest, from = next, in
	}
	k.world.Log.Warn("the keychain went back; later answers were still sealed", "account", e.id, "from", r.Grant.Generation, "to", newest.Grant.Generation)
	return true, k.store(ctx, e, newest, from)
}

// heir is the record after r by the last answer that was got for its refresh token, and that answer's intent; nil if there is
// none.
func (k *Keeper) heir(e *entry, r Record) (Record, *Intent) {
	p, err := k.settings(e).Provider.Resolve()
	if err != nil {
		return r, nil
	}
	for _, spent := range r.spendables() {
		for in, seal := range k.seals.after(e.id, spent.Fingerprint(), r.Grant.Generation, r.SealKey) {
			t, err := ReadAnswer(p, seal.Reply.Status, seal.Reply.Body, seal.Reply.Received)
			switch {
			case err != nil, t.Refresh == "", t.Refresh == r.Grant.Token.Refresh:
			case in.Cause == CauseSignIn && (seal.Chosen || r.samePerson(t)):
				return r.signedIn(t, k.world.Machine), in
			case in.Cause != CauseSignIn:
				return r.next(t.salvaged(seal.Reply.Cut), in.Cause, k.world.Machine), in
			}
		}
	}
	return r, nil
}

func (k *Keeper) readable(e *entry, reply Reply) bool {
	p, err := k.settings(e).Provider.Resolve()
	if err != nil {
		return false
	}
	_, err = ReadAnswer(p, reply.Status, reply.Body, reply.Received)
	return err == nil
}
