package keeper

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
)

// call is one kind of work on an account. Callers who waited for another's share its result, as in package singleflight.
type call struct {
	done     uint64
	err      error  // of the last
	settings string // what that was done with
}

// do takes the account's turn and runs work in a goroutine of the keeper's own, so that a caller who gives up takes nothing
// down with it. If the turn had to be waited for and somebody finished the same work meanwhile, theirs is the result. c is
// the account's own, or nil for work that is not shared.
func (k *Keeper) do(ctx context.Context, a *account, c *call, work func(context.Context, *account) error) error {
	done, err := k.begin(ctx, a, c, work)
	if err != nil || done == nil {
		return err
	}
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
}

// begin is do without its end, which comes by done. If that is nil, another's result is the result, and err is that.
func (k *Keeper) begin(ctx context.Context, a *account, c *call, work func(context.Context, *account) error) (done chan error, err error) {
	if c == nil {
		c = new(call)
	}
	k.mu.Lock()
	seen := c.done
	k.mu.Unlock()
	if err := a.take(ctx); err != nil {
		return nil, err
	}
	if over, err := k.overtaken(a, c, seen); over {
		a.release()
		return nil, err
	}
	done = make(chan error, 1)
	with := k.facts(a).settingsName()
	go func() {
		defer k.inFlight.Done()
		defer a.release()
		err := k.guarded(a, work)
		if errors.Is(err, errNotDue) { // nothing was done that whoever waits could share
			done <- nil
			return
		}
		k.mu.Lock()
		c.done, c.err, c.settings = c.done+1, err, with
		k.mu.Unlock()
		done <- err
	}()
	return done, nil
}

// overtaken reports whether the work is not to be done any more, and what its result is. If it is to be done it counts as in
// flight from here on.
func (k *Keeper) overtaken(a *account, c *call, seen uint64) (bool, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	switch {
	case k.closed:
		return true, ErrShutdown
	case k.accounts[a.id] != a: // dropped or removed: whoever goes on with it would be a second owner of its chain
		return true, ErrNoAccount
	case c.done != seen && (c.err == nil || c.settings == a.shared.facts.settingsName()): // a verdict on other settings is not theirs
		return true, c.err
	}
	k.inFlight.Add(1)
	return false, nil
}

// errNotDue is work that turned out not to be wanted any more.
var errNotDue = errors.New("nothing to do")

// errPanic is work that broke down. What was sealed before is found when the record is read again.
var errPanic = errors.New("internal error")

// guarded turns a panic into a fact, and has an account that was dropped while it was unsaved go when it is saved.
func (k *Keeper) guarded(a *account, work func(context.Context, *account) error) (err error) {
	defer func() {
		p := recover()
		if p != nil {
			k.config.Log.Error("panic in the work on an account", "account", a.id, "type", fmt.Sprintf("%T", p), "stack", string(debug.Stack()))
			err = errPanic
		}
		k.learn(a, func(f *facts) {
			f.refreshing, f.spending = false, ""
			if k.locked {
				f.hide()
			}
			if p == nil {
				f.breakdown = rare[pause]{}
				return
			}
			again := f.breakdown.get().failures + 1
			f.breakdown = rarely(pause{k.now().Add(backoff(again, k.config.Random())), again})
		})
		k.forgetDropped(a)
		k.mu.Lock()
		k.reconsiderRivalsLocked(a)
		k.mu.Unlock()
	}()
	return work(k.ctx, a)
}
