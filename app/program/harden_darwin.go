package program

import "golang.org/x/sys/unix"

// Harden keeps the memory of this process, in which tokens are, from whatever else the person runs: no core dumps and no debugger.
func Harden() {
	_ = unix.Setrlimit(unix.RLIMIT_CORE, &unix.Rlimit{})
	_ = unix.PtraceDenyAttach()
}
