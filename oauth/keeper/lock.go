package keeper

import (
	"context"

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

// AskKeychain asks the keychain whether it gives what it has, because it may have been opened or locked, by whomever. Accounts whose tokens it alone
// can give are shown by that; nothing else follows from it. It reports whether the keychain does.
func (k *Keeper) AskKeychain(ctx context.Context) (open bool) {
	id := k.firstStored()
	if id == "" {
		return true
	}
	_, err := k.config.Vault.Get(ctx, id)
	shut := false
	if err != nil {
		why := AsVaultError(err).Reason
		shut = why == ReasonLocked || why == ReasonKeychain
	}
	k.setShut(shut)
	return !shut
}

// firstStored is the account that the keychain is asked about: always the same, as one entry alone may be locked. "" if the keychain has none.
func (k *Keeper) firstStored() (first string) {
	k.mu.Lock()
	defer k.mu.Unlock()
	for id, a := range k.accounts {
		if a.shared.facts.keyed && (first == "" || id < first) {
			first = id
		}
	}
	return first
}

func (k *Keeper) setShut(shut bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.shut == shut {
		return
	}
	k.shut = shut
	for _, a := range k.accounts {
		a.shared.version = nil
	}
	k.publishLocked()
}

// keptBackLocked reports whether the keychain alone can give the token of an account in a state, and gives none.
func (k *Keeper) keptBackLocked(f *facts, state State) bool {
	hidden := f.record.IsHidden()
	return f.record.Grant.Generation != 0 && (k.shut && (k.asked || hidden) || hidden && state == StateLocked)
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
