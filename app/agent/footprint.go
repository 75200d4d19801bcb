package agent

import (
	"context"
	"runtime/debug"
	"time"
)

// startUp is when everything that happens once has happened.
const startUp = 3 * time.Second

// garbage is how much of it there may be, in percent of what is in use, before it is collected: half of what Go allows. What an agent does is
// little, and takes no longer for it; with thousands of accounts it is as much memory as they need.
const garbage = 50

// releaseMemory gives back, once, the memory that only the start needed. Every package
// initialises itself in every process; this one then stays for weeks without most of that.
func releaseMemory(ctx context.Context) {
	debug.SetGCPercent(garbage)
	timer := time.NewTimer(startUp)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-timer.C:
		debug.FreeOSMemory()
		releaseCode()
	}
}
