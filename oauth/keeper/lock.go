package keeper

import (
	"context"
	"io/fs"

	"freshkey/oauth"
)

// Lock takes the tokens that are handed out, and their MAC keys, out of memory; whoever asks for one has the keychain asked. Refreshes go
// on, unless pause is set: then nothing is sent on schedule before Unlock. What the keychain has not taken yet stays in memory.
func (k *Keeper) Lock(pause bool) {
	k.mu.Lock()
	k.locked, k.paused = true, pause
	k.reconsiderAllLocked()
	k.publishLocked()
	var all []*account
	for _, a := range k.accounts {
		all = append(all, a)
	}
	k.mu.Unlock()
	nothing := func(context.Context, *account) error { return errNotDue }
	for _, a := range all {
		go func() { _ = k.do(k.ctx, a, nil, nothing) }() // what ends the turn hides
	}
}

// Unlock has the tokens stay in memory again, once they were asked for.
func (k *Keeper) Unlock() {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.locked, k.paused = false, false
	k.reconsiderAllLocked()
	k.publishLocked()
}

// Locked reports whether Lock was called last.
func (k *Keeper) Locked() bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.locked
}

// KeychainClosed says that the keychain may have been locked by whomever: it is looked at again for each token that it alone has. What is in memory is
// served as before.
func (k *Keeper) KeychainClosed() {
	asked := k.config.AskVault()
	k.mu.Lock()
	defer k.mu.Unlock()
	now := k.now()
	for _, a := range k.accounts {
		f := &a.shared.facts
		if f.known && !f.refreshing && f.vault.get().err == nil && (asked || k.locked) {
			f.vault = rarely(vaultFailure{AsVaultError(fs.ErrPermission), now, now, 1})
			k.reconsiderLocked(a)
		}
	}
	k.publishLocked()
}

// hide takes out of memory what the vault has as well.
func (f *facts) hide() {
	if f.known && !f.dirty && !f.shifted && !f.onlyInMemory() && f.keyed {
		f.record = f.record.Hidden()
	}
}

// handOut is the account's token with its secrets: out of the vault, if they are not in memory or the setting wants it asked each time.
func (k *Keeper) handOut(ctx context.Context, a *account) (t oauth.Token, err error) {
	f := k.facts(a)
	if t = f.record.Grant.Token; !f.record.IsHidden() && !k.config.AskVault() {
		return t, nil
	}
	err = k.do(ctx, a, nil, func(ctx context.Context, a *account) error {
		_, err := k.read(ctx, a)
		t = k.facts(a).record.Grant.Token
		return err
	})
	if err == nil && t.ValidFor(k.now()) == 0 { // the keychain has lost it meanwhile
		err = &oauth.Error{Class: oauth.Transient, Reason: ReasonDue}
	}
	if err != nil {
		return oauth.Token{}, err
	}
	return t, nil
}
