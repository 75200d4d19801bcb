package agent

import (
	"context"
	"fmt"
	"runtime/debug"
	"time"
)

// supervise runs a part of the agent until it ends by itself; one that panics is reported and begun again.
func (a *Agent) supervise(ctx context.Context, name string, part func(context.Context)) {
	for a.Guarded(name, func() { part(ctx) }) && ctx.Err() == nil {
		select {
		case <-ctx.Done():
		case <-time.After(time.Second):
		}
	}
}

// Guarded reports whether work panicked. The report in the log has the stack, and of the panic's value only the type:
// the value may hold anything, a stack holds no text.
func (a *Agent) Guarded(name string, work func()) (panicked bool) {
	defer func() {
		if p := recover(); p != nil {
			panicked = true
			a.log.Error("panic", "part", name, "type", fmt.Sprintf("%T", p), "stack", string(debug.Stack()))
		}
	}()
	work()
	return false
}
