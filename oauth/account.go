package oauth

import (
	"context"
	"errors"
	"io/fs"
	"time"
)

// Account is an account's settings; its secrets are in the vault.
type Account struct {
	ID          string   `json:"id"`
	Name        string   `json:"name"`
	Provider    Provider `json:"provider"` // as configured; Resolve fills it
	ClientID    string   `json:"client_id"`
	RedirectURI string   `json:"redirect_uri"`

	HeldUntil time.Time `json:"held_until,omitzero"` // no refresh before, while the access token lives
}

// Put tells the keeper of an account that has a record already, or of an account's changed settings.
func (k *Keeper) Put(a Account) {
	k.mu.Lock()
	defer k.mu.Unlock()
	e := k.entries[a.ID]
	if e == nil {
		e = newEntry(a, k.now())
		k.entries[a.ID] = e
		wake(k.hasty)
	}
	before := e.account
	e.account = a
	moved := before.ClientID != a.ClientID || before.Provider.TokenURL != a.Provider.TokenURL || before.Provider.Name != a.Provider.Name
	switch e.state {
	case StateSignIn:
		if moved { // another app, or another server, refused a token that was never its own
			e.forgiven, e.failures = true, 0
			k.schedule(e, k.now())
		}
	case StateMisconfigured: // the settings may be right now
		e.failures = 0
		k.schedule(e, k.now())
	case StateFresh, StateHeld:
		k.keep(e)
	}
	k.publish()
}

func newEntry(a Account, now time.Time) *entry {
	e := &entry{id: a.ID, account: a, turn: make(chan struct{}, 1), place: -1, state: StateWaiting, reason: ReasonNotRead, since: now}
	e.turn <- struct{}{}
	return e
}

// Add stores a new account's secret and first token; without a token the account waits for SignIn. confirm is called once
// they are stored, and before anything is spent: what its error takes back is still the token that was brought. ErrDuplicate
// if another account holds the same refresh token: two owners of one chain would lose it for each other.
func (k *Keeper) Add(ctx context.Context, a Account, clientSecret Secret, t Token, confirm func() error) error {
	if err := k.readAll(ctx); err != nil {
		return err
	}
	e := newEntry(a, k.now())
	<-e.turn
	k.mu.Lock()
	for _, other := range k.entries {
		if t.Refresh != "" && other.grant.Token.Refresh == t.Refresh {
			k.mu.Unlock()
			return ErrDuplicate
		}
	}
	if k.entries[a.ID] != nil {
		k.mu.Unlock()
		return ErrDuplicate
	}
	e.grant.Token = t // so that the same token added twice at once is noticed
	k.entries[a.ID] = e
	k.mu.Unlock()
	defer e.release()

	if _, err := k.world.Vault.Get(ctx, a.ID); !errors.Is(err, fs.ErrNotExist) {
		k.forget(e)
		if err == nil {
			return ErrDuplicate // a record nobody knows of is not overwritten
		}
		return AsVaultError(err)
	}
	r := Record{ClientSecret: clientSecret, SealKey: newSealKey(), Grant: Grant{Token: t, Generation: 1, Cause: CauseAdded, Machine: k.world.Machine}}
	if t.Refresh == "" {
		r.Grant = Grant{} // to be won by a sign-in
	}
	durable := context.WithoutCancel(ctx)
	err := k.save(durable, a.ID, r)
	if err == nil {
		err = confirm()
	}
	if err != nil {
		_ = k.world.Vault.Delete(durable, a.ID) // it may have been written also where that failed
		k.forget(e)
		return err
	}
	k.adopt(e, r)
	if t.Refresh == "" {
		_ = k.fail(e, k.dead(r)) // nothing is wrong with what was added
	}
	k.note(e, CauseAdded)
	return nil
}

// SetSecret stores another client secret for an account; its grant stays.
func (k *Keeper) SetSecret(ctx context.Context, id string, secret Secret) error {
	e, err := k.entry(id)
	if err != nil {
		return err
	}
	return k.fly(ctx, e, new(round), func(ctx context.Context, e *entry) error {
		r, err := k.settledRecord(ctx, e)
		if err != nil {
			return err
		}
		r.ClientSecret = secret
		if err := k.save(context.WithoutCancel(ctx), e.id, r); err != nil {
			return err
		}
		e.secret = secret
		return nil
	})
}

// Remove deletes an account's record, after what is under way for it has ended. On an error nothing has changed.
func (k *Keeper) Remove(ctx context.Context, id string) error {
	e, err := k.entry(id)
	if err != nil {
		return err
	}
	if err := e.take(ctx); err != nil {
		return err
	}
	defer e.release()
	if err := k.world.Vault.Delete(ctx, id); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return AsVaultError(err)
	}
	k.seals.discard(id)
	k.forget(e)
	return nil
}

// Drop lets go of an account without touching its record, after what is under way for it has ended. A grant that is not
// saved yet is saved first; where that fails the account stays.
func (k *Keeper) Drop(ctx context.Context, id string) error {
	e, err := k.entry(id)
	if err != nil {
		return err
	}
	if err := e.take(ctx); err != nil {
		return err
	}
	defer e.release()
	if e.unsaved != nil {
		if err := k.store(ctx, e, e.unsaved.record, e.unsaved.intent); err != nil {
			return err
		}
		if e.unsaved != nil {
			return &VaultError{Reason: ReasonKeychain, Err: errors.New("its newest grant is not saved yet")}
		}
	}
	k.forget(e)
	return nil
}

func (k *Keeper) forget(e *entry) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.unschedule(e)
	delete(k.entries, e.id)
	k.publish()
}
