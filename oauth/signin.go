package oauth

import (
	"context"
	"errors"
)

// Replace is asked before a sign-in puts another person's grant in the place of an account's: the openIds it had and got.
type Replace func(ctx context.Context, had, got string) bool

// SignIn turns the code of a browser's sign-in into a new chain for the account. The chain it has stays until the new one
// is stored, and whatever fails before that changes nothing. Errors: *Error, *VaultError, ErrOther if replace said no,
// ErrNoAccount, or ctx's. That the keychain did not take the new grant is the state unsaved, not an error.
func (k *Keeper) SignIn(ctx context.Context, id string, code Secret, replace Replace) error {
	e, err := k.entry(id)
	if err != nil {
		return err
	}
	return k.fly(ctx, e, new(round), func(ctx context.Context, e *entry) error { return k.signIn(ctx, e, code, replace) })
}

// signIn is a transaction like a refresh: the keychain is proved and the key of the seal is in it before the code is spent.
func (k *Keeper) signIn(ctx context.Context, e *entry, code Secret, replace Replace) error {
	r, err := k.settledRecord(ctx, e)
	if err != nil {
		return err
	}
	a := k.settings(e)
	p, err := a.Provider.Resolve()
	if err != nil {
		return &Error{Class: Misconfigured, Reason: ReasonSettings}
	}
	before, durable := r, context.WithoutCancel(ctx)
	r = r.intending(CauseSignIn, k.now())
	r.Intent.Fingerprint = r.Grant.Token.Refresh.Fingerprint()
	if err := k.seals.prepare(e.id, r.Intent); err != nil {
		k.world.Log.Error("nothing sent", "account", e.id, "error", err)
		return &Error{Class: Transient, Reason: ReasonNoRoom}
	}
	if err := k.save(durable, e.id, r); err != nil {
		k.dropSeal(e, r.Intent)
		return k.fail(e, err)
	}
	defer k.world.Inhibit(durable)()
	arrived := func(part Reply) { k.seal(e, r.Intent, part, false) }
	reply, err := k.world.Exchange.send(ctx, p, codeForm(p, a.ClientID, a.RedirectURI, r.ClientSecret, code), arrived)
	if err == nil {
		reply.Received = k.now()
		k.seal(e, r.Intent, reply, false)
		k.noteClock(reply)
		var t Token
		if t, err = ReadAnswer(p, reply.Status, reply.Body, reply.Received); err == nil {
			same := r.samePerson(t)
			if !same && replace != nil && replace(ctx, r.Grant.Token.OpenID, t.OpenID) {
				k.seal(e, r.Intent, reply, true)
				same = true
			}
			if same {
				return k.store(ctx, e, r.signedIn(t, k.world.Machine), r.Intent)
			}
			err = ErrOther
		}
	}
	if x, ok := errors.AsType[*Error](err); ok {
		err = loginError(x)
	}
	if err := k.save(durable, e.id, before); err != nil {
		k.world.Log.Warn("the intent of a sign-in stays", "account", e.id, "error", err) // it concerns nobody any more
	}
	k.dropSeal(e, r.Intent)
	return err
}

// settledRecord reads the account's record after everything an earlier answer left to do is done.
func (k *Keeper) settledRecord(ctx context.Context, e *entry) (Record, error) {
	if e.unsaved != nil {
		if err := k.store(ctx, e, e.unsaved.record, e.unsaved.intent); err != nil {
			return Record{}, err
		}
		if e.unsaved != nil {
			return Record{}, &VaultError{Reason: e.reason, Err: errors.New("an earlier grant is not saved yet")}
		}
	}
	r, err := k.read(context.WithoutCancel(ctx), e)
	if err != nil {
		return r, err
	}
	settled, err := k.finish(ctx, e, r)
	if err != nil || !settled {
		return r, err
	}
	if e.unsaved != nil {
		return Record{}, &VaultError{Reason: e.reason, Err: errors.New("an earlier grant is not saved yet")}
	}
	return k.read(context.WithoutCancel(ctx), e)
}

// finishSignIn stores the grant of a sign-in that was interrupted after its answer was sealed, and tells whether it did.
// Nobody is there to be asked about another person's.
func (k *Keeper) finishSignIn(ctx context.Context, e *entry, r Record, in *Intent, reply Reply) (bool, error) {
	p, err := k.settings(e).Provider.Resolve()
	if err != nil {
		return false, nil
	}
	t, err := ReadAnswer(p, reply.Status, reply.Body, reply.Received)
	if err != nil || !r.samePerson(t) {
		return false, nil
	}
	return true, k.store(ctx, e, r.signedIn(t, k.world.Machine), in)
}

// samePerson tells whether t may belong to the person whose grant the record holds.
func (r Record) samePerson(t Token) bool {
	had := r.Grant.Token.OpenID
	return had == "" || t.OpenID == "" || had == t.OpenID
}

// signedIn is the record after a sign-in brought t. The grant before it stays as the way back, unless it is another's.
func (r Record) signedIn(t Token, machine string) Record {
	next := Record{
		ClientSecret: r.ClientSecret, SealKey: r.SealKey,
		Grant: Grant{Token: t, Generation: r.Grant.Generation + 1, Cause: CauseSignIn, Machine: machine},
	}
	if r.Grant.Token.Refresh != "" && r.samePerson(t) && !r.refused() {
		previous := r.Grant
		next.Previous = &previous
	}
	return next
}
