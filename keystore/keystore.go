// Package keystore keeps bytes in the OS keychain: values of any size, every call with an end.
//
// It stands on zalando/go-keyring (Secret Service, Windows credentials, macOS security) and adds what a refresh engine
// must rely on: a locked, missing or hung keychain is an error in time and never a prompt that blocks for ever; a value
// too large for one item is split so that a crash leaves the whole old or the whole new one. Safe for any goroutine.
package keystore

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"syscall"
	"time"

	"github.com/zalando/go-keyring"
)

// Errors of a Store. A missing key is fs.ErrNotExist.
var (
	// ErrLocked is a keychain that waits for its password. It is also fs.ErrPermission.
	ErrLocked = fmt.Errorf("the keychain is locked: %w", fs.ErrPermission)
	// ErrUnavailable is a keychain that is not there, does not answer, or refuses. Nothing is known about the value.
	ErrUnavailable = errors.New("the keychain is unavailable")
	// ErrDamaged is one value that cannot be put together from its parts. The others may be well.
	ErrDamaged = fmt.Errorf("the value is damaged: %w", fs.ErrInvalid)
)

// callTimeout ends each call. A prompt of the system's may be behind it, which only a person can end.
const callTimeout = 10 * time.Second

// Store is one service's part of the keychain.
type Store struct {
	items   items
	limit   int           // bytes an item holds; 0 means any number
	turn    chan struct{} // size 1: calls run one after the other, so that a late write cannot overtake a newer one
	system  system
	timeout time.Duration
}

// system is what stands before the keychain's items on this kind of computer.
type system interface {
	ready(ctx context.Context, key string) error        // nil, ErrLocked or ErrUnavailable; never prompts; key may be ""
	unlock(context.Context) error                       // prompts
	unblock(context.Context)                            // ends a call whose keychain has gone
	watch(ctx context.Context, changed func(open bool)) // until ctx ends
}

// items is the keychain's own calls for one service, one item each.
type items struct {
	get    func(key string) (string, error)
	set    func(key, value string) error
	remove func(key string) error
}

// Open returns the store of a service, for example "Freshkey". It touches nothing yet. service must hold no ":".
func Open(service string) *Store {
	own := items{
		get:    func(key string) (string, error) { return keyring.Get(service, key) },
		set:    func(key, value string) error { return keyring.Set(service, key, value) },
		remove: func(key string) error { return keyring.Delete(service, key) },
	}
	return &Store{items: own, limit: itemLimit, turn: make(chan struct{}, 1), system: newSystem(service), timeout: callTimeout}
}

// Limit makes the store split values above n bytes, as smaller keychains need. It is for tests.
func (s *Store) Limit(n int) *Store { s.limit = n; return s }

// Timeout shortens the end of each call. It is for tests.
func (s *Store) Timeout(d time.Duration) *Store { s.timeout = d; return s }

// Get returns the value of key. fs.ErrNotExist if there is none, ErrLocked, ErrDamaged, ErrUnavailable.
func (s *Store) Get(ctx context.Context, key string) ([]byte, error) {
	var value string
	err := s.call(ctx, key, func() (err error) {
		value, err = s.join(key)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read keychain: %w", err)
	}
	return []byte(value), nil
}

// Set stores value under key, in place of what was there. After an error the old value, the new one or (with
// ErrUnavailable after a timeout) either may be there, but never a part.
func (s *Store) Set(ctx context.Context, key string, value []byte) error {
	if err := s.call(ctx, key, func() error { return s.split(key, string(value)) }); err != nil {
		return fmt.Errorf("write keychain: %w", err)
	}
	return nil
}

// Delete removes key. Removing what is not there is not an error.
func (s *Store) Delete(ctx context.Context, key string) error {
	if err := s.call(ctx, key, func() error { return s.erase(key) }); err != nil {
		return fmt.Errorf("delete from keychain: %w", err)
	}
	return nil
}

// promptTimeout is how long a person may take to type a password.
const promptTimeout = 2 * time.Minute

// Unlock opens a locked keychain, or makes one where there is none, by asking the person. Call it on a person's click
// only. ErrLocked if the person does not want to, or takes longer than two minutes.
func (s *Store) Unlock(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, promptTimeout)
	defer cancel()
	return s.system.unlock(ctx)
}

// Watch calls changed whenever the keychain may have been opened or locked, by whomever, until ctx ends. Where the system does not tell, it never does.
func (s *Store) Watch(ctx context.Context, changed func(open bool)) { s.system.watch(ctx, changed) }

// call runs work in its turn, after the preflight, with an end. The turn is kept until the keychain lets go of the call,
// however long that takes after the caller has given up.
func (s *Store) call(ctx context.Context, key string, work func() error) error {
	ctx, cancel := context.WithTimeout(ctx, s.timeout)
	defer cancel()
	select {
	case s.turn <- struct{}{}:
	case <-ctx.Done():
		again, cancel := context.WithTimeout(context.WithoutCancel(ctx), s.timeout)
		defer cancel()
		s.system.unblock(again)
		return fmt.Errorf("%w: an earlier call has not come back", ErrUnavailable)
	}
	done := make(chan error, 1)
	go func() {
		defer func() { <-s.turn }()
		done <- guarded(func() error {
			if err := s.system.ready(ctx, key); err != nil || ctx.Err() != nil {
				return err
			}
			return work()
		})
	}()
	select {
	case err := <-done:
		return mapError(err)
	case <-ctx.Done():
		return fmt.Errorf("%w: no answer in time", ErrUnavailable)
	}
}

// guarded turns a panic into an error: go-keyring follows a nil pointer when the bus goes away during a prompt.
func guarded(work func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("%w: the call broke down", ErrUnavailable)
		}
	}()
	return work()
}

// mapError turns what go-keyring says into this package's errors.
func mapError(err error) error {
	var system syscall.Errno
	switch {
	case errors.As(err, &system):
		return unavailable("ask", err)
	case err == nil, errors.Is(err, ErrLocked), errors.Is(err, ErrUnavailable), errors.Is(err, ErrDamaged), errors.Is(err, fs.ErrNotExist):
		return err
	case errors.Is(err, keyring.ErrNotFound):
		return fs.ErrNotExist
	}
	return fmt.Errorf("%w: %w", ErrUnavailable, err)
}

// unavailable is a keychain that could not be asked. It is no other error: a socket that is not there says nothing of a value.
func unavailable(what string, err error) error {
	return fmt.Errorf("%w: %s: %s", ErrUnavailable, what, err)
}
