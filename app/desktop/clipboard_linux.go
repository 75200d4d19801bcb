package desktop

import (
	"context"
	"fmt"
	"os"
	"sync"
)

// linuxClipboard is a selection owner of our own: on X11, and on Wayland where the compositor has a protocol for programs without the
// keyboard focus. Where it has none, wl-copy finds a way. It is opened with the first copy.
type linuxClipboard struct {
	mu      sync.Mutex // guards what follows; held while copying
	x       *xClipboard
	data    *dataControl
	open    func(context.Context) (*dataControl, error) // openDataControl
	wayland *wlCopy                                     // the last one, or nil
}

func (c *linuxClipboard) Copy(ctx context.Context, text string) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if os.Getenv("WAYLAND_DISPLAY") != "" {
		return c.copyOnWayland(ctx, text)
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

// copyOnWayland wants c.mu held.
func (c *linuxClipboard) copyOnWayland(ctx context.Context, text string) error {
	before := c.wayland
	var err error
	if c.ownsData(ctx, text) {
		c.wayland = nil
	} else if c.wayland, err = startWaylandCopy(ctx, text); err != nil {
		c.wayland = before
		return err
	}
	if before != nil {
		before.end(ctx) // the new one has the selection
	}
	return nil
}

// ownsData copies by the compositor's protocol, if it has one. A compositor that has ended is found out by asking it. It wants c.mu held.
func (c *linuxClipboard) ownsData(ctx context.Context, text string) bool {
	for range 2 {
		if !c.hasDataControl(ctx) {
			return false
		}
		if err := c.data.own(ctx, text); err == nil || !c.data.dead() {
			return err == nil
		}
	}
	return false
}

// hasDataControl wants c.mu held.
func (c *linuxClipboard) hasDataControl(ctx context.Context) bool {
	if c.data == nil || c.data.dead() {
		c.data, _ = c.open(ctx) // nil where there is no such protocol
	}
	return c.data != nil
}

func (c *linuxClipboard) Marks(ctx context.Context) (bool, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if os.Getenv("WAYLAND_DISPLAY") == "" {
		if os.Getenv("DISPLAY") == "" {
			return false, fmt.Errorf("%w: there is no display", ErrNoClipboard)
		}
		return true, nil
	}
	if c.hasDataControl(ctx) {
		return true, nil
	}
	program, err := findWlCopy()
	return err == nil && takesMark(ctx, program), err
}

func (c *linuxClipboard) Holds() bool {
	if !c.mu.TryLock() { // a copy is being made, or taken away
		return true
	}
	defer c.mu.Unlock()
	return c.wayland.holds() || c.data.holds() || c.x.holds()
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
	if c.data != nil {
		c.data.close()
	}
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
	if c.data != nil {
		_ = c.data.disown(ctx)
	}
}
