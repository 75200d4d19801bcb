//go:build !windows

package command

import "syscall"

// detached lets the agent outlive the terminal it was started from.
func detached() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setsid: true} }
