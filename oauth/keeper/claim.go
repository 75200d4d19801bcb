package keeper

import (
	"context"

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

// unclaimedLocked reports who has a refresh token already: *KeptError, or ErrSpent if it is used up.
func (k *Keeper) unclaimedLocked(refresh oauth.Secret) error {
	fingerprint := refresh.Fingerprint()
	if id := k.brought[fingerprint]; id != "" {
		return &KeptError{id}
	}
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

// claimBrought makes sure that a refresh token which a person has brought for an account is nobody's yet, and that the account's chain may be
// replaced by it. That is asked before it is spent: of a code one gets another, and not of this. release gives the token back; agreed says
// that somebody was asked. Of a code there is nothing to claim.
func (k *Keeper) claimBrought(ctx context.Context, a *account, grant oauth.AuthorizationGrant, replace Replace) (release func(), agreed bool, err error) {
	if grant.Refresh == "" {
		return func() {}, false, nil
	}
	if err := k.loadAll(ctx); err != nil {
		return nil, false, err
	}
	fingerprint := grant.Refresh.Fingerprint()
	k.mu.Lock()
	if err = k.unclaimedLocked(grant.Refresh); err == nil {
		k.brought[fingerprint] = a.id
	}
	k.mu.Unlock()
	if err != nil {
		return nil, false, err
	}
	release = func() {
		k.mu.Lock()
		defer k.mu.Unlock()
		delete(k.brought, fingerprint)
	}
	if agreed, err = k.agreeTo(ctx, a, grant, replace); err != nil {
		release()
	}
	return release, agreed, err
}

// agreeTo asks whether an account's chain may be replaced, unless the one that was brought is said to be the same person's. ErrOther if not.
func (k *Keeper) agreeTo(ctx context.Context, a *account, grant oauth.AuthorizationGrant, replace Replace) (asked bool, err error) {
	var had string
	err = k.withRecord(ctx, a.id, func(_ context.Context, a *account, r journal.Record) error {
		had = r.Grant.Token.OpenID
		asked = r.Replaces(oauth.Token{OpenID: grant.OpenID}, k.facts(a).target()) != journal.SamePerson
		return nil
	})
	switch {
	case err != nil || !asked:
		return asked, err
	case replace != nil && replace(k.ctx, had, grant.OpenID):
		return asked, nil
	case k.ctx.Err() != nil: // nobody has said no
		return asked, ErrShutdown
	}
	return asked, ErrOther
}
