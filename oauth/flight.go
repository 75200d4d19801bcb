package oauth

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
)

// round is one kind of work on an account. Callers who waited for another's share its result.
type round struct {
	done uint64
	err  error // of the last
}

// fly takes the account's turn and runs work in a goroutine of the keeper's own, so that a caller who gives up takes
// nothing down with it. If the turn had to be waited for and somebody finished the same work meanwhile, theirs is the
// result. r is the entry's own.
func (k *Keeper) fly(ctx context.Context, e *entry, r *round, work func(context.Context, *entry) error) error {
	k.mu.Lock()
	seen := r.done
	k.mu.Unlock()
	if err := e.take(ctx); err != nil {
		return err
	}
	k.mu.Lock()
	if known := k.entries[e.id] == e; k.closed || !known || r.done != seen {
		err := r.err
		switch {
		case k.closed:
			err = ErrShutdown
		case !known: // dropped or removed meanwhile: whoever goes on with it would be a second owner of its chain
			err = ErrNoAccount
		}
		k.mu.Unlock()
		e.release()
		return err
	}
	k.flights.Add(1)
	k.mu.Unlock()
	done := make(chan error, 1)
	go func() {
		defer k.flights.Done()
		defer e.release()
		err := k.guarded(e, work)
		k.mu.Lock()
		r.done, r.err = r.done+1, err
		k.mu.Unlock()
		done <- err
	}()
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
}

// guarded turns a panic into a state: the next try opens the seal, so even a broken parser loses nothing.
func (k *Keeper) guarded(e *entry, work func(context.Context, *entry) error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			k.world.Log.Error("panic in a transaction", "account", e.id, "type", fmt.Sprintf("%T", p), "stack", string(debug.Stack()))
			err = k.fail(e, errors.New("internal error"))
		}
	}()
	return work(k.life, e)
}
