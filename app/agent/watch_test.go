package agent

import (
	"context"
	"log/slog"
	"testing"
	"testing/synctest"
	"time"

	"freshkey/oauth/keeper"
)

// In a storm of refreshes each step of each would have every follower look at ten thousand accounts; and the last step must not be missed.
func TestFollowersOfThousandsAreToldSeldomAndOfTheLast(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		a := &Agent{life: ctx, config: &configFile{}}
		a.config.current.Accounts = make([]savedAccount, 10_000)
		a.keeper = keeper.New(ctx, keeper.Config{Log: slog.New(slog.DiscardHandler)})
		news, stop := a.Watch()
		defer stop()
		looks, last := 0, 0
		step := 0
		for step = 1; step <= 400; step++ { // ten seconds of it
			a.watchers.tell()
			synctest.Wait()
			select {
			case <-news:
				looks, last = looks+1, step
			default:
			}
			time.Sleep(25 * time.Millisecond)
		}
		if looks < 10 || looks > 30 {
			t.Errorf("%d looks in ten seconds", looks)
		}
		if last < 400 {
			<-news // else this hangs: what came after the last look is not told
		}
	})
}
