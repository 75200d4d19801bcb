package desktop

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"

	"github.com/jezek/xgb"
	"github.com/jezek/xgb/xproto"
)

// xClipboard owns the X11 CLIPBOARD selection from a small invisible window and answers who asks for it, as ICCCM §2
// wants. It never touches PRIMARY.
type xClipboard struct {
	conn   *xgb.Conn
	window xproto.Window
	atoms  map[string]xproto.Atom

	mu     sync.Mutex // guards what follows
	text   string
	since  xproto.Timestamp
	times  chan xproto.Timestamp // the server's time, asked for by touching a property
	closed bool
}

// secretMarks are the forms that ask clipboard managers to keep no history of the text, and what they hold.
func secretMarks() map[string]string {
	return map[string]string{"x-kde-passwordManagerHint": "secret"}
}

// textTargets are the forms the text is offered in.
func textTargets() []string {
	return []string{"UTF8_STRING", "text/plain;charset=utf-8", "text/plain", "STRING", "TEXT"}
}

const touchedProp = "FRESHKEY_TIME"

// targets are all forms that may be asked for.
func targets() []string {
	all := append([]string{"TARGETS", "TIMESTAMP"}, textTargets()...)
	return slices.AppendSeq(all, maps.Keys(secretMarks()))
}

func openXClipboard() (*xClipboard, error) {
	conn, err := xgb.NewConn()
	if err != nil {
		return nil, errors.New("the X server does not let us in")
	}
	c := &xClipboard{conn: conn, atoms: map[string]xproto.Atom{}, times: make(chan xproto.Timestamp, 1)}
	for _, name := range append([]string{"CLIPBOARD", touchedProp}, targets()...) {
		reply, err := xproto.InternAtom(conn, false, uint16(len(name)), name).Reply()
		if err != nil {
			conn.Close()
			return nil, err
		}
		c.atoms[name] = reply.Atom
	}
	if c.window, err = xproto.NewWindowId(conn); err == nil {
		screen := xproto.Setup(conn).DefaultScreen(conn)
		err = xproto.CreateWindowChecked(conn, screen.RootDepth, c.window, screen.Root, 0, 0, 1, 1, 0, xproto.WindowClassInputOutput,
			screen.RootVisual, xproto.CwEventMask, []uint32{xproto.EventMaskPropertyChange}).Check()
	}
	if err != nil {
		conn.Close()
		return nil, err
	}
	go c.serve()
	return c, nil
}

func (c *xClipboard) dead() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.closed
}

// own takes the selection and checks that the server agrees.
func (c *xClipboard) own(ctx context.Context, text string) error {
	at, err := c.serverTime(ctx)
	if err != nil {
		return err
	}
	c.mu.Lock()
	c.text, c.since = text, at
	c.mu.Unlock()
	clipboard := c.atoms["CLIPBOARD"]
	if err := xproto.SetSelectionOwnerChecked(c.conn, c.window, clipboard, at).Check(); err != nil {
		return fmt.Errorf("%w: %w", ErrNoClipboard, err)
	}
	owner, err := xproto.GetSelectionOwner(c.conn, clipboard).Reply()
	if err != nil || owner.Owner != c.window {
		return fmt.Errorf("%w: another program holds on to it", ErrNoClipboard)
	}
	return nil
}

// holds reports whether the selection was not lost.
func (c *xClipboard) holds() bool {
	if c == nil {
		return false
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.text != ""
}

// lost notes that another program has the selection since then; if that was before the last copy, it has it no more.
func (c *xClipboard) lost(since xproto.Timestamp) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if int32(since-c.since) >= 0 { // the server's clock begins anew after 49 days
		c.text = ""
	}
}

// disown gives the selection up, if it is still ours.
func (c *xClipboard) disown() error {
	c.mu.Lock()
	mine, since := c.text != "", c.since
	c.text = ""
	c.mu.Unlock()
	if !mine {
		return nil
	}
	return xproto.SetSelectionOwnerChecked(c.conn, xproto.WindowNone, c.atoms["CLIPBOARD"], since).Check()
}

