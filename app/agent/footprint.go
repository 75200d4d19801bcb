package agent

import (
	"context"
	"runtime/debug"
	"slices"
	"time"

	"freshkey/app/api"
	"freshkey/oauth/keeper"
)

// startUp is when everything that happens once has happened.
const startUp = 3 * time.Second

// garbage is how much of it there may be, in percent of what is in use, before it is collected. Half of what Go allows: what an agent does is
// little, and takes no longer for it. With many accounts a fifth of what is in use is more than half of it is with few.
func garbage(accounts int) int {
	const many = 1000
	if accounts < many {
		return 50
	}
	return 20
}

// releaseMemory gives back, once, the memory that only the start needed, and the reading of all records. Every package
// initialises itself in every process; this one then stays for weeks without most of that.
func (a *Agent) releaseMemory(ctx context.Context) {
	debug.SetGCPercent(garbage(len(a.config.get().Accounts)))
	timer := time.NewTimer(startUp)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-timer.C:
	}
	a.awaitRead(ctx)
	if ctx.Err() == nil {
		debug.FreeOSMemory()
		releaseCode()
	}
}

// awaitRead waits until the keychain was asked about each account: with thousands that takes minutes.
func (a *Agent) awaitRead(ctx context.Context) {
	news, stop := a.Watch()
	defer stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-news:
			if !slices.ContainsFunc(a.Snapshot().Accounts, func(o *api.Account) bool { return o.Reason == keeper.ReasonNotRead }) {
				return
			}
		}
	}
}
