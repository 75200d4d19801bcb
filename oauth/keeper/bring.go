package keeper

import (
	"context"
	"errors"
	"fmt"

	"freshkey/oauth"
	"freshkey/oauth/journal"
)

// Bring puts a refresh token that a person has won elsewhere in the place of an account's, and refreshes it at once. openID is whose it is, if that
// was said. replace is asked before anything is sent: of a code one gets another, and not of this. It is not asked where the account's chain is dead
// and both are said to be the same person's.
//
// What the provider refuses, or was not asked about, changes nothing. Of what was sent and not answered nobody knows whether it is spent: then it is
// the account's, and tried again like any other, and the chain there was is the way back. Errors: *oauth.Error, *VaultError, ErrOther if replace
// said no, ErrStays if the keychain fails while it is brought, ErrEdited, ErrDuplicate and ErrSpent as of Add, ErrNoAccount, or ctx's. That the
// keychain did not take the new grant is the state unsaved, not an error.
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
	was, begun := k.facts(a), k.readClocks()
	if err := was.notReady(); err != nil {
		return err
	}
	if now := replacementOf(was, before, openID); now.settings != agreed.settings || now.had != agreed.had || now.asks && !agreed.asks {
		return ErrEdited
	}
	brought := before.Bringing(refresh, openID, with.target, k.seals.Generation(a.id, before)+1, k.config.Machine, k.now())
	if err := k.giveBrought(ctx, a, brought); err != nil {
		return err
	}
	err = k.rotate(ctx, a, journal.CauseBrought)
	k.noteOutage(a, was.attempt(), err)
	err = k.toldOfBrought(a, brought.Grant, err)
	if x, isOAuth := errors.AsType[*oauth.Error](err); !isOAuth || x.Class == oauth.Uncertain {
		return err
	}
	return k.takeBack(ctx, a, refresh, before.Shifted(k.setBackSince(begun)).After(k.facts(a).record, with.target), err)
}

// toldOfBrought is what is to be said of the refresh of a grant that was brought, whose error err is: nil if the next one has come. The history is told
// too, unless the account is still to be what it was.
func (k *Keeper) toldOfBrought(a *account, brought journal.Grant, err error) error {
	r, refresh := k.facts(a).record, brought.Token.Refresh
	x, isOAuth := errors.AsType[*oauth.Error](err)
	_, isVault := errors.AsType[*VaultError](err)
	switch accepted := r.Accepted(refresh, brought.Generation); {
	case accepted, err == nil: // if not all of the answer could be read, the account's state tells
		k.emitFailure(a, journal.CauseBrought, err)
		return nil
	case isVault && r.HasSent(refresh): // which is the worse news
		err = &oauth.Error{Class: oauth.Uncertain, Reason: oauth.ReasonNoAnswer}
		k.emitFailure(a, journal.CauseBrought, err)
		return err
	case isVault:
		return fmt.Errorf("%w: %w", ErrStays, err)
	case !isOAuth || x.Class == oauth.Uncertain:
		k.emitFailure(a, journal.CauseBrought, err)
	}
	return err
}

// giveBrought stores a record with what was brought. It is in memory first: from there on nobody else gets it, and a keychain that does not take it
// is given it again.
func (k *Keeper) giveBrought(ctx context.Context, a *account, r journal.Record) error {
	if err := k.claimFor(a, r); err != nil {
		return err
	}
	err := k.save(ctx, a.id, r)
	k.learn(a, func(f *facts) {
		f.failed = rarely(r.LastAttempt())
		if f.dirty = err != nil; err == nil {
			f.stored, f.keyed = nameOf(r.Grant), true
		}
	})
	if err != nil {
		return fmt.Errorf("%w: %w", ErrStays, k.failVault(a, err))
	}
	return nil
}

// takeBack makes an account what it was before something was brought to it, and returns why that failed.
func (k *Keeper) takeBack(ctx context.Context, a *account, refresh oauth.Secret, before journal.Record, err error) error {
	switch _, vaultErr := k.put(ctx, a, before); {
	case vaultErr != nil && k.facts(a).record.Grant.Token.Refresh == refresh:
		return fmt.Errorf("%w: %w", ErrStays, vaultErr)
	case vaultErr != nil: // the chain before it is the account's already, if not all that was known of it
		return err
	}
	k.seals.Forget(a.id, refresh.Fingerprint())
	k.learn(a, func(f *facts) { f.failed, f.dirty, f.vault = rarely(before.LastAttempt()), false, rare[vaultFailure]{} })
	k.emitFailure(a, journal.CauseBrought, err)
	return err
}
