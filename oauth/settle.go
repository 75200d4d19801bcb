package oauth

import "context"

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
		r.NoWayBack = r.refused() // this was the way back
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
			k.schedule(e, k.now().Add(keychainPause(e.failures, firstBackoff)))
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
