package oauth

import (
	"container/heap"
	"context"
	"fmt"
	"runtime/debug"
	"sync"
	"time"
)

// tick is the longest the loop sleeps: timers stop while the machine does, so the wall clock is looked at anyway.
const tick = time.Minute

// Run keeps all accounts fresh until ctx ends, then waits for what was sent. It is called once.
func (k *Keeper) Run(ctx context.Context) {
	var loops sync.WaitGroup
	loops.Go(func() { k.supervise(ctx, "loader", k.loadLoop) })
	loops.Go(func() { k.supervise(ctx, "loop", k.loop) })
	loops.Wait()
	k.mu.Lock()
	k.closed = true
	k.mu.Unlock()
	k.flights.Wait()
}

// Unsaved tells how many accounts hold a grant that the vault has not taken; quitting then should warn.
func (k *Keeper) Unsaved() int {
	k.mu.Lock()
	defer k.mu.Unlock()
	n := 0
	for _, e := range k.entries {
		if e.unsaved != nil {
			n++
		}
	}
	return n
}

// supervise restarts a loop that panics: a dead loop looks exactly like a quiet one.
func (k *Keeper) supervise(ctx context.Context, name string, loop func(context.Context)) {
	for ctx.Err() == nil {
		func() {
			defer func() {
				if p := recover(); p != nil {
					k.world.Log.Error("restarted after a panic", "loop", name, "type", fmt.Sprintf("%T", p), "stack", string(debug.Stack()))
					sleep(ctx, time.Second, nil)
				}
			}()
			loop(ctx)
		}()
	}
}

// loop refreshes what is due, at most Rate a second, and sleeps until the next deadline.
func (k *Keeper) loop(ctx context.Context) {
	pause := time.Duration(float64(time.Second) / k.world.Rate)
	clocks := k.readClocks()
	for ctx.Err() == nil {
		clocks = k.compareClocks(clocks)
		e, spent, wait := k.nextDue(k.now())
		if e == nil {
			sleep(ctx, wait, k.poke)
			continue
		}
		k.flights.Add(1)
		go func() {
			defer k.flights.Done()
			k.attend(ctx, e, spent)
			k.requeue(e)
		}()
		sleep(ctx, pause, nil)
	}
}

// attend does what an account is due for. The result is in its state.
func (k *Keeper) attend(ctx context.Context, e *entry, spent Secret) {
	if k.keychainFailed(e) {
		spend := false
		err := k.fly(ctx, e, &e.loads, func(ctx context.Context, e *entry) (err error) {
			spend, err = k.look(ctx, e)
			return err
		})
		if err != nil || !spend {
			return
		}
	}
	_ = k.rotate(ctx, e, CauseScheduled, spent)
}

// nextDue takes the first due account off the queue, with the refresh token to be spent, or says how long to sleep.
func (k *Keeper) nextDue(t time.Time) (*entry, Secret, time.Duration) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if len(k.queue) == 0 {
		return nil, "", tick
	}
	first := k.queue[0]
	at := first.next
	network := first.unsaved == nil && first.state != StateLocked
	if network && k.settled.After(at) && k.settled.Sub(t) <= AfterWake { // further ahead: the clock was set back meanwhile
		at = k.settled
	}
	if wait := at.Sub(t); wait > 0 {
		return nil, "", min(wait, tick)
	}
	heap.Pop(&k.queue)
	if first.state == StateHeld { // its time is up; it may be due or not
		k.keep(first)
		k.publish()
		return nil, "", 0
	}
	return first, first.grant.Token.Refresh, 0
}

// requeue sees to it that an account that was taken off the queue is on it again. A rotation that only shared another's
// result, which had put the account on the queue before it was taken off, would leave it to nobody.
func (k *Keeper) requeue(e *entry) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if e.place < 0 && e.state != StateSignIn {
		k.schedule(e, k.now().Add(firstBackoff))
	}
}

// loadLoop reads the records of accounts that were never read. If the keychain itself fails, the rest is not tried
// before the next round: each try may take the whole timeout.
func (k *Keeper) loadLoop(ctx context.Context) {
	for failures := 0; ctx.Err() == nil; failures++ {
		pending := k.unread()
		if len(pending) == 0 {
			failures = 0
			sleep(ctx, 24*time.Hour, k.hasty) // no wake-ups for nothing
			continue
		}
		for i, e := range pending {
			if err := k.fly(ctx, e, &e.loads, k.load); err != nil && keychainDown(err) {
				for _, rest := range pending[i+1:] {
					k.failUnread(rest, err)
				}
				break
			}
			if ctx.Err() != nil {
				return
			}
		}
		sleep(ctx, keychainPause(failures+1, tick), k.hasty)
	}
}

// readAll reads the records that were not read yet: a token can only be compared with tokens that are known.
func (k *Keeper) readAll(ctx context.Context) error {
	for _, e := range k.unread() {
		if err := k.fly(ctx, e, &e.loads, k.load); err != nil && (keychainDown(err) || ctx.Err() != nil) {
			return err
		}
	}
	return nil
}

func keychainDown(err error) bool {
	v, ok := err.(*VaultError)
	return ok && (v.Reason == ReasonLocked || v.Reason == ReasonKeychain)
}

func (k *Keeper) unread() []*entry {
	k.mu.Lock()
	defer k.mu.Unlock()
	var all []*entry
	for _, e := range k.entries {
		if !e.loaded {
			all = append(all, e)
		}
	}
	return all
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

// queue is the accounts by their next deadline; an account that waits for a person is not in it.
type queue []*entry

func (q queue) Len() int           { return len(q) }
func (q queue) Less(i, j int) bool { return q[i].next.Before(q[j].next) }
func (q queue) Swap(i, j int) {
	q[i], q[j] = q[j], q[i]
	q[i].place, q[j].place = i, j
}

// Push appends an *entry; for container/heap.
func (q *queue) Push(x any) {
	e := x.(*entry)
	e.place = len(*q)
	*q = append(*q, e)
}

// Pop removes the last; for container/heap.
func (q *queue) Pop() any {
	old := *q
	e := old[len(old)-1]
	old[len(old)-1] = nil
	*q = old[:len(old)-1]
	e.place = -1
	return e
}

// schedule wants k.mu held. The zero time means: not before a person acts.
func (k *Keeper) schedule(e *entry, at time.Time) {
	k.unschedule(e)
	if end := k.heldUntil(e); !at.IsZero() && at.Before(end) && e.unsaved == nil && e.state != StateLocked {
		at = end
	}
	e.next = at
	if at.IsZero() || !e.loaded || k.entries[e.id] != e {
		return
	}
	heap.Push(&k.queue, e)
	if e.place == 0 {
		wake(k.poke)
	}
}

// unschedule wants k.mu held.
func (k *Keeper) unschedule(e *entry) {
	if e.place >= 0 {
		heap.Remove(&k.queue, e.place)
	}
	e.next = time.Time{}
}
