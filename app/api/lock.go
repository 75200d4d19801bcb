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
// ErrRunning if another one is.
func (p Profile) Lock() (release func(), err error) {
	dir, err := p.StateDir()
	if err != nil {
		return nil, fmt.Errorf("state folder: %w", err)
	}
	lock := flock.New(filepath.Join(dir, "lock"))
	locked, err := lock.TryLock()
	if err != nil {
		return nil, fmt.Errorf("lock the profile: %w", err)
	}
	if !locked {
		return nil, ErrRunning
	}
	return func() { _ = lock.Unlock() }, nil
}
