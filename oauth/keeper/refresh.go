package keeper

import (
	"context"
	"errors"
	"fmt"
	"net/url"

	"freshkey/oauth"
	"freshkey/oauth/journal"
)

// Refresh rotates the chain now, because a person asked. Callers at the same time share one rotation. Errors: *oauth.Error,
// *VaultError, ErrHeld, ErrNoAccount, ErrShutdown, or ctx's. That the keychain did not take the new token is the state
// unsaved, not an error.
func (k *Keeper) Refresh(ctx context.Context, id string) error {
	a, err := k.account(id)
	if err != nil {
		return err
	}
	if f, err := k.loaded(ctx, a); err == nil && !f.unsaved() && !f.heldUntil(k.now()).IsZero() {
		return ErrHeld
	}
	return k.do(ctx, a, &a.shared.refreshes, func(ctx context.Context, a *account) error {
		if f := k.facts(a); !f.unsaved() && !f.heldUntil(k.now()).IsZero() { // while the turn was waited for
			return ErrHeld
		}
		return k.refresh(ctx, a, journal.CauseAsked)
	})
}

// refresh is one refresh, and tells of it. It wants the turn.
func (k *Keeper) refresh(ctx context.Context, a *account, cause journal.Cause) (err error) {
	defer k.noteOutcome(a, cause, k.facts(a).attempt(), &err)
	return k.rotate(ctx, a, cause)
}

// rotate is one refresh, to be read from top to bottom. No step goes back to an earlier one: that the previous refresh token is tried once the current
// one was refused is the loop; the one before what a person brought only if somebody asks for a refresh. It wants the turn.
func (k *Keeper) rotate(ctx context.Context, a *account, cause journal.Cause) error {
	r, settled, err := k.recover(ctx, a)
	if settled || err != nil {
		return err
	}
	if err := k.obstacle(a); err != nil {
		return err
	}
	with, r, err := k.appToSend(a, r)
	if err != nil {
		return err
	}
	defer k.stayAwake(ctx)()
	for spend := r.TokenToSend(with.target); spend != ""; spend = r.TokenToSend(with.target) {
		if err := k.yield(ctx, a, r, spend, with); err != nil {
			return err
		}
		r = k.keepDamaged(a, r)
		in := r.NewIntent(spend, k.seals.Generation(a.id, r), cause, with.target, k.now())
		in.Settings = with.name
		if err := k.seals.Reserve(a.id, in); err != nil {
			return k.noRoom(a, err)
		}
		unsent := r
		if r, err = k.writeIntent(ctx, a, r, in); err != nil {
			return err
		}
		reply, err := k.send(ctx, a, r, with, oauth.RefreshForm(with.provider, with.account, r.ClientSecret, spend))
		if err != nil {
			return k.unanswered(ctx, a, unsent, r.WithoutAnswer(with.target), in, with.doubt(r, err))
		}
		out := decide(k.facts(a).record, in, reply, with, k.config.Machine) // whose times may have been put right meanwhile
		if err := k.conclude(ctx, a, in, out); !triesPrevious(out, err) || k.changed(a, with) || unsent.IsUnproven() && cause != journal.CauseAsked {
			return err
		}
		r = out.record
	}
	return k.signInNeeded(a)
}

// obstacle is why nothing may be sent, now that the record is known.
func (k *Keeper) obstacle(a *account) error {
	switch f := k.facts(a); {
	case !f.heldUntil(k.now()).IsZero():
		return ErrHeld
	case f.unsealed: // the next answer would take the place of one that is in memory alone
		return k.noRoom(a, errors.New("an unreadable answer is not sealed yet"))
	}
	return nil
}

// changed reports whether the account was edited or held while a request was out: another one is not for this refresh to send.
func (k *Keeper) changed(a *account, with app) bool {
	return k.obstacle(a) != nil || k.facts(a).settingsName() != with.name
}

// triesPrevious reports whether the current refresh token was refused, that is stored, and nobody asked to wait.
func triesPrevious(out outcome, err error) bool {
	return out.err != nil && out.err.Class == oauth.Dead && out.err.RetryAfter == 0 && err == error(out.err)
}

// keepDamaged keeps an intent whose answer is sealed and could not be opened: its key goes with it.
func (k *Keeper) keepDamaged(a *account, r journal.Record) journal.Record {
	if r.Intent != nil && r.Intent.Cause != journal.CauseSignIn && k.seals.Phase(a.id, r.Intent) == journal.PhaseSealed {
		r, _ = r.KeepUnparsed(r.Intent)
	}
	return r
}

// writeIntent stores the record with the intent and reads it back. If that fails nothing was sent, and the file of the intent
// says so, whatever of it has reached the vault.
func (k *Keeper) writeIntent(ctx context.Context, a *account, r journal.Record, in *journal.Intent) (journal.Record, error) {
	f := k.facts(a)
	in.Interrupted = failedAttempt(f.attempt(), &oauth.Error{Class: oauth.Uncertain, Reason: ReasonInterrupted}, r.Grant.Token, in.At, k.config.Random())
	next := r.WithIntent(in)
	if err := k.save(ctx, a.id, next); err != nil {
		return r, k.failVault(a, err)
	}
	k.learn(a, func(f *facts) {
		f.hold(next)
		f.refreshing, f.dirty, f.vault = true, false, rare[vaultFailure]{}
	})
	return next, nil
}

