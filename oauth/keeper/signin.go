package keeper

import (
	"context"
	"errors"

	"freshkey/oauth"
	"freshkey/oauth/journal"
)

// Replace is asked before a sign-in puts a grant in the place of an account's that is another person's, or may be: the openIds
// it had and got, empty where one does not say whose it is.
type Replace func(ctx context.Context, had, got string) bool

// SignIn turns the code of a browser's sign-in into a new chain for the account. The chain it has stays until the new one
// is stored, and whatever fails before that changes nothing. Errors: *oauth.Error, *VaultError, ErrOther if replace said no,
// ErrNoAccount, or ctx's. That the keychain did not take the new grant is the state unsaved, not an error.
func (k *Keeper) SignIn(ctx context.Context, id string, code oauth.Secret, replace Replace) error {
	a, err := k.account(id)
	if err != nil {
		return err
	}
	return k.do(ctx, a, nil, func(ctx context.Context, a *account) error { return k.signIn(ctx, a, code, replace) })
}

// signIn takes the steps of a refresh, with a code in place of the refresh token: the keychain is proved and the key of the
// seal is in it before the code is spent.
func (k *Keeper) signIn(ctx context.Context, a *account, code oauth.Secret, replace Replace) error {
	r, err := k.recovered(ctx, a)
	if err != nil {
		return err
	}
	with, err := k.app(a)
	if err != nil {
		return err
	}
	in := r.NewIntent(r.Grant.Token.Refresh, k.seals.Generation(a.id, r), journal.CauseSignIn, k.now())
	if err := k.seals.Reserve(a.id, in); err != nil {
		k.config.Log.Error("nothing sent", "account", a.id, "error", err)
		return &oauth.Error{Class: oauth.Transient, Reason: ReasonNoRoom}
	}
	if err := k.save(ctx, a.id, r.WithIntent(in, with.target, journal.Attempt{})); err != nil {
		k.dropSeal(a, in)
		return k.failVault(a, err)
	}
	reply, err := k.send(ctx, a, in, with, oauth.CodeForm(with.provider, with.account, r.ClientSecret, code))
	if err != nil {
		return k.notSignedIn(ctx, a, r, in, err)
	}
	k.seal(a, in, reply, false)
	t, err := oauth.ReadAnswer(with.provider, reply.Status, reply.Body, reply.Received)
	if err != nil {
		return k.notSignedIn(ctx, a, r, in, err)
	}
	if r.Replaces(t) != journal.SamePerson {
		if replace == nil || !replace(ctx, r.Grant.Token.OpenID, t.OpenID) {
			return k.notSignedIn(ctx, a, r, in, ErrOther)
		}
		k.seal(a, in, reply, true)
	}
	return k.conclude(ctx, a, in, outcome{record: r.SignedIn(t, in, k.config.Machine), keep: true}, with)
}

// notSignedIn puts the record back to what it was and returns what went wrong, in a sign-in's terms.
func (k *Keeper) notSignedIn(ctx context.Context, a *account, r journal.Record, in *journal.Intent, err error) error {
	if x, ok := errors.AsType[*oauth.Error](err); ok {
		err = oauth.SignInError(x)
	}
	a.own = turnPart{answered: answered{intent: in}}
	if saveErr := k.save(ctx, a.id, r); saveErr != nil {
		k.config.Log.Warn("the intent of a sign-in stays", "account", a.id, "error", saveErr) // it concerns nobody any more
		k.dropSeal(a, in)
		return err
	}
	k.tidy(a, r)
	return err
}

// recovered is the account's record after everything that an earlier answer left to do is done.
func (k *Keeper) recovered(ctx context.Context, a *account) (journal.Record, error) {
	if _, _, err := k.recover(ctx, a); err != nil {
		if _, isVault := errors.AsType[*VaultError](err); isVault {
			return journal.Record{}, err
		}
	}
	f := k.facts(a)
	if f.unsaved() {
		return journal.Record{}, &VaultError{Reason: f.vault.err.Reason, Err: errors.New("an earlier grant is not saved yet")}
	}
	return f.record, nil
}
