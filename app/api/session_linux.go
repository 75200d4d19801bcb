package api

import (
	"os"
	"path/filepath"
	"strconv"
)

// JoinSession has a program that was started outside of its user's session, as by cron, find the folder of one that there is, and in that the bus: else
// its agent would have no keychain, and be found by nobody.
func JoinSession() { joinSession("/run/user") }

func joinSession(folders string) {
	dir := filepath.Join(folders, strconv.Itoa(os.Getuid()))
	if os.Getenv("XDG_RUNTIME_DIR") == "" && ownedByUs(dir) == nil {
		_ = os.Setenv("XDG_RUNTIME_DIR", dir)
	}
}
