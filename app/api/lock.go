package api

import (
	"errors"
	"fmt"
	"path/filepath"

	"github.com/gofrs/flock"
)

// ErrRunning is another agent that holds the profile.
var ErrRunning = errors.New("another agent runs on this profile")

// Lock makes this process the profile's only agent until release is called or it ends, however it ends.
// ErrRunning if another one is. The lock lies beside the accounts it guards: whatever else two sessions of one user see
// differently (runtime folder, state folder), who reads the same accounts meets the same lock.
func (p Profile) Lock() (release func(), err error) {
	path, err := p.lockFile()
	if err != nil {
		return nil, fmt.Errorf("settings folder: %w", err)
	}
	lock := flock.New(path)
	locked, err := lock.TryLock()
	if err != nil {
		return nil, fmt.Errorf("lock the profile: %w", err)
	}
	if !locked {
		return nil, ErrRunning
	}
	return func() { _ = lock.Unlock() }, nil
}

// lockFile is what Lock locks. Whoever holds it writes there where its socket is.
func (p Profile) lockFile() (string, error) {
	dir, err := p.ConfigDir()
	return filepath.Join(dir, lockName), err
}

const lockName = "lock"
