//go:build !windows

package program

import "syscall"

// detached lets a process outlive the terminal it was started from.
func detached() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setsid: true} }
