// Package loopback listens on this computer for programs of the person it runs for. A loopback address can be reached by every
// user of the machine, and what a browser brings to one during a sign-in is worth a token.
//
// Linux tells whose connection it is; elsewhere everybody is let in, and whoever listens has to count visits.
package loopback

import (
	"context"
	"errors"
	"fmt"
	"net"
	"slices"
)

var (
	// ErrInUse is an address that another program listens at.
	ErrInUse = errors.New("address in use")
	// ErrNoAddress is an address of a family that this computer does not have.
	ErrNoAddress = errors.New("no such address on this computer")
)

// Listen listens at a loopback address, "127.0.0.1:8123" or "[::1]:0". Connections of other users are closed unread; refused is
// told of each. Errors are ErrInUse, ErrNoAddress, or the system's.
func Listen(ctx context.Context, address string, refused func(error)) (net.Listener, error) {
	if err := canTellOwner(); err != nil {
		return nil, err
	}
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", address)
	switch {
	case err == nil:
		return &ownListener{l, refused}, nil
	case isAny(err, inUse):
		return nil, fmt.Errorf("%w: %w", ErrInUse, err)
	case isAny(err, noAddress):
		return nil, fmt.Errorf("%w: %w", ErrNoAddress, err)
	}
	return nil, err
}

func isAny(err error, kinds []error) bool {
	return slices.ContainsFunc(kinds, func(kind error) bool { return errors.Is(err, kind) })
}

// ownListener accepts the connections of this process's user.
type ownListener struct {
	net.Listener
	refused func(error)
}

func (l *ownListener) Accept() (net.Conn, error) {
	for {
		conn, err := l.Listener.Accept()
		if err != nil {
			return nil, err
		}
		if err = checkOwner(conn); err == nil {
			return conn, nil
		}
		_ = conn.Close()
		l.refused(err)
	}
}
