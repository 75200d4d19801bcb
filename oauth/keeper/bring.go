package keeper

import (
	"context"
	"errors"

	"freshkey/oauth"
	"freshkey/oauth/journal"
)

// Bring puts a refresh token that a person has won elsewhere in the place of an account's, and refreshes it at once. openID is whose it is, if that
// was said. replace is asked before anything is sent: of a code one gets another, and not of this. It is not asked where the account's chain is dead
// and both are said to be the same person's.
//
// What the provider refuses, or was not asked about, changes nothing. Of what was sent and not answered nobody knows whether it is spent: then it is
// the account's, and tried again like any other, and the chain there was is the way back. Errors: *oauth.Error, *VaultError, ErrOther if replace
// said no, ErrEdited, ErrDuplicate and ErrSpent as of Add, ErrNoAccount, or ctx's. That the keychain did not take the new grant is the state unsaved,
// not an error.
func (k *Keeper) Bring(ctx context.Context, id string, refresh oauth.Secret, openID string, replace Replace) error {
	a, err := k.account(id)
	if err != nil {
		return err
	}
	if err := k.loadAll(ctx); err != nil {
		return err
	}
	if err := k.unclaimed(refresh); err != nil {
		return err
	}
	agreed, err := k.agreeTo(ctx, id, openID, replace)
	if err != nil {
		return err
	}
	if errors.Is(ctx.Err(), context.DeadlineExceeded) { // the question has a time of its own
		ctx = context.WithoutCancel(ctx)
	}
	asked := ctx
	return k.do(context.WithoutCancel(ctx), a, nil, func(ctx context.Context, a *account) error { // what is sent is seen through
		if err := asked.Err(); err != nil { // nobody wants it any more
			return err
		}
		return k.bring(ctx, a, refresh, openID, agreed)
	})
}

// replacement is what a person is asked about before a refresh token is brought.
type replacement struct {
	had      string // whose the account's chain is
	asks     bool   // whether it may be replaced
	settings string // fingerprint of those it was brought for
}

// replacementOf is what bringing a refresh token of a person's would replace in a record.
func replacementOf(f facts, r journal.Record, openID string) replacement {
	asks := r.TokenToSend(f.target()) != "" || r.Replaces(oauth.Token{OpenID: openID}, f.target()) != journal.SamePerson
	return replacement{r.Grant.Token.OpenID, asks, f.settingsName()}
}

// agreeTo asks whether an account's chain may be replaced, and returns what was agreed to. Whose it turns out to be does not matter then.
func (k *Keeper) agreeTo(ctx context.Context, id, openID string, replace Replace) (about replacement, err error) {
	err = k.withRecord(ctx, id, func(_ context.Context, a *account, r journal.Record) error {
		about = replacementOf(k.facts(a), r, openID)
		return nil
	})
	if err != nil {
		return about, err
	}
	if about.asks && (replace == nil || !replace(k.ctx, about.had, openID)) {
		if k.ctx.Err() != nil { // nobody has said no
			return about, ErrShutdown
		}
		return about, ErrOther
	}
	return about, nil
}

// bring makes what was brought the account's grant and refreshes it; if it is certain that this has spent nothing, or brought nothing, the account is
// again what it was. It wants the turn.
func (k *Keeper) bring(ctx context.Context, a *account, refresh oauth.Secret, openID string, agreed replacement) error {
	before, err := k.recovered(ctx, a)
	if err != nil {
		return err
	}
	with, before, err := k.appToSend(a, before)
	if err != nil {
		return err
	}
	f := k.facts(a)
	switch now := replacementOf(f, before, openID); {
	case f.unopened: // the settings were mended in this very moment
		return &oauth.Error{Class: oauth.Transient, Reason: ReasonNotRead}
	case f.unsealed: // what is in memory alone would make room for the next answer
		return &oauth.Error{Class: oauth.Transient, Reason: ReasonNoRoom}
	case now.settings != agreed.settings, now.had != agreed.had, now.asks && !agreed.asks:
		return ErrEdited
	}
	brought := before.Bringing(refresh, openID, with.target, k.seals.Generation(a.id, before)+1, k.config.Machine, k.now())
	if err := k.giveBrought(ctx, a, before, brought); err != nil {
		return err
	}
	err = k.rotate(ctx, a, journal.CauseBrought)
	k.noteOutage(a, f.attempt(), err)
	r := k.facts(a).record
	if !broughtNothing(r, refresh, err) {
		k.emitFailure(a, journal.CauseBrought, err)
		if r.Previous != nil && r.Previous.Token.Refresh == refresh { // the next one has come, if not all of the answer
			return nil
		}
		return err
	}
	back := r.PutBack(before)
	if _, putErr := k.put(ctx, a, back); putErr != nil {
		k.config.Log.Warn("what was brought stays", "account", a.id, "error", putErr) // it is tried again, and the chain before is the way back
		return err
	}
	k.learn(a, func(f *facts) { f.failed = rarely(back.LastAttempt()) })
	return err
}

// giveBrought stores a record with what was brought. It is in memory first: from there on nobody else gets it.
func (k *Keeper) giveBrought(ctx context.Context, a *account, before, with journal.Record) error {
	if err := k.claimFor(a, with); err != nil {
		return err
	}
	if err := k.save(ctx, a.id, with); err != nil {
		k.learn(a, func(f *facts) { f.record = before })
		return k.failVault(a, err)
	}
	k.learn(a, func(f *facts) {
		f.stored, f.keyed, f.failed = nameOf(with.Grant), true, rare[journal.Attempt]{}
	})
	return nil
}

// broughtNothing reports whether it is certain that what was brought is not the account's chain, nor was spent for it: it was refused, or not sent.
func broughtNothing(r journal.Record, refresh oauth.Secret, err error) bool {
	if r.Grant.Token.Refresh != refresh || r.HasSent(refresh) {
		return false
	}
	x, isOAuth := errors.AsType[*oauth.Error](err)
	_, isVault := errors.AsType[*VaultError](err)
	return isVault || isOAuth && x.Class != oauth.Uncertain
}
