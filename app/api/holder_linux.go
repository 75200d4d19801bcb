package api

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// Unreachable is the process that holds the profile and whose socket answers nobody any more; 0 if there is none, or if nobody can
// tell. Its session has ended, and taken the socket along.
func (p Profile) Unreachable() (pid int) {
	path, err := p.lockFile()
	if err != nil {
		return 0
	}
	address, err := os.ReadFile(path)
	if err != nil || len(address) == 0 { // before there was a socket, or a version that did not write it down
		return 0
	}
	if c, err := net.DialTimeout("unix", string(address), time.Second); err == nil {
		_ = c.Close()
		return 0
	}
	return holderOf(path)
}

// holderOf is the process that holds the lock of a file; 0 if none does that can be seen from here.
func holderOf(path string) (pid int) {
	info, err := os.Stat(path)
	if err != nil {
		return 0
	}
	locks, err := os.Open("/proc/locks")
	if err != nil {
		return 0
	}
	defer locks.Close()
	return lockHolder(locks, info)
}

// noted is where the agent that holds the profile has written that its socket is; empty if none does, or if that is no place of the user's own. What
// one wrote that has ended may be another profile's by now.
func (p Profile) noted() string {
	base, err := configBase()
	if err != nil {
		return ""
	}
	path := filepath.Join(p.path(base), lockName) // to look makes no profile
	address, err := os.ReadFile(path)
	if err != nil || ownedByUs(filepath.Dir(string(address))) != nil || holderOf(path) == 0 {
		return ""
	}
	return string(address)
}

// lockHolder reads the process that holds a file's lock out of /proc/locks, whose lines are like
// "1: FLOCK  ADVISORY  WRITE 4711 fe:00:9978001 0 EOF"; 0 if none does that can be seen from here.
func lockHolder(locks io.Reader, file os.FileInfo) (pid int) {
	stat, ok := file.Sys().(*syscall.Stat_t)
	if !ok {
		return 0
	}
	wanted := fmt.Sprintf("%02x:%02x:%d", unix.Major(stat.Dev), unix.Minor(stat.Dev), stat.Ino)
	for lines := bufio.NewScanner(locks); lines.Scan(); {
		f := strings.Fields(lines.Text())
		if len(f) < 6 || f[1] != "FLOCK" || f[3] != "WRITE" || f[5] != wanted {
			continue
		}
		if n, err := strconv.Atoi(f[4]); err == nil && n > 0 {
			return n
		}
	}
	return 0
}
