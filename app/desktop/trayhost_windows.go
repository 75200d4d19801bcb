package desktop

import (
	"context"
	"time"
	"unsafe"

	"golang.org/x/sys/windows"
)

// How often the task bar is looked for: while it has not come after a login, and then, when it seldom goes and nobody waits for it.
const (
	taskBarAwaited = time.Second
	taskBarWatched = time.Minute
)

var findWindow = user32.NewProc("FindWindowW")

// taskBar is Explorer's.
type taskBar struct{}

func (taskBar) Present(context.Context) bool {
	class, _ := windows.UTF16PtrFromString("Shell_TrayWnd")
	window, _, _ := findWindow.Call(uintptr(unsafe.Pointer(class)), 0)
	return window != 0
}

func (taskBar) Usable() bool { return true }
func (taskBar) Close()       {}

func (b taskBar) Await(ctx context.Context) {
	for ctx.Err() == nil && !b.Present(ctx) {
		wait(ctx, taskBarAwaited)
	}
}

func (b taskBar) Watch(ctx context.Context, changed func(bool)) {
	was := b.Present(ctx)
	changed(was)
	for ctx.Err() == nil {
		wait(ctx, taskBarWatched)
		if is := b.Present(ctx); is != was {
			was = is
			changed(is)
		}
	}
}

func wait(ctx context.Context, d time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(d):
	}
}
