//go:build !windows

package program

import "os"

// atTerminal reports whether this process has a controlling terminal.
func atTerminal() bool {
	tty, err := os.Open("/dev/tty")
	if err == nil {
		_ = tty.Close()
	}
	return err == nil
}
