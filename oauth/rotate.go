package oauth

import (
	"context"
	"errors"
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
	k.show(e, r)
	return nil
}

// show makes a record that was just read what the account is, in one step: nobody shall see a token as fresh that is in
// doubt.
func (k *Keeper) show(e *entry, r Record) {
	k.change(e, func() {
		k.serve(e, r)
		if doubt := k.doubt(r); doubt != nil {
			k.enter(e, doubt)
		} else if r.refused() {
			k.schedule(e, k.now()) // the previous refresh token is still to be tried
		}
	})
}

// look reads the record of an account that is in memory and whose keychain failed, and tells whether its refresh token is to
// be spent: a keychain that failed in an edit is no reason for that. It wants the turn.
func (k *Keeper) look(ctx context.Context, e *entry) (spend bool, err error) {
	if !k.keychainFailed(e) {
		return false, nil
	}
	r, done, err := k.prepare(ctx, e)
	if done || err != nil {
		return false, err
	}
	k.mu.Lock()
	due, rest := !k.dueAt(e).After(k.now()) && k.heldUntil(e).IsZero(), k.settled
	k.mu.Unlock()
	switch {
	case !due:
		if err := k.save(context.WithoutCancel(ctx), e.id, r); err != nil { // it may be readable only
			return false, k.fail(e, err)
		}
		k.show(e, r)
	case rest.After(k.now()):
		k.change(e, func() { k.schedule(e, rest) })
	default:
		return true, nil
	}
	return false, nil
}

func (k *Keeper) keychainFailed(e *entry) bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	return e.state == StateLocked && e.loaded && e.unsaved == nil
}

// doubt is what is wrong with a record just read; nil if nothing is.
func (k *Keeper) doubt(r Record) error {
	switch _, ok := r.spendable(); {
	case !ok:
		return k.dead(r)
	case r.refused():
	case r.uncertain(r.Intent) && !r.uncertain(r.Doubt):
		return &Error{Class: Uncertain, Reason: ReasonInterrupted, Sent: r.Intent.At}
	case slices.ContainsFunc(r.Unread, r.uncertain):
		return &Error{Class: Uncertain, Reason: ReasonUnreadable, Sent: r.Unread[len(r.Unread)-1].At}
	case r.uncertain(r.Doubt):
		return &Error{Class: Uncertain, Reason: ReasonNoAnswer, Sent: r.Doubt.At}
	}
	return nil
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
	k.change(e, func() { e.state, e.reason, e.detail, e.forgiven = StateRefreshing, ReasonNone, "", false })
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
	arrived := func(part Reply) { k.seal(e, r.Intent, part, false) }
	reply, err := k.world.Exchange.send(ctx, p, refreshForm(p, a.ClientID, a.RedirectURI, r.ClientSecret, refresh), arrived)
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
		r.Refused, r.NoWayBack = "", false
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