// serverTime touches a property of our window; the server's notice of that carries its clock.
func (c *xClipboard) serverTime(ctx context.Context) (xproto.Timestamp, error) {
	err := xproto.ChangePropertyChecked(c.conn, xproto.PropModeReplace, c.window, c.atoms[touchedProp], xproto.AtomString, 8, 0, nil).Check()
	if err != nil {
		return 0, fmt.Errorf("%w: %w", ErrNoClipboard, err)
	}
	select {
	case at, open := <-c.times:
		if !open {
			return 0, fmt.Errorf("%w: the X server has gone", ErrNoClipboard)
		}
		return at, nil
	case <-ctx.Done():
		return 0, fmt.Errorf("%w: the X server does not answer", ErrNoClipboard)
	}
}

// serve answers the server until the connection ends.
func (c *xClipboard) serve() {
	for {
		event, err := c.conn.WaitForEvent()
		if event == nil && err == nil {
			c.mu.Lock()
			c.closed, c.text = true, ""
			c.mu.Unlock()
			close(c.times)
			return
		}
		switch e := event.(type) {
		case xproto.PropertyNotifyEvent:
			if e.Atom == c.atoms[touchedProp] {
				select {
				case c.times <- e.Time:
				default: // nobody waits any more
				}
			}
		case xproto.SelectionClearEvent:
			c.lost(e.Time)
		case xproto.SelectionRequestEvent:
			c.answer(e)
		}
	}
}

func (c *xClipboard) answer(e xproto.SelectionRequestEvent) {
	property := e.Property
	if property == xproto.AtomNone {
		property = e.Target // obsolete clients; ICCCM §2.2
	}
	if !c.give(e.Requestor, property, e.Target) {
		property = xproto.AtomNone
	}
	notify := xproto.SelectionNotifyEvent{Time: e.Time, Requestor: e.Requestor, Selection: e.Selection, Target: e.Target, Property: property}
	_ = xproto.SendEventChecked(c.conn, false, e.Requestor, 0, string(notify.Bytes())).Check()
}

// give writes what is asked for into the requestor's property.
func (c *xClipboard) give(to xproto.Window, property, target xproto.Atom) bool {
	c.mu.Lock()
	text, since := c.text, c.since
	c.mu.Unlock()
	if text == "" {
		return false
	}
	kind, format, data := target, byte(8), []byte(text)
	switch target {
	case c.atoms["TARGETS"]:
		kind, format, data = xproto.AtomAtom, 32, nil
		for _, name := range targets() {
			data = binary.NativeEndian.AppendUint32(data, uint32(c.atoms[name]))
		}
	case c.atoms["TIMESTAMP"]:
		kind, format, data = xproto.AtomInteger, 32, binary.NativeEndian.AppendUint32(nil, uint32(since))
	case c.atoms["TEXT"]:
		kind = c.atoms["UTF8_STRING"]
	default:
		if mark, ok := c.mark(target); ok {
			data = []byte(mark)
		} else if !c.isText(target) {
			return false
		}
	}
	units := uint32(len(data)) / uint32(format/8)
	return xproto.ChangePropertyChecked(c.conn, xproto.PropModeReplace, to, property, kind, format, units, data).Check() == nil
}

// mark is what a form holds that is asked for beside the text.
func (c *xClipboard) mark(target xproto.Atom) (string, bool) {
	for name, value := range secretMarks() {
		if c.atoms[name] == target {
			return value, true
		}
	}
	return "", false
}

func (c *xClipboard) isText(target xproto.Atom) bool {
	for _, name := range textTargets() {
		if c.atoms[name] == target {
			return true
		}
	}
	return false
}

func (c *xClipboard) close() { c.conn.Close() }
