//go:build !windows

package command

import "golang.org/x/sys/unix"

// hideCores turns core dumps off: they would hold the tokens.
func hideCores() { _ = unix.Setrlimit(unix.RLIMIT_CORE, &unix.Rlimit{}) }
