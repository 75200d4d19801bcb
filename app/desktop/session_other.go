//go:build !linux

package desktop

import "context"

// endlessSession is that of a system which ends a session's processes itself.
type endlessSession struct{}

func (endlessSession) Kind() SessionKind { return SessionNative }

func (endlessSession) AwaitEnd(ctx context.Context) string {
	<-ctx.Done()
	return ""
}
