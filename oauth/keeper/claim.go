package keeper

import (
	"freshkey/oauth"
	"freshkey/oauth/journal"
)

// claim makes an account known with a record that is still to be stored, unless its token is another's. From here on the same
// token cannot be added twice.
func (k *Keeper) claim(a *account, r journal.Record) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	if err := k.unclaimedLocked(r.Grant.Token.Refresh); err != nil {
		return err
	}
	if k.accounts[a.id] != nil {
		return ErrDuplicate
	}
	a.shared.facts.record = r
	k.accounts[a.id] = a
	k.byName = nil
	return nil
}

// claimFor gives an account a record with another refresh token, which is still to be stored, unless that is somebody's.
func (k *Keeper) claimFor(a *account, r journal.Record) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	if err := k.unclaimedLocked(r.Grant.Token.Refresh); err != nil {
		return err
	}
	a.shared.facts.hold(r)
	return nil
}

// unclaimed reports who has a refresh token already: *KeptError, or ErrSpent if it is used up.
func (k *Keeper) unclaimed(refresh oauth.Secret) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.unclaimedLocked(refresh)
}

func (k *Keeper) unclaimedLocked(refresh oauth.Secret) error {
	fingerprint := refresh.Fingerprint()
	for _, other := range k.accounts {
		switch other.shared.facts.record.KnowsBy(refresh, fingerprint) {
		case journal.Current:
			return &KeptError{other.id}
		case journal.UsedUp:
			return ErrSpent
		}
	}
	return nil
}
