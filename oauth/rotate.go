package oauth

import (
	"context"
	"errors"
	"io/fs"
	"slices"
)

// rotate spends the refresh token for the next one. Callers that had to wait for another's rotation share its result. seen
// is the refresh token there was when the rotation was decided: if it is spent by then there is nothing to do. It is empty
// where a person asked.
func (k *Keeper) rotate(ctx context.Context, e *entry, cause Cause, seen Secret) error {
	return k.fly(ctx, e, &e.rotations, func(ctx context.Context, e *entry) error {
		if seen != "" && e.loaded && e.unsaved == nil && e.grant.Token.Refresh != seen {
			return nil
		}
		err := k.transact(ctx, e, cause)
		if err != nil {
			k.note(e, cause)
		}
		return err
	})
}

// load reads the account's record into memory and finishes what an earlier life began. It wants the turn.
// That a chain is dead or in doubt is a state, not an error of load's.
func (k *Keeper) load(ctx context.Context, e *entry) error {
	if e.loaded { // by whoever had the turn before; what is in memory may be newer than what is stored
		return nil
	}
	r, err := k.read(context.WithoutCancel(ctx), e)
	if err != nil {
		return err
	}
	k.mu.Lock()
	e.loaded, e.grant = true, r.Grant // not shown yet: a sealed answer may hold a newer grant
	k.mu.Unlock()
	if settled, err := k.finish(ctx, e, r); settled || err != nil {
		return err
	}
	k.seals.prune(e.id, r.intents()...)
	k.change(e, func() { // in one step: nobody shall see a token as fresh that is in doubt
		k.serve(e, r)
		if doubt := k.doubt(r); doubt != nil {
			k.enter(e, doubt)
		} else if r.refused() {
			k.schedule(e, k.now()) // the previous refresh token is still to be tried
		}
	})
	return nil
}

// doubt is what is wrong with a record just read; nil if nothing is.
func (k *Keeper) doubt(r Record) error {
	switch _, ok := r.spendable(); {
	case !ok:
		return k.dead(r)
	case r.refused():
	case r.uncertain(r.Intent):
		return &Error{Class: Uncertain, Reason: ReasonInterrupted, Sent: r.Intent.At}
	case slices.ContainsFunc(r.Unread, r.uncertain):
		return &Error{Class: Uncertain, Reason: ReasonUnreadable, Sent: r.Unread[len(r.Unread)-1].At}
	}
	return nil
}

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
	for in, seal := range k.seals.after(e.id, r.Grant.Token.Refresh.Fingerprint(), r.SealKey) {
		t, err := ReadAnswer(p, seal.Reply.Status, seal.Reply.Body, seal.Reply.Received)
		switch {
		case err != nil, t.Refresh == "", t.Refresh == r.Grant.Token.Refresh:
		case in.Cause == CauseSignIn && (seal.Chosen || r.samePerson(t)):
			return r.signedIn(t, k.world.Machine), in
		case in.Cause != CauseSignIn:
			return r.next(t.salvaged(seal.Reply.Cut), in.Cause, k.world.Machine), in
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

// transact is one refresh: intent, exchange, seal, answer, vault. It wants the turn.
func (k *Keeper) transact(ctx context.Context, e *entry, cause Cause) error {
	if e.unsaved != nil {
		return k.store(ctx, e, e.unsaved.record, e.unsaved.intent)
	}
	if !e.loaded {
		if err := k.load(ctx, e); err != nil {
			return err
		}
	}
	r, done, err := k.prepare(ctx, e)
	if done || err != nil {
		return err
	}
	k.change(e, func() { e.state, e.reason, e.detail = StateRefreshing, ReasonNone, "" })
	a := k.settings(e)
	p, err := a.Provider.Resolve()
	if err != nil {
		return k.fail(e, &Error{Class: Misconfigured, Reason: ReasonSettings})
	}
	unsent := r
	if k.seals.has(e.id, r.Intent) || k.seals.damaged(e.id, r.Intent) {
		r.keepUnread(r.Intent) // its key goes with it
	}
	r = r.intending(cause, k.now())
	durable := context.WithoutCancel(ctx)
	if err := k.seals.prepare(e.id, r.Intent); err != nil {
		k.world.Log.Error("nothing sent", "account", e.id, "error", err)
		return k.fail(e, &Error{Class: Transient, Reason: ReasonNoRoom})
	}
	if err := k.save(durable, e.id, r); err != nil {
		k.dropSeal(e, r.Intent)
		return k.fail(e, err)
	}
	refresh, _ := unsent.spendable()
	defer k.world.Inhibit(durable)()
	reply, err := k.world.Exchange.Send(ctx, p, refreshForm(p, a.ClientID, a.RedirectURI, r.ClientSecret, refresh))
	if err != nil {
		return k.unanswered(durable, e, unsent, r.Intent, err)
	}
	reply.Received = k.now()
	k.seal(e, r.Intent, reply, false)
	k.noteClock(reply)
	return k.settle(ctx, e, r, r.Intent, reply)
}

// prepare reads the record again before it is spent: what is newer there is adopted, what is sealed is finished, and what
// the provider called dead is not sent a second time. done means there is nothing left to send.
func (k *Keeper) prepare(ctx context.Context, e *entry) (r Record, done bool, err error) {
	if r, err = k.read(context.WithoutCancel(ctx), e); err != nil {
		return r, true, err
	}
	if settled, err := k.finish(ctx, e, r); settled || err != nil {
		return r, true, err
	}
	switch {
	case r.Grant.Generation > e.grant.Generation,
		r.Grant.Generation == e.grant.Generation && r.Grant.Token.Refresh != e.grant.Token.Refresh:
		k.adopt(e, r) // somebody else moved the chain on
		return r, true, nil
	case r.Grant.Generation < e.grant.Generation: // the keychain went back to an older state; what it holds is spent
		k.world.Log.Warn("the keychain holds an older generation; storing the newer again", "account", e.id)
		older := r.Grant
		return r, true, k.store(ctx, e, Record{ClientSecret: r.ClientSecret, SealKey: r.SealKey, Grant: e.grant, Previous: &older}, nil)
	case e.forgiven: // the refusal was of other settings
		r.Refused, r.NoWayBack, e.forgiven = "", false, false
	}
	if _, ok := r.spendable(); !ok {
		return r, true, k.fail(e, k.dead(r))
	}
	return r, false, nil
}

// dead says why a record has nothing left to send.
func (k *Keeper) dead(r Record) *Error {
	switch {
	case r.Grant.Generation == 0:
		return &Error{Class: Dead, Reason: ReasonNotSignedIn}
	case r.Grant.Token.Refresh == "":
		return &Error{Class: Dead, Reason: ReasonNoRefreshToken}
	case r.Grant.Machine != "" && k.world.Machine != "" && r.Grant.Machine != k.world.Machine:
		return &Error{Class: Dead, Reason: ReasonElsewhere, Code: 0}
	}
	return &Error{Class: Dead, Reason: ReasonRefused}
}

// unanswered: if nothing was sent the record goes back to what it was; else the intent stays, as the proof of doubt.
func (k *Keeper) unanswered(ctx context.Context, e *entry, unsent Record, in *Intent, err error) error {
	k.dropSeal(e, in) // there is nothing in it
	var x *Error
	switch {
	case !errors.As(err, &x):
	case x.Class == Uncertain:
		x.Sent = in.At
	case x.Class == Offline:
		if err := k.save(ctx, e.id, unsent); err != nil {
			return k.fail(e, err)
		}
	}
	return k.fail(e, err)
}
