package program

import (
	"os"
	"path/filepath"
	"strconv"
	"syscall"
)

// JoinSession has a program that was started outside of its user's session, as by cron, find the folder of one that there is, and in that the bus: else
// its agent would have no keychain, and be found by nobody.
func JoinSession() { joinSession("/run/user") }

func joinSession(folders string) {
	if os.Getenv("XDG_RUNTIME_DIR") != "" {
		return
	}
	dir := filepath.Join(folders, strconv.Itoa(os.Getuid()))
	info, err := os.Lstat(dir)
	if err != nil || !info.IsDir() || info.Mode().Perm()&0o077 != 0 {
		return
	}
	if stat, ok := info.Sys().(*syscall.Stat_t); ok && int(stat.Uid) == os.Getuid() {
		_ = os.Setenv("XDG_RUNTIME_DIR", dir)
	}
}
