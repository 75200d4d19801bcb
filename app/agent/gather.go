package agent

import (
	"context"
	"time"
)

// notifier tells one reader that there is something new. What is told already, and not read, is not told again.
type notifier chan struct{}

func newNotifier() notifier { return make(notifier, 1) }

func (n notifier) tell() {
	select {
	case n <- struct{}{}:
	default:
	}
}

// gather does what news call for, the first time at once and then with pauses, until ctx ends.
func gather(ctx context.Context, news notifier, pause time.Duration, do func()) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-news:
		}
		do()
		timer := time.NewTimer(pause)
		select {
		case <-ctx.Done():
		case <-timer.C:
		}
		timer.Stop()
	}
}
