//go:build !windows

package program

import "golang.org/x/sys/unix"

// HideCores turns core dumps off: they would hold the tokens.
func HideCores() { _ = unix.Setrlimit(unix.RLIMIT_CORE, &unix.Rlimit{}) }
