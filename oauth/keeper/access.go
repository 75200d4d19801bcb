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
	t := f.record.Grant.Token
	need := minValid
	if minValid == DefaultValidity {
		need = MinValidFor(k.config.MinValid(), t.Lifetime())
	} else if tooLong(f, minValid) {
		return oauth.Token{}, ErrTooLong
	}
	if t.Access != "" && t.ValidFor(k.now()) >= need {
		return t, nil
	}
	problem := k.resting(a)
	if problem == nil {
		problem = k.refreshWithTimeout(ctx, a, t, minValid)
	}
	t = k.facts(a).record.Grant.Token
	switch left := t.ValidFor(k.now()); {
	case problem == nil && left > 0 && left < need && minValid != DefaultValidity:
		return oauth.Token{}, ErrTooLong
	case problem == nil && left <= 0:
		return oauth.Token{}, &oauth.Error{Class: oauth.Transient, Reason: oauth.ReasonServer}
	case left > 0 && (problem == nil || left >= need || minValid == DefaultValidity):
		return t, nil
	}
	return oauth.Token{}, problem
}

// stallTimeout is how long a refresh is waited for while the token at hand still works and nobody said for how long it must.
const stallTimeout = 10 * time.Second

// refreshWithTimeout refreshes, unless somebody has done so since the token seen was current.
func (k *Keeper) refreshWithTimeout(ctx context.Context, a *account, seen oauth.Token, minValid time.Duration) error {
	if minValid == DefaultValidity && seen.ValidFor(k.now()) > stallTimeout {
		waiting, stop := context.WithTimeout(ctx, stallTimeout) // of the caller alone: what was begun goes on
		defer stop()
		ctx = waiting
	}
	return k.do(ctx, a, &a.shared.refreshes, func(ctx context.Context, a *account) error {
		if f := k.facts(a); !f.dirty && f.record.Grant.Token.Refresh != seen.Refresh {
			return errNotDue
		}
		return k.refresh(ctx, a, journal.CauseMinValid)
	})
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
	if f.known {
		return f, nil
	}
	err := k.do(ctx, a, &a.shared.loads, k.load)
	if f = k.facts(a); err != nil && !f.known {
		return f, err
	}
	return f, nil
}

// resting is why an account is not refreshed just now although somebody wants it: what failed last, while its wait lasts, or
// that a person holds it. Scripts that ask every second must not defeat the waits. nil if nothing speaks against it.
func (k *Keeper) resting(a *account) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	now := k.now()
	v, f := k.viewLocked(a, now), a.shared.facts
	waiting := v.next.After(now)
	switch {
	case v.state == StateSignIn:
		return k.signInNeededLocked(a)
	case f.vault.err != nil && waiting:
		return f.vault.err
	case !f.unsaved() && !f.heldUntil(now).IsZero():
		return ErrHeld
	case f.breakdown.failures > 0 && waiting:
		return errPanic
	case v.state == StateUncertain && waiting:
		return &oauth.Error{Class: oauth.Uncertain, Reason: v.reason, Status: f.attempt.Status, Sent: v.sent}
	case f.attempt.Class != "" && now.Before(latest(f.retry(k.surroundingsLocked()), f.attempt.NotBefore)) && v.reason != ReasonDue:
		return f.attempt.Error()
	case f.gapEnd(now).After(now):
		return &oauth.Error{Class: oauth.Transient, Reason: ReasonJustRefreshed}
	}
	return nil
}
