package oauth

import (
	"context"
	"time"
)

// DefaultValidity asks Access for the setting's minimum, or half the token's lifetime if that is less.
const DefaultValidity time.Duration = -1

// Access returns a token whose access token works for at least minValid, refreshing first only if needed.
// With DefaultValidity it returns a token that works for less when a refresh is impossible just now; with a length of the
// caller's own that is an error. Errors: *Error, *VaultError, ErrSignIn, ErrHeld, ErrTooLong, ErrNoAccount, or ctx's.
func (k *Keeper) Access(ctx context.Context, id string, minValid time.Duration) (Token, error) {
	e, err := k.entry(id)
	if err != nil {
		return Token{}, err
	}
	t, resting, err := k.held(ctx, e)
	if err != nil {
		return Token{}, err
	}
	need := minValid
	if minValid == DefaultValidity {
		need = DefaultMinValid(k.world.MinValid(), t.Lifetime())
	} else if k.tooLong(e, t, minValid) {
		return Token{}, ErrTooLong
	}
	if t.Access != "" && t.ValidFor(k.now()) >= need {
		return t, nil
	}
	switch {
	case resting != nil:
	case k.isHeld(e):
		resting = ErrHeld
	default:
		resting = k.renew(ctx, e, t, minValid)
	}
	t, _, _ = k.held(ctx, e)
	switch left := t.ValidFor(k.now()); {
	case resting == nil && left > 0 && left < need && minValid != DefaultValidity:
		return Token{}, ErrTooLong
	case resting == nil && left > 0:
		return t, nil
	case resting == nil:
		return Token{}, &Error{Class: Transient, Reason: ReasonServer}
	case left > 0 && (left >= need || minValid == DefaultValidity):
		return t, nil
	}
	return Token{}, resting
}

// patience is how long a refresh is waited for while the token at hand still works and nobody said for how long it must.
const patience = 10 * time.Second

func (k *Keeper) renew(ctx context.Context, e *entry, t Token, minValid time.Duration) error {
	if minValid == DefaultValidity && t.ValidFor(k.now()) > patience {
		waiting, stop := context.WithTimeout(ctx, patience) // of the caller alone: what was begun goes on
		defer stop()
		ctx = waiting
	}
	return k.rotate(ctx, e, CauseMinValid, t.Refresh)
}

// tooLong tells whether no token of the provider's will ever be valid that long, give or take a tenth: who polls for the
// whole lifetime would spend a refresh token each time. The lifetime of a token that a person brought says nothing.
func (k *Keeper) tooLong(e *entry, t Token, minValid time.Duration) bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	life := t.Lifetime()
	return e.grant.Cause != CauseAdded && life > 0 && minValid > life-life/10
}

// held returns the token in memory, loading it first if it never was, and the error to answer with while the account
// rests after a failure: scripts that ask every second must not defeat the backoff.
func (k *Keeper) held(ctx context.Context, e *entry) (Token, error, error) {
	k.mu.Lock()
	loaded := e.loaded
	k.mu.Unlock()
	if !loaded {
		err := k.fly(ctx, e, &e.loads, k.load)
		k.mu.Lock()
		loaded = e.loaded // a verdict about the refresh token takes nothing from the access token
		k.mu.Unlock()
		if err != nil && !loaded {
			return Token{}, nil, err
		}
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if e.state == StateSignIn || (e.rotations.err != nil && e.failures > 0 && k.now().Before(e.next)) {
		return e.grant.Token, errOr(e.rotations.err, ErrSignIn), nil
	}
	return e.grant.Token, nil, nil
}

func errOr(err, otherwise error) error {
	if err != nil {
		return err
	}
	return otherwise
}
