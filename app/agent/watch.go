package agent

import "sync"

// Watch tells of changes to Snapshot: the keeper's, and the agent's own.
func (a *Agent) Watch() (<-chan struct{}, func()) {
	own := make(chan struct{}, 1)
	news, stopNews := a.keeper.Watch()
	stopOwn := a.watchers.add(own)
	done := make(chan struct{})
	go func() {
		for {
			select {
			case <-done:
				return
			case <-news:
				select {
				case own <- struct{}{}:
				default:
				}
			}
		}
	}()
	return own, func() { close(done); stopNews(); stopOwn() }
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
