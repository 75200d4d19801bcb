package keeper

import (
	"context"
	"errors"
	"io/fs"
	"time"

	"freshkey/oauth"
	"freshkey/oauth/journal"
)

// Put tells the keeper of an account that has a record already, or of an account's changed settings.
func (k *Keeper) Put(account oauth.Account) {
	k.mu.Lock()
	defer k.mu.Unlock()
	settings := k.settingsLocked(account)
	a := k.accounts[settings.ID]
	if a == nil {
		a = newAccount(settings, k.now())
		k.accounts[settings.ID] = a
		k.byName = nil
	}
	if a.shared.facts.settings.Name != settings.Name {
		k.byName = nil
	}
	a.shared.facts.settings = settings
	if a.shared.facts.unread() {
		wake(k.wakeLoader)
	}
	a.shared.dropped = false
	k.reconsiderLocked(a)
	k.publishLocked()
}

// Add stores a new account's secret and first token; without a token the account waits for SignIn. confirm is called once
// they are stored, and before anything is spent: what its error takes back is still the token that was brought. ErrDuplicate
// if another account holds the same refresh token, because two owners of one chain would lose it for each other; ErrSpent if
// another account has used it already.
func (k *Keeper) Add(ctx context.Context, settings oauth.Account, clientSecret oauth.Secret, t oauth.Token, confirm func() error) error {
	if err := k.loadAll(ctx); err != nil {
		return err
	}
	r := journal.First(clientSecret, t, k.config.Machine)
	return k.insert(ctx, settings, r, journal.CauseAdded, confirm)
}

// insert stores a record that nobody here has yet.
func (k *Keeper) insert(ctx context.Context, settings oauth.Account, r journal.Record, cause journal.Cause, confirm func() error) error {
	k.mu.Lock()
	a := newAccount(k.settingsLocked(settings), k.now())
	k.mu.Unlock()
	a.turn <- struct{}{} // nobody else knows it yet
	defer a.release()
	r = r.Bound(a.shared.facts.origins())
	if err := k.claim(a, r); err != nil {
		return err
	}
	data, err := k.config.Vault.Get(ctx, a.id)
	switch resumed := cause == journal.CauseMoved && journal.Knows(data, r.Grant.Token.Refresh) == journal.Current; {
	case err == nil && !resumed:
		k.forget(a)
		return ErrDuplicate // a record nobody knows of is not overwritten
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		k.forget(a)
		return AsVaultError(err)
	}
	err = k.save(ctx, a.id, r)
	if err == nil {
		err = confirm()
	}
	if err != nil {
		_ = k.config.Vault.Delete(context.WithoutCancel(ctx), a.id) // it may have been written also where that failed
		k.forget(a)
		return err
	}
	k.learn(a, func(f *facts) {
		f.known, f.stored, f.keyed, f.failed = true, nameOf(r.Grant), true, rarely(r.LastAttempt())
		if k.locked {
			f.hide()
		}
	})
	k.emit(a, cause)
	return nil
}

// SetSecret stores another client secret for an account; its grant stays.
func (k *Keeper) SetSecret(ctx context.Context, id string, secret oauth.Secret) error {
	return k.rewrite(ctx, id, func(_ facts, r *journal.Record) error {
		r.ClientSecret = secret
		return nil
	})
}

// rewrite stores an account's record as a person has changed it; its grant stays.
func (k *Keeper) rewrite(ctx context.Context, id string, change func(facts, *journal.Record) error) error {
	return k.withRecord(ctx, id, func(ctx context.Context, a *account, r journal.Record) error {
		if err := change(k.facts(a), &r); err != nil {
			return err
		}
		_, err := k.put(ctx, a, r)
		return err
	})
}

// put stores a record that no answer has changed. Where that fails it may have been written all the same: the old one is stored again.
func (k *Keeper) put(ctx context.Context, a *account, r journal.Record) (journal.Record, error) {
	if err := k.save(ctx, a.id, r); err != nil {
		return k.facts(a).record, k.failVault(a, err)
	}
	k.learn(a, func(f *facts) {
		f.hold(r)
		f.stored = nameOf(f.record.Grant)
	})
	return r, nil
}

// withRecord waits for an account's turn, and hands over its record as it is once everything that an earlier answer left to do is done.
func (k *Keeper) withRecord(ctx context.Context, id string, work func(context.Context, *account, journal.Record) error) error {
	a, err := k.account(id)
	if err != nil {
		return err
	}
	return k.do(ctx, a, nil, func(ctx context.Context, a *account) error {
		r, err := k.recovered(ctx, a)
		if err != nil {
			return err
		}
		return work(ctx, a, r)
	})
}

// Remove deletes an account's record, after what is under way for it has ended. On an error the account stays; what the keychain has
// deleted all the same is stored again.
func (k *Keeper) Remove(ctx context.Context, id string) error {
	a, err := k.account(id)
	if err != nil {
		return err
	}
	if err := a.take(ctx); err != nil {
		return err
	}
	defer a.release()
	if err := k.config.Vault.Delete(context.WithoutCancel(ctx), id); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return k.notRemoved(a, err)
	}
	k.seals.Discard(id)
	k.forget(a)
	return nil
}

// removalTimeout is how long a removal that failed may still take effect: longer than any keychain is waited for.
const removalTimeout = 2 * time.Minute

// notRemoved: unless the keychain was locked, nobody knows whether the record is there still. It is read again, and stored if it is
// not.
func (k *Keeper) notRemoved(a *account, err error) error {
	if v := AsVaultError(err); v.Reason != ReasonLocked {
		k.learn(a, func(f *facts) {
			f.keyed, f.recheck = false, rarely(k.now().Add(removalTimeout))
		})
	}
	return k.failVault(a, err)
}

// Drop lets go of an account without touching its record, after what is under way for it has ended, unless Put is called
// meanwhile. What only memory holds is stored first; where that fails the account stays until it is.
func (k *Keeper) Drop(ctx context.Context, id string) error {
	a, err := k.account(id)
	if err != nil {
		return err
	}
	k.mu.Lock()
	a.shared.dropped = true
	k.mu.Unlock()
	if err := a.take(ctx); err != nil {
		return err
	}
	defer a.release()
	k.writeAgain(a)
	if f := k.facts(a); f.unsaved() {
		if err := k.store(ctx, a, f.record, f.attempt()); err != nil {
			return &VaultError{Reason: AsVaultError(err).Reason, Err: errors.New("its newest grant is not saved yet")}
		}
	}
	k.forgetDropped(a)
	if k.facts(a).unsealed {
		return &oauth.Error{Class: oauth.Transient, Reason: ReasonNoRoom}
	}
	return nil
}

// forgetDropped lets go of an account that was dropped, unless there is something that only memory holds.
func (k *Keeper) forgetDropped(a *account) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if a.shared.dropped && !a.shared.facts.onlyInMemory() {
		k.forgetLocked(a)
	}
}

func (k *Keeper) forget(a *account) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.forgetLocked(a)
}

func (k *Keeper) forgetLocked(a *account) {
	if k.accounts[a.id] == a {
		delete(k.accounts, a.id)
		delete(k.yielding, a)
		k.byName = nil
		k.reconsiderRivalsLocked(a)
	}
	k.reconsiderLocked(a) // takes it off the queue
	k.publishLocked()
}
