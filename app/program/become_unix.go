//go:build !windows

package program

import (
	"context"
	"syscall"
)

// Become runs another program in this one's place: with its terminal, its signals and its end, and an environment. It returns only if that
// fails.
func Become(_ context.Context, path string, env []string, args ...string) error {
	return syscall.Exec(path, append([]string{path}, args...), env)
}

// askToEnd asks a process to end.
func askToEnd(pid int) { _ = syscall.Kill(pid, syscall.SIGTERM) }
