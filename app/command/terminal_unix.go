//go:build !windows

package command

import (
	"errors"
	"os"

	"golang.org/x/sys/unix"
)

// pasteEnds is how long nothing comes after a paste that is over, in milliseconds: a terminal hands it on in pieces.
const pasteEnds = 300

// discardInput reads what is still to come from a terminal in raw mode, and forgets it.
func discardInput(file *os.File) {
	buffer := make([]byte, 4096)
	for range maxInput {
		ready := []unix.PollFd{{Fd: int32(file.Fd()), Events: unix.POLLIN}}
		switch n, err := unix.Poll(ready, pasteEnds); {
		case errors.Is(err, unix.EINTR):
			continue
		case err != nil, n == 0:
			return
		}
		if n, err := file.Read(buffer); err != nil || n == 0 {
			return
		}
	}
}
