package api

import (
	"context"
	"fmt"
	"net"

	"github.com/Microsoft/go-winio"
	"golang.org/x/sys/windows"
)

// Address is the pipe's name; it holds the user's SID, so that users of one machine do not meet.
func (p Profile) Address() (string, error) {
	sid, err := ownSID()
	return `\\.\pipe\` + p.socketName() + "-" + sid, err
}

// Listen opens the profile's pipe for its owner alone.
func Listen(p Profile) (net.Listener, error) {
	address, err := p.Address()
	if err != nil {
		return nil, err
	}
	sid, err := ownSID()
	if err != nil {
		return nil, err
	}
	return winio.ListenPipe(address, &winio.PipeConfig{SecurityDescriptor: fmt.Sprintf("D:P(A;;GA;;;%s)", sid)})
}

// AwaitLoss waits for ctx: a pipe stays as long as who listens at it.
func AwaitLoss(ctx context.Context, _ Profile) bool {
	<-ctx.Done()
	return false
}

func dial(ctx context.Context, address string) (net.Conn, error) {
	return winio.DialPipeContext(ctx, address)
}

func ownSID() (string, error) {
	user, err := windows.GetCurrentProcessToken().GetTokenUser()
	if err != nil {
		return "", err
	}
	return user.User.Sid.String(), nil
}

func ownedByUs(string) error { return nil }
