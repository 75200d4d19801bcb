package api

import (
	"context"
	"net"
)

// callerKey is the key of the caller's process in a request's context.
type callerKey struct{}

// withCaller notes in a connection's context which process is at its other end.
func withCaller(ctx context.Context, c net.Conn) context.Context {
	return context.WithValue(ctx, callerKey{}, peerPID(c))
}

// Caller is the process that made a request, 0 if the system does not tell; remote is false if nobody did, and the agent itself
// acts for a person who clicked.
func Caller(ctx context.Context) (pid int, remote bool) {
	pid, remote = ctx.Value(callerKey{}).(int)
	return pid, remote
}
