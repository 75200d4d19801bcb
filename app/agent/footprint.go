package agent

import (
	"context"
	"runtime/debug"
	"time"
)

// startUp is when everything that happens once has happened.
const startUp = 3 * time.Second

// releaseMemory gives back, once, the memory that only the start needed. The binary holds the window's code too, whose packages
// initialise themselves in every process; this one then stays for weeks without them.
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
