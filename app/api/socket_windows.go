package api

import (
	"context"
	"errors"
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

// dial connects to a pipe that is served by a process of the own user: anybody may make a pipe of this name before the agent does.
func dial(ctx context.Context, address string) (net.Conn, error) {
	c, err := winio.DialPipeContext(ctx, address)
	if err != nil {
		return nil, err
	}
	if err := servedByUs(c); err != nil {
		_ = c.Close()
		return nil, err
	}
	return c, nil
}

var errStranger = errors.New("another user's program answers at Freshkey's pipe")

// servedByUs compares the user of the process at the other end of a pipe with the own one. An error is also what cannot be asked.
func servedByUs(c net.Conn) error {
	pipe, ok := c.(interface{ Fd() uintptr })
	if !ok {
		return errStranger
	}
	var pid uint32
	if err := windows.GetNamedPipeServerProcessId(windows.Handle(pipe.Fd()), &pid); err != nil {
		return fmt.Errorf("who serves the pipe: %w", err)
	}
	process, err := windows.OpenProcess(windows.PROCESS_QUERY_LIMITED_INFORMATION, false, pid)
	if err != nil {
		return errStranger // another user's does not let itself be opened
	}
	defer windows.CloseHandle(process)
	var token windows.Token
	if err := windows.OpenProcessToken(process, windows.TOKEN_QUERY, &token); err != nil {
		return errStranger
	}
	defer token.Close()
	theirs, err := token.GetTokenUser()
	if err != nil {
		return errStranger
	}
	ours, err := windows.GetCurrentProcessToken().GetTokenUser()
	if err != nil {
		return err
	}
	if !theirs.User.Sid.Equals(ours.User.Sid) {
		return errStranger
	}
	return nil
}

// peerPID is the process at the other end; 0 if the system does not tell.
func peerPID(c net.Conn) int {
	pipe, ok := c.(interface{ Fd() uintptr })
	if !ok {
		return 0
	}
	var pid uint32
	if err := windows.GetNamedPipeClientProcessId(windows.Handle(pipe.Fd()), &pid); err != nil {
		return 0
	}
	return int(pid)
}

func ownSID() (string, error) {
	user, err := windows.GetCurrentProcessToken().GetTokenUser()
	if err != nil {
		return "", err
	}
	return user.User.Sid.String(), nil
}

func ownedByUs(string) error { return nil }
