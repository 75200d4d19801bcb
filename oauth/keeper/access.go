package keeper

import (
	"context"
	"time"

	"freshkey/oauth"
	"freshkey/oauth/journal"
)

// DefaultValidity asks Access for the setting's minimum, or half the token's lifetime if that is less.
const DefaultValidity time.Duration = -1

// Access returns a token whose access token works for at least minValid, refreshing first only if needed.
// With DefaultValidity it returns a token that works for less when a refresh is impossible just now; with a length of the
// caller's own that is an error. Errors: *oauth.Error, *VaultError, ErrHeld, ErrTooLong, ErrNoAccount, or ctx's.
func (k *Keeper) Access(ctx context.Context, id string, minValid time.Duration) (oauth.Token, error) {
	a, err := k.account(id)
	if err != nil {
		return oauth.Token{}, err
	}
	f, err := k.loaded(ctx, a)
	if err != nil {
		return oauth.Token{}, err
	}
	var problem error
	for range maxTries {
		if minValid != DefaultValidity && tooLong(f, minValid) {
			return oauth.Token{}, ErrTooLong
		}
		t := f.record.Grant.Token
		need := minValid
		if minValid == DefaultValidity {
			need = MinValidFor(k.config.MinValid(), t.Lifetime())
		}
		if left := t.ValidFor(k.now()); left > 0 && left >= need {
			return k.handOut(ctx, a)
		}
		if problem != nil {
			break
		}
		if problem = k.problem(a); problem == nil {
			problem = k.refreshWithTimeout(ctx, a, t, minValid)
		}
		f = k.facts(a)
	}
	switch t := f.record.Grant.Token; {
	case t.ValidFor(k.now()) > 0 && minValid == DefaultValidity:
		return k.handOut(ctx, a)
	case problem == nil && t.Lifetime() > 0: // refreshed, and even so not valid for as long as was asked
		problem = ErrTooLong
	case problem == nil:
		problem = &oauth.Error{Class: oauth.Transient, Reason: oauth.ReasonServer}
	}
	return oauth.Token{}, problem
}

// maxTries is how often a token is looked at: as it is, once refreshed, and once more if somebody else was quicker.
const maxTries = 3

// problem is why an account is not to be refreshed just now.
func (k *Keeper) problem(a *account) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	return a.shared.facts.problem(k.surroundingsLocked(a), k.now())
}

// stallTimeout is how long a refresh is waited for while the token at hand still works and nobody said for how long it must.
const stallTimeout = 10 * time.Second

// refreshWithTimeout refreshes, unless somebody has done so since the token seen was current.
func (k *Keeper) refreshWithTimeout(ctx context.Context, a *account, seen oauth.Token, minValid time.Duration) error {
	if minValid == DefaultValidity && seen.ValidFor(k.now()) > stallTimeout {
		if k.stalled(a) {
			return context.DeadlineExceeded
		}
		waiting, stop := context.WithTimeout(ctx, stallTimeout) // of the caller alone: what was begun goes on
		defer stop()
		ctx = waiting
	}
	return k.do(ctx, a, &a.shared.refreshes, func(ctx context.Context, a *account) error {
		if f := k.facts(a); f.record.Grant.Token.Refresh != seen.Refresh {
			if !f.dirty {
				return errNotDue
			}
			if err := k.recoverAgain(ctx, a); err != nil { // what is new is still to be stored, and not to be spent
				return err
			}
			return errNotDue
		}
		if f := k.facts(a); !f.unsaved() && !f.heldUntil(k.now()).IsZero() { // while the turn was waited for
			return ErrHeld
		}
		return k.refresh(ctx, a, journal.CauseMinValid)
	})
}

// stalled reports whether a refresh has been under way for so long that nobody waits for it any more who has a token that works: the first did.
func (k *Keeper) stalled(a *account) bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	return a.shared.shown == StateRefreshing && k.now().Sub(a.shared.since) >= stallTimeout
}

// tooLong reports whether no token of the provider's will ever be valid that long, give or take a tenth: who polls for the
// whole lifetime would spend a refresh token each time. The lifetime of a token that a person brought says nothing.
func tooLong(f facts, minValid time.Duration) bool {
	life := f.record.Grant.Token.Lifetime()
	return f.record.Grant.Cause != journal.CauseAdded && life > 0 && minValid > life-life/10
}

// loaded are the account's facts, once its record was read. A verdict about the refresh token takes nothing from the access
// token.
func (k *Keeper) loaded(ctx context.Context, a *account) (facts, error) {
	f := k.facts(a)
	if !f.unread() {
		return f, nil
	}
	err := k.do(ctx, a, &a.shared.loads, k.load)
	if f = k.facts(a); err != nil && f.unread() {
		return f, err
	}
	return f, nil
}
