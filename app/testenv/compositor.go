//go:build linux

package testenv

import (
	"errors"
	"io"
	"net"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"
)

// The protocols by which a program without a window may copy. Their messages are alike; ext is what wlr became.
const (
	ExtDataControl = "ext_data_control_manager_v1"
	WlrDataControl = "zwlr_data_control_manager_v1"
)

// FakeCompositor stands in for a Wayland compositor, as far as a clipboard for programs without a window goes: Debian 12 has none that
// speaks ext-data-control. It is as strict as libwayland: whoever makes a mistake is told, and hung up on.
type FakeCompositor struct {
	listener  *net.UnixListener
	protocols []string // as they are announced, in this order

	mu       sync.Mutex // guards what follows
	clients  []*waylandClient
	clip     *waylandCopy // nil: the clipboard is empty
	marked   *waylandCopy // with the mouse
	spoken   []string
	mistakes []error
	syncs    int
}

// waylandCopy is what somebody has copied. The others hold offers of it.
type waylandCopy struct {
	owner  *waylandClient // nil: a program that is only told of
	source uint32         // the owner's object
	forms  []string
	text   string // of a program that is only told of
}

// NewFakeCompositor is the session's display from now on. It ends with done.
func (s *Session) NewFakeCompositor(protocols ...string) (c *FakeCompositor, done func(), err error) {
	path := filepath.Join(s.Dir, "run", "wayland-9")
	c = &FakeCompositor{protocols: protocols}
	if c.listener, err = net.ListenUnix("unix", &net.UnixAddr{Name: path, Net: "unix"}); err != nil {
		return nil, nil, err
	}
	s.Env = append(s.Env, "WAYLAND_DISPLAY="+path, "XDG_SESSION_TYPE=wayland")
	var running sync.WaitGroup
	running.Go(func() { c.accept(&running) })
	return c, func() { c.hangUp(); running.Wait() }, nil
}

func (c *FakeCompositor) accept(running *sync.WaitGroup) {
	for {
		socket, err := c.listener.AcceptUnix()
		if err != nil {
			return // hangUp
		}
		w := newWaylandClient(c, socket)
		c.mu.Lock()
		c.clients = append(c.clients, w)
		c.mu.Unlock()
		running.Go(w.serve)
	}
}

func (c *FakeCompositor) hangUp() {
	_ = c.listener.Close()
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, w := range c.clients {
		_ = w.socket.Close()
	}
}

// Spoken are the protocols that were chosen, each time somebody did.
func (c *FakeCompositor) Spoken() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.spoken)
}

// Mistakes are what it hung up for; nil if nobody made any.
func (c *FakeCompositor) Mistakes() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return errors.Join(c.mistakes...)
}

// Syncs is how often somebody has asked whether all is dealt with.
func (c *FakeCompositor) Syncs() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.syncs
}

// Sources is how many copies are kept by those who have made them, in the clipboard or not.
func (c *FakeCompositor) Sources() (n int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, w := range c.clients {
		n += w.count(kindSource)
	}
	return n
}

// Offered are the forms of what the clipboard holds; nil if it is empty.
func (c *FakeCompositor) Offered() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.clip == nil {
		return nil
	}
	return slices.Clone(c.clip.forms)
}

// Paste is what another program gets that asks for a form.
func (c *FakeCompositor) Paste(form string) (string, error) {
	r, w, err := os.Pipe()
	if err != nil {
		return "", err
	}
	defer r.Close()
	c.mu.Lock()
	c.clip.give(form, w)
	c.mu.Unlock()
	_ = r.SetReadDeadline(time.Now().Add(waitTimeout))
	text, err := io.ReadAll(r)
	return string(text), err
}

// Copy has another program copy a text, and mark one with the mouse. Everybody hears of both offers before either is said to be what it is,
// as the protocol allows.
func (c *FakeCompositor) Copy(text, marked string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	forms := []string{"text/plain", "text/plain;charset=utf-8"}
	c.cancel()
	c.clip, c.marked = &waylandCopy{forms: forms, text: text}, &waylandCopy{forms: forms, text: marked}
	c.tell()
}

// choose makes a copy the clipboard, or empties it; the one before ends. c.mu is held, here and below.
func (c *FakeCompositor) choose(copied *waylandCopy) {
	c.cancel()
	c.clip = copied
	c.tell()
}

// cancel tells whoever has made what the clipboard holds that it is over.
func (c *FakeCompositor) cancel() {
	if c.clip != nil && c.clip.owner != nil {
		c.clip.owner.send(c.clip.source, sourceCancelled)
	}
}

func (c *FakeCompositor) tell() {
	for _, w := range c.clients {
		w.tellDevices()
	}
}

// give hands the file to whoever answers for the copy, and closes it here.
func (copied *waylandCopy) give(form string, to *os.File) {
	defer to.Close()
	switch {
	case copied == nil:
	case copied.owner != nil:
		copied.owner.send(copied.source, sourceSend, form, to)
	case slices.Contains(copied.forms, form):
		_, _ = to.WriteString(copied.text) // short enough for a pipe that nobody reads yet
	}
}
