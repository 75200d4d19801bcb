//go:build !windows

package api

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"github.com/fsnotify/fsnotify"
)

// Address is the socket's path.
func (p Profile) Address() (string, error) {
	dir, err := runtimeDir()
	return filepath.Join(dir, p.socketName()+".sock"), err
}

// ownedByUs refuses a folder that somebody else could have put there.
func ownedByUs(dir string) error {
	info, err := os.Lstat(dir)
	if err != nil {
		return err
	}
	stat, ok := info.Sys().(*syscall.Stat_t)
	if !ok || !info.IsDir() || int(stat.Uid) != os.Getuid() || info.Mode().Perm()&0o077 != 0 {
		return fmt.Errorf("%s is not a folder that only you can enter; remove it", dir)
	}
	return nil
}

// Listen opens the profile's socket, mode 0600. Hold the profile's lock. ErrRunning if somebody answers there all the same:
// the lock was deleted under an agent that runs. A socket that nobody answers on is a leftover.
func Listen(p Profile) (net.Listener, error) {
	address, err := p.Address()
	if err != nil {
		return nil, err
	}
	if c, err := net.DialTimeout("unix", address, time.Second); err == nil {
		_ = c.Close()
		return nil, ErrRunning
	}
	if err := os.Remove(address); err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, err
	}
	l, err := net.Listen("unix", address)
	if err != nil {
		return nil, err
	}
	if path, err := p.lockFile(); err == nil {
		_ = os.WriteFile(path, []byte(address), 0o600) // without it nobody is asked to make room
	}
	return ownersOnly{l}, os.Chmod(address, 0o600)
}

func dial(ctx context.Context, address string) (net.Conn, error) {
	return (&net.Dialer{}).DialContext(ctx, "unix", address)
}

// AwaitLoss returns true once the profile's socket is not the one any more that Listen made: a session has ended and taken its
// folder along, or somebody tidied up. Nobody reaches who listens there. It returns false when ctx ends, or if the folder cannot be
// watched.
func AwaitLoss(ctx context.Context, p Profile) bool {
	address, err := p.Address()
	if err != nil {
		return false
	}
	ours, err := os.Lstat(address)
	if err != nil {
		return false
	}
	w, err := fsnotify.NewWatcher()
	if err != nil {
		return false
	}
	defer w.Close()
	if err := w.Add(filepath.Dir(address)); err != nil {
		return false
	}
	for {
		if there, err := os.Lstat(address); errors.Is(err, os.ErrNotExist) || (err == nil && !os.SameFile(ours, there)) {
			return ctx.Err() == nil // closing it removes it
		}
		select {
		case <-ctx.Done():
			return false
		case <-w.Events:
		case <-w.Errors:
		}
	}
}

// ownersOnly hangs up on every process that is not the user's own. root is let in: it can read everything anyway, but
// then so is any other user refused by name.
type ownersOnly struct{ net.Listener }

func (l ownersOnly) Accept() (net.Conn, error) {
	for {
		c, err := l.Listener.Accept()
		if err != nil {
			return nil, err
		}
		if uid, err := peerUID(c.(*net.UnixConn)); err == nil && (uid == os.Getuid() || uid == 0) {
			return c, nil
		}
		_ = c.Close()
	}
}
