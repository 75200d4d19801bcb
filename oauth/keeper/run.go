package keeper

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"sync"
	"time"

	"freshkey/oauth/journal"
)

// tick is the longest the scheduler sleeps: timers stop while the machine does, so the wall clock is looked at anyway.
const tick = time.Minute

// Run keeps all accounts fresh until ctx ends, then waits for what was sent. It is called once.
func (k *Keeper) Run(ctx context.Context) {
	var loops sync.WaitGroup
	loops.Go(func() { k.supervise(ctx, "loader", k.loadLoop) })
	loops.Go(func() { k.supervise(ctx, "scheduler", k.scheduleLoop) })
	loops.Wait()
	k.mu.Lock()
	k.closed = true
	k.mu.Unlock()
	k.inFlight.Wait()
}

// supervise restarts a loop that panics: a dead loop looks exactly like a quiet one.
func (k *Keeper) supervise(ctx context.Context, name string, loop func(context.Context)) {
	for ctx.Err() == nil {
		func() {
			defer func() {
				if p := recover(); p != nil {
					k.config.Log.Error("restarted after a panic", "loop", name, "type", fmt.Sprintf("%T", p), "stack", string(debug.Stack()))
					sleep(ctx, time.Second, nil)
				}
			}()
			loop(ctx)
		}()
	}
}

// scheduleLoop does what is due, at most Rate accounts a second, and sleeps until the next deadline.
func (k *Keeper) scheduleLoop(ctx context.Context) {
	pause := time.Duration(float64(time.Second) / k.config.Rate)
	for ctx.Err() == nil {
		k.compareClocks()
		a, act, wait := k.nextDue(k.now())
		if a == nil {
			sleep(ctx, wait, k.wakeScheduler)
			continue
		}
		k.inFlight.Add(1)
		go func() {
			defer k.inFlight.Done()
			defer k.requeue(a)
			k.runDue(ctx, a, act)
		}()
		sleep(ctx, pause, nil)
	}
}

// runDue does what an account is due for. What comes of it are new facts.
func (k *Keeper) runDue(ctx context.Context, a *account, act action) {
	switch act {
	case actRecover:
		_ = k.do(ctx, a, &a.shared.loads, k.recoverAgain)
		return
	case actWrite:
		_ = k.do(ctx, a, nil, k.writeChores)
		return
	}
	_ = k.do(ctx, a, &a.shared.refreshes, func(ctx context.Context, a *account) error {
		k.mu.Lock()
		s := k.surroundingsLocked(a)
		s.quietUntil = time.Time{} // a rest that began since is for those that still wait
		v := status(a.shared.facts, s, k.now())
		k.mu.Unlock()
		if v.act != actRefresh || v.next.After(k.now()) { // somebody was quicker, or holds it now
			return errNotDue
		}
		return k.refresh(ctx, a, journal.CauseScheduled)
	})
}

// loadLoop reads the records of accounts that were never read, each when its own wait is over. If the keychain itself fails,
// the rest is not tried before: each try may take the whole timeout.
func (k *Keeper) loadLoop(ctx context.Context) {
	for ctx.Err() == nil {
		pending, wait := k.loadable(k.now())
		for i, a := range pending {
			if err := k.do(ctx, a, &a.shared.loads, k.load); keychainDown(err) {
				k.failUnloaded(pending[i+1:], err)
				break
			}
			if ctx.Err() != nil {
				return
			}
		}
		if len(pending) == 0 {
			sleep(ctx, wait, k.wakeLoader)
		}
	}
}

// noLoad is how long the loader sleeps where there is nothing to read: no wake-ups for nothing.
const noLoad = 24 * time.Hour

// loadable are the accounts whose records are to be read now; else wait is how long until one is.
func (k *Keeper) loadable(now time.Time) (all []*account, wait time.Duration) {
	k.mu.Lock()
	defer k.mu.Unlock()
	wait = noLoad
	for _, a := range k.accounts {
		if !a.shared.facts.unread() {
			continue
		}
		if left := latest(a.shared.facts.vault.get().retry(k.surroundingsLocked(a)), a.shared.facts.breakdown.get().next).Sub(now); left > 0 {
			wait = min(wait, left, tick) // the clock may be set
		} else {
			all = append(all, a)
		}
	}
	return all, wait
}

// loadAll reads the records that were not read yet: a token can only be compared with tokens that are known.
func (k *Keeper) loadAll(ctx context.Context) error {
	for _, a := range k.unloaded() {
		if err := k.do(ctx, a, &a.shared.loads, k.load); keychainDown(err) || (err != nil && ctx.Err() != nil) {
			return err
		}
	}
	return nil
}

// load reads the account's record and finishes what an earlier process left. That a chain is dead or in doubt is no error.
func (k *Keeper) load(ctx context.Context, a *account) error {
	if !k.facts(a).unread() { // by whoever had the turn before
		return nil
	}
	return k.recoverAgain(ctx, a)
}

func keychainDown(err error) bool {
	v, ok := errors.AsType[*VaultError](err)
	return ok && (v.Reason == ReasonLocked || v.Reason == ReasonKeychain)
}

func (k *Keeper) unloaded() []*account {
	k.mu.Lock()
	defer k.mu.Unlock()
	var all []*account
	for _, a := range k.accounts {
		if a.shared.facts.unread() {
			all = append(all, a)
		}
	}
	return all
}

// failUnloaded says of accounts that nobody read what the keychain said of another. It needs no turn.
func (k *Keeper) failUnloaded(all []*account, err error) {
	for _, a := range all {
		k.learn(a, func(f *facts) {
			if !f.known {
				f.vaultFailed(AsVaultError(err), k.now())
			}
		})
	}
}

// sleep ends with ctx, after d, or when c is woken.
func sleep(ctx context.Context, d time.Duration, c <-chan struct{}) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
	case <-t.C:
	case <-c:
	}
}
