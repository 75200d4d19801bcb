package program

import "golang.org/x/sys/unix"

// Harden keeps the memory of this process, in which tokens are, from whatever else the person runs: no core dumps, and no debugger
// or reader of /proc/PID/mem that is not root's. Programs that this one starts are not concerned.
func Harden() {
	_ = unix.Setrlimit(unix.RLIMIT_CORE, &unix.Rlimit{})
	_ = unix.Prctl(unix.PR_SET_DUMPABLE, 0, 0, 0, 0)
}

// Unharden lets others of the person's look into this process again. It is for one that holds nothing and has to be looked into to be served;
// a program whose file cannot be read, as the packages install it, begins its life hardened.
func Unharden() { _ = unix.Prctl(unix.PR_SET_DUMPABLE, 1, 0, 0, 0) }
