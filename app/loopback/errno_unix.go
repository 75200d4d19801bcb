//go:build unix

package loopback

import "syscall"

var (
	inUse     = []error{syscall.EADDRINUSE}
	noAddress = []error{syscall.EADDRNOTAVAIL, syscall.EAFNOSUPPORT}
)
