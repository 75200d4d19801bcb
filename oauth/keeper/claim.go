package keeper

import (
	"context"
	"errors"

	"freshkey/oauth"
	"freshkey/oauth/journal"
)

// claim makes an account known with a record that is still to be stored, unless its token is another's. From here on the same
// token cannot be added twice.
func (k *Keeper) claim(a *account, r journal.Record) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	if err := k.unclaimedLocked(r.Grant.Token.Refresh, ""); err != nil {
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

// unclaimedLocked reports who has a refresh token already, or is about to spend it: *KeptError, or ErrSpent if it is used up. The account but has a
// claim to it.
func (k *Keeper) unclaimedLocked(refresh oauth.Secret, but string) error {
	fingerprint := refresh.Fingerprint()
	if id := k.brought[fingerprint]; id != but {
		return &KeptError{Account: id, Claimed: true}
	}
	for _, other := range k.accounts {
		switch other.shared.facts.record.KnowsBy(refresh, fingerprint) {
		case journal.Current:
			return &KeptError{Account: other.id}
		case journal.UsedUp:
			return ErrSpent
		}
	}
	return nil
}

// bringing is the right to spend a refresh token that a person has brought for an account: nobody else gets it before it is released.
type bringing struct {
	refresh  oauth.Secret
	settings string // fingerprint of those it was brought for
	release  func()
}

// bring makes sure that a refresh token which a person has brought for an account is nobody's yet, and that the account's chain may be replaced by
// it. That is asked before it is spent: of a code one gets another, and not of this.
func (k *Keeper) bring(ctx context.Context, a *account, grant oauth.AuthorizationGrant, replace Replace) (*bringing, error) {
	if err := k.loadAll(ctx); err != nil {
		return nil, err
	}
	fingerprint := grant.Refresh.Fingerprint()
	k.mu.Lock()
	err := k.unclaimedLocked(grant.Refresh, "")
	if err == nil {
		k.brought[fingerprint] = a.id
	}
	k.mu.Unlock()
	if err != nil {
		return nil, err
	}
	b := &bringing{refresh: grant.Refresh, release: func() {
		k.mu.Lock()
		defer k.mu.Unlock()
		delete(k.brought, fingerprint)
	}}
	agreed := false
	defer func() { // also if somebody broke down who was asked
		if !agreed {
			b.release()
		}
	}()
	b.settings, err = k.agreeTo(ctx, a, grant, replace)
	agreed = err == nil
	return b, err
}

// agreeTo asks whether an account's chain may be replaced, unless it is dead and the one that was brought is said to be the same person's, and
// returns a fingerprint of the settings that this was about. ErrOther if not. Whose it turns out to be does not matter then.
func (k *Keeper) agreeTo(ctx context.Context, a *account, grant oauth.AuthorizationGrant, replace Replace) (settings string, err error) {
	var had string
	asks := false
	err = k.withRecord(ctx, a.id, func(_ context.Context, a *account, r journal.Record) error {
		f := k.facts(a)
		had, settings = r.Grant.Token.OpenID, f.settingsName()
		asks = r.TokenToSend(f.target()) != "" || r.Replaces(oauth.Token{OpenID: grant.OpenID}, f.target()) != journal.SamePerson
		return nil
	})
	switch {
	case err != nil:
		return "", err
	case asks && (replace == nil || !replace(k.ctx, had, grant.OpenID)):
		if k.ctx.Err() != nil { // nobody has said no
			return "", ErrShutdown
		}
		return "", ErrOther
	case errors.Is(ctx.Err(), context.Canceled): // nobody wants it any more; that its time is over matters no more where somebody has just agreed
		return "", ctx.Err()
	}
	return settings, nil
}

// stillBrings reports what has changed since somebody was asked about what was brought, if anything was.
func (k *Keeper) stillBrings(a *account, b *bringing, with app) error {
	if b == nil {
		return nil
	}
	if b.settings != with.name {
		return ErrEdited
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.unclaimedLocked(b.refresh, a.id)
}
