package desktop

import (
	"context"
	"fmt"
	"io"
	"os"
	"sync"
	"time"
)

// dataControl owns the selection on Wayland without a window, where the compositor lets clipboard managers do that: the protocols
// ext-data-control-v1 and, before it, wlr-data-control-unstable-v1, whose messages are alike. Unlike wl-copy up to 2.1 it offers text and mark
// together, and leaves no file.
type dataControl struct {
	conn                  *waylandConn
	manager, seat, device uint32

	mu       sync.Mutex // guards what follows
	globals  map[string]uint32
	syncs    map[uint32]chan struct{} // by callback
	sources  map[uint32]string        // what each of ours holds, until it is cancelled
	gone     map[uint32]bool          // those that were: somebody may have asked them just before
	offers   map[uint32]bool          // the server's, that were not taken back
	selected uint32                   // the offer that is the clipboard; 0 if that is empty
	closed   bool
}

// dataControls are the protocols, the one to be preferred first.
func dataControls() []string {
	return []string{"ext_data_control_manager_v1", "zwlr_data_control_manager_v1"}
}

// The numbers of the messages, in the order of the protocols' files.
const (
	displaySync, displayGetRegistry, displayError = 0, 1, 0
	registryBind, registryGlobal                  = 0, 0
	managerCreateSource, managerGetDevice         = 0, 1
	deviceSetSelection                            = 0
	deviceDataOffer, deviceSelection              = 0, 1
	deviceFinished, devicePrimary                 = 2, 3
	sourceOffer, sourceDestroy                    = 0, 1
	sourceSend, sourceCancelled                   = 0, 1
	offerReceive, offerDestroy                    = 0, 1
	registry                                      = uint32(2) // the first object that is made
)

// serveTimeout is how long whoever pastes may take to read.
const serveTimeout = 5 * time.Second

// openDataControl is an error where the compositor has no such protocol: Mutter's has not.
func openDataControl(ctx context.Context) (*dataControl, error) {
	conn, err := dialWayland()
	if err != nil {
		return nil, err
	}
	c := &dataControl{conn: conn, globals: map[string]uint32{}, syncs: map[uint32]chan struct{}{}, sources: map[uint32]string{}, gone: map[uint32]bool{}, offers: map[uint32]bool{}}
	go c.serve()
	if err := c.bind(ctx); err != nil {
		conn.close()
		return nil, err
	}
	return c, nil
}

func (c *dataControl) bind(ctx context.Context) error {
	if _, err := c.conn.make(display, displayGetRegistry, func(id uint32) []any { return []any{id} }); err != nil {
		return err
	}
	if err := c.sync(ctx); err != nil {
		return err
	}
	var err error
	for _, protocol := range dataControls() {
		if c.manager, err = c.bindGlobal(protocol); c.manager != 0 || err != nil {
			break
		}
	}
	if err == nil && c.manager != 0 {
		c.seat, err = c.bindGlobal("wl_seat")
	}
	if err != nil || c.manager == 0 || c.seat == 0 {
		return fmt.Errorf("%w: the compositor lets no program without a window copy", ErrNoClipboard)
	}
	c.mu.Lock()
	c.device, err = c.conn.make(c.manager, managerGetDevice, func(id uint32) []any { return []any{id, c.seat} })
	c.mu.Unlock()
	if err != nil {
		return err
	}
	return c.sync(ctx)
}

// bindGlobal is the id of one of the server's services; 0 if it has none.
func (c *dataControl) bindGlobal(name string) (uint32, error) {
	c.mu.Lock()
	global, known := c.globals[name]
	c.mu.Unlock()
	if !known {
		return 0, nil
	}
	return c.conn.make(registry, registryBind, func(id uint32) []any { return []any{global, name, uint32(1), id} })
}

// sync waits until the server has dealt with all that was asked.
func (c *dataControl) sync(ctx context.Context) error {
	done := make(chan struct{})
	c.mu.Lock()
	if c.closed {
		c.mu.Unlock()
		return fmt.Errorf("%w: the compositor has gone", ErrNoClipboard)
	}
	id, err := c.conn.make(display, displaySync, func(id uint32) []any { return []any{id} })
	c.syncs[id] = done
	c.mu.Unlock()
	if err != nil {
		return err
	}
	select {
	case <-done:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("%w: the compositor does not answer", ErrNoClipboard)
	}
}

// own offers the text, and reads it back as another program would.
func (c *dataControl) own(ctx context.Context, text string) error {
	c.mu.Lock()
	source, err := c.conn.make(c.manager, managerCreateSource, func(id uint32) []any { return []any{id} })
	c.sources[source] = text
	c.mu.Unlock()
	for _, form := range textTargets() {
		if err == nil {
			err = c.conn.send(source, sourceOffer, form)
		}
	}
	for mark := range secretMarks() {
		if err == nil {
			err = c.conn.send(source, sourceOffer, mark)
		}
	}
	if err == nil {
		err = c.conn.send(c.device, deviceSetSelection, source)
	}
	if err == nil {
		err = c.sync(ctx)
	}
	if err != nil {
		return err
	}
	back, err := c.paste(ctx)
	if err == nil && digestOf(back) != digestOf([]byte(text)) {
		err = fmt.Errorf("%w: what was copied cannot be read back", ErrNoClipboard)
	}
	return err
}

// paste reads what the clipboard holds.
func (c *dataControl) paste(ctx context.Context) ([]byte, error) {
	r, w, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	defer r.Close()
	c.mu.Lock() // an offer that is taken back meanwhile is no object any more, and asking it would end the connection
	if c.selected == 0 {
		err = fmt.Errorf("%w: the compositor did not take it", ErrNoClipboard)
	} else {
		err = c.conn.send(c.selected, offerReceive, textTargets()[1], w)
	}
	c.mu.Unlock()
	_ = w.Close()
	if err != nil {
		return nil, err
	}
	if at, ok := ctx.Deadline(); ok {
		_ = r.SetReadDeadline(at)
	}
	return io.ReadAll(io.LimitReader(r, 1<<20))
}

// disown empties the clipboard, if what lies there is ours.
func (c *dataControl) disown(ctx context.Context) error {
	if err := c.sync(ctx); err != nil { // somebody else may have copied a moment ago
		if c.dead() {
			return nil // the compositor has gone, and the selection with it
		}
		return err
	}
	c.mu.Lock()
	mine := len(c.sources) > 0
	c.mu.Unlock()
	if !mine {
		return nil
	}
	if err := c.conn.send(c.device, deviceSetSelection, uint32(0)); err != nil {
		return err
	}
	return c.sync(ctx)
}

// holds reports whether the compositor has taken no source of ours back.
func (c *dataControl) holds() bool {
	if c == nil {
		return false
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.sources) > 0
}

func (c *dataControl) dead() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.closed
}

func (c *dataControl) close() { c.conn.close() }
