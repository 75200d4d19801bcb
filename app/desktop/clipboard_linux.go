package desktop

import (
	"context"
	"fmt"
	"os"
	"sync"
)

// linuxClipboard is wl-copy on Wayland, where a program without the keyboard focus may not set the clipboard, and a
// selection owner of our own on X11. It is opened with the first copy.
type linuxClipboard struct {
	mu      sync.Mutex // guards what follows; held while copying
	x       *xClipboard
	wayland *wlCopy // the last one, or nil
}

func (c *linuxClipboard) Copy(ctx context.Context, text string) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if os.Getenv("WAYLAND_DISPLAY") != "" {
		copied, err := startWaylandCopy(ctx, text)
		if err == nil {
			if c.wayland != nil {
				c.wayland.end(ctx) // the new one has the selection
			}
			c.wayland = copied
		}
		return err
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
	c.clearWayland(ctx)
	if c.x == nil || c.x.dead() {
		return nil
	}
	return bounded(ctx, c.x.disown)
}

func (c *linuxClipboard) Close() {
	c.mu.Lock()
	defer c.mu.Unlock()
	ctx, cancel := context.WithTimeout(context.Background(), callTimeout)
	defer cancel()
	c.clearWayland(ctx)
	if c.x != nil {
		c.x.close()
	}
}

// clearWayland wants c.mu held.
func (c *linuxClipboard) clearWayland(ctx context.Context) {
	if c.wayland != nil {
		c.wayland.clear(ctx)
		c.wayland = nil
	}
}
