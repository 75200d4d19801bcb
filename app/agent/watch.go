package agent

import (
	"context"
	"sync"
	"time"
)

// lookCost is how long nothing more is told after a change, for each account: whoever is told looks at all of them, and in a storm of
// refreshes something changes forty times a second.
const lookCost = 50 * time.Microsecond

// Watch tells of changes to Snapshot: the keeper's, and the agent's own. The first is told at once, and the last is always told.
func (a *Agent) Watch() (<-chan struct{}, func()) {
	own, told := make(chan struct{}, 1), make(chan struct{}, 1)
	news, stopNews := a.keeper.Watch()
	stopOwn := a.watchers.add(own)
	ctx, cancel := context.WithCancel(a.life)
	go func() {
		for {
			select {
			case <-ctx.Done():
				return
			case <-news:
			case <-own:
			}
			select {
			case told <- struct{}{}:
			default:
			}
			a.pause(ctx)
		}
	}()
	return told, func() { cancel(); stopNews(); stopOwn() }
}

// pause is unnoticed with the few accounts that most people have.
func (a *Agent) pause(ctx context.Context) {
	timer := time.NewTimer(time.Duration(len(a.config.get().Accounts)) * lookCost)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-timer.C:
	}
}

// watchers are told of what changes beside the keeper.
type watchers struct {
	mu  sync.Mutex // guards all
	all map[chan struct{}]bool
}

func (w *watchers) add(c chan struct{}) func() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.all == nil {
		w.all = map[chan struct{}]bool{}
	}
	w.all[c] = true
	return func() {
		w.mu.Lock()
		defer w.mu.Unlock()
		delete(w.all, c)
	}
}

func (w *watchers) tell() {
	w.mu.Lock()
	defer w.mu.Unlock()
	for c := range w.all {
		select {
		case c <- struct{}{}:
		default:
		}
	}
}
