//go:build !windows

package program

import (
	"context"
	"os"
	"syscall"
)

// Become runs another program in this one's place: with its terminal, its signals and its end. It returns only if that fails.
func Become(_ context.Context, path string, args ...string) error {
	return syscall.Exec(path, append([]string{path}, args...), os.Environ())
}

// askToEnd asks a process to end.
func askToEnd(pid int) { _ = syscall.Kill(pid, syscall.SIGTERM) }
