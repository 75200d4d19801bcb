package program

import "golang.org/x/sys/unix"

// Harden keeps the memory of this process, in which tokens are, from whatever else the person runs: no core dumps, and no debugger
// or reader of /proc/PID/mem that is not root's. Programs that this one starts are not concerned.
func Harden() {
	_ = unix.Setrlimit(unix.RLIMIT_CORE, &unix.Rlimit{})
	_ = unix.Prctl(unix.PR_SET_DUMPABLE, 0, 0, 0, 0)
}
