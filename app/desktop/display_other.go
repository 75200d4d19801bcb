//go:build !linux

package desktop

// HasScreen reports whether there is a screen on which a window could be seen.
func HasScreen() bool { return true }
