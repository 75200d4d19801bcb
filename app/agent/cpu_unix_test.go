//go:build unix

package agent

import (
	"syscall"
	"time"
)

// cpu is how long this process has had a processor so far.
func cpu() time.Duration {
	var u syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &u)
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
