package keeper

import (
	"container/heap"
	"time"
)

// queue is the accounts by the moment at which something has to be done for them, or they are to be looked at again. An
// account that waits for a person is not in it, nor one that is being worked on.
type queue []*account

func (q queue) Len() int           { return len(q) }
func (q queue) Less(i, j int) bool { return q[i].shared.wakeAt.Before(q[j].shared.wakeAt) }
func (q queue) Swap(i, j int) {
	q[i], q[j] = q[j], q[i]
	q[i].shared.heapIndex, q[j].shared.heapIndex = i, j
}

// Push appends an *account; for container/heap.
func (q *queue) Push(x any) {
	a := x.(*account)
	a.shared.heapIndex = len(*q)
	*q = append(*q, a)
}

// Pop removes the last; for container/heap.
func (q *queue) Pop() any {
	old := *q
	a := old[len(old)-1]
	old[len(old)-1] = nil
	*q = old[:len(old)-1]
	a.shared.heapIndex = -1
	return a
}

// reconsiderLocked draws the consequences of new facts, or of time that has passed: since when the account is what it is,
// and when it is to be looked at again.
func (k *Keeper) reconsiderLocked(a *account) {
	now := k.now()
	a.shared.version = nil
	v := k.viewLocked(a, now)
	if v.state != a.shared.shown {
		a.shared.shown, a.shared.since = v.state, now
	}
	if a.shared.heapIndex >= 0 {
		heap.Remove(&k.queue, a.shared.heapIndex)
	}
	at := wakeAt(v, now)
	if at.IsZero() || a.shared.running || a.shared.facts.unread() || k.accounts[a.id] != a {
		return
	}
	a.shared.wakeAt = at
	heap.Push(&k.queue, a)
	if a.shared.heapIndex == 0 {
		wake(k.wakeScheduler)
	}
}

// wakeAt is when a view wants to be looked at again; the zero time if never.
func wakeAt(v view, now time.Time) time.Time {
	var at time.Time
	if v.act != actNothing {
		at = v.next
	}
	if !v.chore.IsZero() && (at.IsZero() || v.chore.Before(at)) {
		at = v.chore
	}
	if v.until.After(now) && (at.IsZero() || v.until.Before(at)) {
		at = v.until
	}
	return at
}

// due is what is to be done now.
func (v view) due(now time.Time) action {
	switch {
	case v.act != actNothing && !v.next.After(now):
		return v.act
	case !v.chore.IsZero() && !v.chore.After(now):
		return actWrite
	}
	return actNothing
}

// nextDue takes the first account off the queue for which something is to be done now, or says how long to sleep.
func (k *Keeper) nextDue(now time.Time) (*account, action, time.Duration) {
	k.mu.Lock()
	defer k.mu.Unlock()
	for len(k.queue) > 0 {
		first := k.queue[0]
		if wait := first.shared.wakeAt.Sub(now); wait > 0 {
			return nil, actNothing, min(wait, tick)
		}
		v := k.viewLocked(first, now)
		if act := v.due(now); act != actNothing {
			heap.Pop(&k.queue)
			first.shared.running = true
			return first, act, 0
		}
		k.reconsiderLocked(first) // only time has passed
		k.publishLocked()
	}
	return nil, actNothing, tick
}

// requeue puts an account back that was taken off the queue.
func (k *Keeper) requeue(a *account) {
	k.mu.Lock()
	defer k.mu.Unlock()
	a.shared.running = false
	k.reconsiderLocked(a)
}
