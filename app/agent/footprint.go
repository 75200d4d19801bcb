package agent

import (
	"context"
	"runtime/debug"
	"time"
)

// startUp is when everything that happens once has happened.
const startUp = 3 * time.Second

// releaseMemory gives back, once, the memory that only the start needed. Every package
// initialises itself in every process; this one then stays for weeks without most of that.
func releaseMemory(ctx context.Context) {
	timer := time.NewTimer(startUp)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-timer.C:
		debug.FreeOSMemory()
		releaseCode()
	}
}
