package oauth

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"runtime/debug"
)

// rotate spends the refresh token for the next one. Callers that had to wait for another's rotation share its result.
func (k *Keeper) rotate(ctx context.Context, e *entry, cause Cause) error {
	return k.fly(ctx, e, func(ctx context.Context, e *entry) error { return k.transact(ctx, e, cause) })
}

// fly takes the account's turn and runs work in a goroutine of the keeper's own, so that a caller who gives up takes
// nothing down with it. If the turn had to be waited for and somebody finished meanwhile, theirs is the result.
func (k *Keeper) fly(ctx context.Context, e *entry, work func(context.Context, *entry) error) error {
	k.mu.Lock()
	seen := e.tries
	k.mu.Unlock()
	if err := e.take(ctx); err != nil {
		return err
	}
	k.mu.Lock()
	if k.closed || e.tries != seen {
		err := e.lastErr
		if k.closed {
			err = ErrShutdown
		}
		k.mu.Unlock()
		e.release()
		return err
	}
	k.flights.Add(1)
	k.mu.Unlock()
	done := make(chan error, 1)
	go func() {
		defer k.flights.Done()
		defer e.release()
		err := k.guarded(e, work)
		k.mu.Lock()
		e.tries++
		e.lastErr = err
		k.mu.Unlock()
		done <- err
	}()
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
}

// guarded turns a panic into a state: the next try opens the seal, so even a broken parser loses nothing.
func (k *Keeper) guarded(e *entry, work func(context.Context, *entry) error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			k.world.Log.Error("panic in a transaction", "account", e.id, "type", fmt.Sprintf("%T", p), "stack", string(debug.Stack()))
			err = k.fail(e, errors.New("internal error"))
		}
	}()
	return work(k.life, e)
}

// load reads the account's record into memory and finishes what an earlier life began. It wants the turn.
// That a chain is dead or in doubt is a state, not an error of load's.
func (k *Keeper) load(ctx context.Context, e *entry) error {
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
	k.adopt(e, r)
	switch _, ok := r.spendable(); {
	case !ok:
		_ = k.fail(e, k.dead(r))
	case r.refused():
		k.change(e, func() { k.schedule(e, k.now()) }) // the previous refresh token is still to be tried
	case r.concerns(r.Intent):
		_ = k.fail(e, &Error{Class: Uncertain, Reason: ReasonInterrupted})
	}
	return nil
}

// finish settles the answer an earlier life sealed and did not store, and tells whether there was one.
func (k *Keeper) finish(ctx context.Context, e *entry, r Record) (bool, error) {
	for _, in := range []*Intent{r.Intent, r.Unread} {
		if !r.concerns(in) {
			continue // a seal older than the record is never opened over it
		}
		reply, err := k.seals.open(e.id, in)
		if err != nil {
			if !errors.Is(err, fs.ErrNotExist) {
				k.world.Log.Warn("sealed answer", "account", e.id, "error", err)
			}
			continue
		}
		if in == r.Unread && !k.readable(e, reply) {
			continue
		}
		k.world.Log.Info("sealed answer found", "account", e.id, "intent", in.ID)
		return true, k.settle(ctx, e, r, in, reply)
	}
	return false, nil
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
	r.Intent = newIntent(r, cause, k.now())
	durable := context.WithoutCancel(ctx)
	if err := k.save(durable, e.id, r); err != nil {
		return k.fail(e, err)
	}
	refresh, _ := unsent.spendable()
	defer k.world.Inhibit()()
	reply, err := k.world.Exchange.Send(ctx, p, refreshForm(p, a.ClientID, a.RedirectURI, r.ClientSecret, refresh))
	if err != nil {
		return k.unanswered(durable, e, unsent, err)
	}
	reply.Received = k.now()
	if err := k.seals.keep(e.id, r.Intent, reply); err != nil {
		k.world.Log.Error("answer not sealed; storing it directly", "account", e.id, "error", err)
	}
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
	case r.Grant.Generation > e.grant.Generation:
		k.adopt(e, r)
		return r, true, nil
	}
	if _, ok := r.spendable(); !ok {
		return r, true, k.fail(e, k.dead(r))
	}
	return r, false, nil
}