// stayAwake keeps the machine awake until what it returns is called. A desktop that breaks down over it is no reason to lose an
// answer.
func (k *Keeper) stayAwake(ctx context.Context) func() {
	guarded := func(what func()) {
		defer func() {
			if p := recover(); p != nil {
				k.config.Log.Error("panic while keeping the machine awake", "type", fmt.Sprintf("%T", p))
			}
		}()
		what()
	}
	release := func() {}
	guarded(func() { release = k.config.Inhibit(context.WithoutCancel(ctx)) })
	return func() { guarded(release) }
}

// send makes the request of an open record's intent, once, and seals the answer; what of it holds a refresh token while the rest
// is still on its way.
func (k *Keeper) send(ctx context.Context, a *account, open journal.Record, with app, form url.Values) (oauth.Reply, error) {
	in := open.Intent
	if in.Cause != journal.CauseSignIn { // which spends nothing of the account's
		if err := k.seals.Sending(a.id, in); err != nil {
			k.config.Log.Error("nothing sent", "account", a.id, "error", err)
			return oauth.Reply{}, &oauth.Error{Class: oauth.Transient, Reason: ReasonNoRoom}
		}
	}
	sent := k.readClocks()
	reply, err := k.config.Exchange.Send(ctx, with.provider, form, func(part oauth.Reply) { k.seal(a, in, part, with.consent(open, part)) })
	k.compareClocks()
	if err != nil {
		return reply, err
	}
	reply.Received = k.now()
	if k.readClocks().jumpSince(sent) > jumpTolerance { // the machine slept over it: the answer may be as old as the request
		reply.Received = sent.wall.Round(0)
	}
	k.noteClock(reply)
	k.seal(a, in, reply, with.consent(open, reply))
	return reply, nil
}

// unanswered: if nothing was sent the record is again what it was; else the request stays in it, as the proof of doubt.
func (k *Keeper) unanswered(ctx context.Context, a *account, unsent, open journal.Record, in *journal.Intent, err error) error {
	x, ok := errors.AsType[*oauth.Error](err)
	if !ok {
		x = &oauth.Error{Class: oauth.Uncertain, Reason: oauth.ReasonNoAnswer}
	}
	f := k.facts(a)
	attempt := failedAgain(f.attempt(), x, in.Cause, f.record.Grant.Token, k.now(), k.config.Random())
	if x.Class == oauth.Uncertain {
		x.Sent = in.At
		a.own.answered = answered{intent: in, open: true}
		if err := k.store(ctx, a, open, attempt); err != nil {
			return err
		}
		return x
	}
	if err := k.seals.Unsent(a.id, in); err != nil {
		k.config.Log.Warn("room for an answer left behind", "account", a.id, "error", err)
	}
	unsent.Concluded = in.ID
	a.own.answered = answered{intent: in} // its file goes once the record is what it was
	if err := k.store(ctx, a, unsent, attempt); err != nil {
		return err
	}
	return x
}

// noRoom is a disk that has no room for the answer: nothing was sent.
func (k *Keeper) noRoom(a *account, err error) error {
	k.config.Log.Error("nothing sent", "account", a.id, "error", err)
	x := &oauth.Error{Class: oauth.Transient, Reason: ReasonNoRoom}
	k.learn(a, func(f *facts) {
		f.failed, f.refreshing = rarely(failedAttempt(f.attempt(), x, f.record.Grant.Token, k.now(), k.config.Random())), false
	})
	return x
}

// conclude stores what an answer came to. A failure is not written over what somebody else has stored meanwhile.
func (k *Keeper) conclude(ctx context.Context, a *account, in *journal.Intent, out outcome) error {
	a.own.answered = answered{in, out.keep, out.resolved, out.err != nil && out.err.Class == oauth.Uncertain}
	attempt := journal.Attempt{}
	if out.err != nil {
		if k.overtakenBy(ctx, a, out.record) {
			return nil
		}
		attempt = failedAgain(k.facts(a).attempt(), out.err, in.Cause, out.record.Grant.Token, k.now(), k.config.Random())
		if out.err.Class == oauth.Misconfigured {
			attempt.Settings = in.Settings
		}
	}
	out.record.Attempt = attempt.Pointer()
	err := k.store(ctx, a, out.record, attempt)
	switch {
	case err == nil && out.gone != nil:
		k.dropSeal(a, out.gone)
	case err != nil && !k.facts(a).unsaved():
		return err
	case err != nil:
		return nil // the token is fresh; that it is not saved is a state of its own
	}
	if out.err != nil {
		return out.err
	}
	return nil
}

// overtakenBy reads the record once more before a failure is written over it, and adopts it if it is of a later generation
// than the one that failed.
func (k *Keeper) overtakenBy(ctx context.Context, a *account, mine journal.Record) bool {
	theirs, _, err := k.fetch(ctx, a)
	if err != nil || !theirs.Overtakes(mine) {
		return false
	}
	k.config.Log.Warn("somebody else moved the chain on; theirs counts", "account", a.id)
	k.adopt(a, theirs)
	return true
}

// signInNeeded is why an account waits for a person.
func (k *Keeper) signInNeeded(a *account) error {
	if x, ok := errors.AsType[*oauth.Error](k.problem(a)); ok && x.Class == oauth.Dead {
		return x
	}
	return &oauth.Error{Class: oauth.Dead, Reason: oauth.ReasonRefused} // of settings that are others now
}
