package oauth

import (
	"context"
	"slices"
)

// settle makes of a sealed reply what it is: the next grant, or a verdict.
func (k *Keeper) settle(ctx context.Context, e *entry, r Record, in *Intent, reply Reply) error {
	durable := context.WithoutCancel(ctx)
	p, err := k.settings(e).Provider.Resolve()
	if err != nil {
		return k.fail(e, &Error{Class: Misconfigured, Reason: ReasonSettings})
	}
	t, err := ReadAnswer(p, reply.Status, reply.Body, reply.Received)
	if err == nil {
		return k.accept(ctx, e, r, in, t, reply.Cut)
	}
	x := err.(*Error) // ReadAnswer returns no other kind
	x.RetryAfter = reply.RetryAfter
	if x.Reason == ReasonUnreadable && reply.Incomplete {
		x.Reason = ReasonNoAnswer
	}
	if newer, ok := k.overtaken(durable, e, r); ok {
		k.world.Log.Warn("somebody else moved the chain on; theirs counts", "account", e.id)
		k.adopt(e, newer)
		return nil
	}
	var gone *Intent
	r.Intent = nil
	switch {
	case x.Class == Dead:
		r.NoWayBack = r.refused() // this was the way back
		r.Refused = r.Grant.Token.Refresh.Fingerprint()
	case x.Class == Uncertain && (x.Reason == ReasonServer || len(reply.Body) == 0):
		x.Sent, r.Intent = in.At, in // nothing in it to be read ever; the provider may have spent the token all the same
	case x.Class == Uncertain:
		x.Sent, gone = in.At, r.keepUnread(in) // a later version may be able to read it
	}
	if err := k.save(durable, e.id, r); err != nil {
		return k.fail(e, err) // the seal stays; the next try comes here again
	}
	k.dropSeal(e, gone)
	if !slices.Contains(r.Unread, in) {
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
	if in.Again && x.Reason == ReasonRefused {
		x.Reason = ReasonLostAnswer
	}
	return k.fail(e, x)
}

// overtaken reads the record once more before a failure is written over it, and tells whether it holds another grant than
// the one that was spent: whoever stored that knows better.
func (k *Keeper) overtaken(ctx context.Context, e *entry, spent Record) (Record, bool) {
	data, err := k.world.Vault.Get(ctx, e.id)
	if err != nil {
		return Record{}, false
	}
	r, err := decodeRecord(data)
	return r, err == nil && r.Grant.Token.Refresh != spent.Grant.Token.Refresh
}

// accept stores the grant in a good answer. Of a broken one only the refresh token counts: the chain goes on, but the
// access token is the old one, so this was a failure, and the next try has to wait like after any other.
func (k *Keeper) accept(ctx context.Context, e *entry, r Record, in *Intent, t Token, cut bool) error {
	t = t.salvaged(cut)
	k.mu.Lock()
	failures := e.failures
	k.mu.Unlock()
	if err := k.store(ctx, e, r.next(t, in.Cause, k.world.Machine), in); err != nil || t.Access != "" || e.unsaved != nil {
		return err
	}
	k.change(e, func() { e.failures = failures })
	return k.fail(e, &Error{Class: Transient, Reason: ReasonUnreadable})
}

// salvaged is what counts of an answer that may be cut off: the refresh token alone.
func (t Token) salvaged(cut bool) Token {
	if cut && t.Refresh != "" {
		return Token{Refresh: t.Refresh, Issued: t.Issued}
	}
	return t
}

// DetailUnsealed says of an unsaved grant that it is in memory alone: the disk did not take it either.
const DetailUnsealed = "unsealed"

// store puts a new grant into the vault, and only then in front of anybody. If the vault does not take it, the grant is
// served all the same, stays sealed, and only the write is tried again.
func (k *Keeper) store(ctx context.Context, e *entry, r Record, in *Intent) error {
	if u := e.unsealed; u != nil && u.intent == in { // the disk may be back
		k.seal(e, in, u.reply, u.chosen)
	}
	if err := k.save(context.WithoutCancel(ctx), e.id, r); err != nil {
		k.change(e, func() {
			e.unsaved = &pending{r, in}
			e.grant, e.loaded, e.secret, e.sealKey = r.Grant, true, r.ClientSecret, r.SealKey
			e.failures++
			e.state, e.reason, e.detail = StateUnsaved, reasonOf(err), ""
			if !k.seals.has(e.id, in) {
				e.detail = DetailUnsealed
			}
			k.schedule(e, k.now().Add(keychainPause(e.failures, firstBackoff)))
		})
		k.note(e, r.Grant.Cause)
		return nil // the token is fresh; that it is not saved is a state of its own
	}
	k.seals.prune(e.id, in)
	k.adopt(e, r)
	k.note(e, r.Grant.Cause)
	return nil
}

// adopt makes a stored record what the account is served from.
func (k *Keeper) adopt(e *entry, r Record) {
	k.change(e, func() { k.serve(e, r) })
}

// serve wants k.mu held.
func (k *Keeper) serve(e *entry, r Record) {
	e.unsaved, e.unsealed, e.doubt, e.away, e.loaded, e.grant, e.failures = nil, nil, nil, false, true, r.Grant, 0
	e.secret, e.sealKey = r.ClientSecret, r.SealKey
	k.keep(e)
}

// seal keeps an answer before anything else is done with it.
func (k *Keeper) seal(e *entry, in *Intent, reply Reply, chosen bool) {
	e.unsealed = nil
	if err := k.seals.keep(e.id, in, reply, chosen); err != nil {
		k.world.Log.Error("answer not sealed; storing it directly", "account", e.id, "error", err)
		e.unsealed = &unsealed{in, reply, chosen}
	}
}

func (k *Keeper) dropSeal(e *entry, in *Intent) {
	if err := k.seals.drop(e.id, in); err != nil {
		k.world.Log.Warn("seal left behind", "account", e.id, "error", err)
	}
}
