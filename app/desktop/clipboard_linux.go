package desktop

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"sync"
)

// linuxClipboard is wl-copy on Wayland, where a program without the keyboard focus may not set the clipboard, and a
// selection owner of our own on X11. It is opened with the first copy.
type linuxClipboard struct {
	mu     sync.Mutex // guards what follows; held while copying
	x      *xClipboard
	wlCopy *exec.Cmd       // the owner of the selection on Wayland, and …
	served <-chan struct{} // … closed when it has lost it
}

func (c *linuxClipboard) Copy(ctx context.Context, text string) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if os.Getenv("WAYLAND_DISPLAY") != "" {
		return c.waylandCopy(ctx, text)
	}
	if os.Getenv("DISPLAY") == "" {
		return fmt.Errorf("%w: there is no display", ErrNoClipboard)
	}
	if c.x == nil || c.x.dead() {
		x, err := openXClipboard()
		if err != nil {
			return fmt.Errorf("%w: %w", ErrNoClipboard, err)
		}
		c.x = x
	}
	return bounded(ctx, func() error { return c.x.own(ctx, text) })
}

func (c *linuxClipboard) Clear(ctx context.Context) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.endWaylandCopy()
	if c.x == nil || c.x.dead() {
		return nil
	}
	return bounded(ctx, c.x.disown)
}

func (c *linuxClipboard) Close() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.endWaylandCopy()
	if c.x != nil {
		c.x.close()
	}
}