// dead says why a record has nothing left to send.
func (k *Keeper) dead(r Record) *Error {
	switch {
	case r.Grant.Token.Refresh == "":
		return &Error{Class: Dead, Reason: ReasonNoRefreshToken}
	case r.Grant.Machine != "" && k.world.Machine != "" && r.Grant.Machine != k.world.Machine:
		return &Error{Class: Dead, Reason: ReasonElsewhere, Code: 0}
	}
	return &Error{Class: Dead, Reason: ReasonRefused}
}

// unanswered: if nothing was sent the record goes back to what it was; else the intent stays, as the proof of doubt.
func (k *Keeper) unanswered(ctx context.Context, e *entry, unsent Record, err error) error {
	var x *Error
	if errors.As(err, &x) && x.Class == Offline {
		if err := k.save(ctx, e.id, unsent); err != nil {
			return k.fail(e, err)
		}
	}
	return k.fail(e, err)
}

// settle makes of a sealed reply what it is: the next grant, or a verdict.
func (k *Keeper) settle(ctx context.Context, e *entry, r Record, in *Intent, reply Reply) error {
	durable := context.WithoutCancel(ctx)
	p, err := k.settings(e).Provider.Resolve()
	if err != nil {
		return k.fail(e, &Error{Class: Misconfigured, Reason: ReasonSettings})
	}
	t, err := ReadAnswer(p, reply.Status, reply.Body, reply.Received)
	if err == nil {
		return k.store(ctx, e, r.next(t, in.Cause, k.world.Machine), in)
	}
	x := err.(*Error) // ReadAnswer returns no other kind
	x.RetryAfter = reply.RetryAfter
	r.Intent = nil
	switch x.Class {
	case Dead:
		r.NoWayBack = in.Again || r.refused() // an answer that got lost explains it; or this was the way back
		r.Refused = r.Grant.Token.Refresh.Fingerprint()
	case Uncertain:
		r.Unread = in // a later version may be able to read it
	}
	if err := k.save(durable, e.id, r); err != nil {
		return k.fail(e, err) // the seal stays; the next try comes here again
	}
	if x.Class != Uncertain {
		k.dropSeal(e, in)
	}
	if x.Class != Dead {
		return k.fail(e, x)
	}
	if _, ok := r.spendable(); ok {
		k.world.Log.Warn("refused at its first use; trying the one before", "account", e.id, "fingerprint", in.Fingerprint)
		return k.transact(ctx, e, in.Cause)
	}
	x.Reason = k.dead(r).Reason
	return k.fail(e, x)
}

// store puts a new grant into the vault, and only then in front of anybody. If the vault does not take it, the grant is
// served all the same, stays sealed, and only the write is tried again.
func (k *Keeper) store(ctx context.Context, e *entry, r Record, in *Intent) error {
	if err := k.save(context.WithoutCancel(ctx), e.id, r); err != nil {
		k.change(e, func() {
			e.unsaved = &pending{r, in}
			e.grant, e.loaded = r.Grant, true
			e.failures++
			e.state, e.reason, e.detail = StateUnsaved, reasonOf(err), ""
			k.schedule(e, k.now().Add(min(backoff(e.failures, 0, k.world.Random()), firstBackoff)))
		})
		return nil // the token is fresh; that it is not saved is a state of its own
	}
	k.dropSeal(e, in)
	k.adopt(e, r)
	return nil
}

// adopt makes a stored record what the account is served from.
func (k *Keeper) adopt(e *entry, r Record) {
	k.change(e, func() {
		e.unsaved, e.loaded, e.grant, e.failures = nil, true, r.Grant, 0
		e.state, e.reason, e.detail = StateFresh, ReasonNone, ""
		k.schedule(e, k.dueAt(e))
	})
}

func (k *Keeper) dropSeal(e *entry, in *Intent) {
	if err := k.seals.drop(e.id, in); err != nil {
		k.world.Log.Warn("seal left behind", "account", e.id, "error", err)
	}
}
