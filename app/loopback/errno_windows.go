package loopback

import "golang.org/x/sys/windows"

// The sockets' own numbers: package syscall's EADDRINUSE is one that Windows never returns.
var (
	inUse     = []error{windows.WSAEADDRINUSE}
	noAddress = []error{windows.WSAEADDRNOTAVAIL, windows.WSAEAFNOSUPPORT}
)
