//go:build !linux

package desktop

import "context"

// silentScreen is that of a system whose locking is not heard of.
type silentScreen struct{}

func (silentScreen) Watch(ctx context.Context, _ func(bool)) { <-ctx.Done() }
