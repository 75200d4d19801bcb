//go:build linux

package testenv

import (
	"fmt"
	"net"
	"slices"
	"syscall"
)

// waylandClient is somebody who has connected to a FakeCompositor, and the objects between the two. The compositor's mutex guards it, but for
// what is read.
type waylandClient struct {
	waylandWire
	compositor *FakeCompositor
	objects    map[uint32]*waylandObject
	last       uint32 // the client's newest object
	offers     uint32 // so many were made for it
}

type waylandObject struct {
	kind   string
	forms  []string     // of a source
	chosen bool         // of a source: it was in the clipboard, and is complete
	copied *waylandCopy // of an offer
	marks  bool         // of a manager and its devices: it tells what is marked with the mouse
}

const (
	kindDisplay, kindRegistry, kindSeat, kindManager = "display", "registry", "seat", "manager"
	kindDevice, kindSource, kindOffer, kindCallback  = "device", "source", "offer", "callback"
)

// The numbers of the events, in the order of the protocols' files.
const (
	displayError, displayDeleteID                                = 0, 1
	registryGlobal, callbackDone, seatCapabilities               = 0, 0, 0
	deviceDataOffer, deviceSelection, devicePrimary, offersForms = 0, 1, 3, 0
	sourceSend, sourceCancelled                                  = 0, 1
)

func newWaylandClient(c *FakeCompositor, socket *net.UnixConn) *waylandClient {
	return &waylandClient{waylandWire: waylandWire{socket: socket}, compositor: c, objects: map[uint32]*waylandObject{1: {kind: kindDisplay}}, last: 1}
}

// serve answers until one of both hangs up. What the client had copied goes with it.
func (w *waylandClient) serve() {
	c := w.compositor
	for {
		m, err := w.read()
		c.mu.Lock()
		if err == nil {
			err = w.answer(m)
			if err != nil {
				c.mistakes = append(c.mistakes, err)
				w.send(1, displayError, m.object, uint32(0), err.Error())
			}
		}
		if err != nil {
			w.leaveLocked()
			c.mu.Unlock()
			return
		}
		c.mu.Unlock()
	}
}

func (w *waylandClient) leaveLocked() {
	_ = w.socket.Close()
	c := w.compositor
	clear(w.objects)
	for _, fd := range w.files {
		_ = syscall.Close(fd)
	}
	c.clients = slices.DeleteFunc(c.clients, func(other *waylandClient) bool { return other == w })
	if c.clip != nil && c.clip.owner == w {
		c.choose(nil)
	}
}

func (w *waylandClient) count(kind string) (n int) {
	for _, o := range w.objects {
		if o.kind == kind {
			n++
		}
	}
	return n
}

// answer does what a request asks for. An error is the client's mistake.
func (w *waylandClient) answer(m *waylandMessage) error {
	o := w.objects[m.object]
	if o == nil {
		return fmt.Errorf("invalid object %d", m.object)
	}
	switch request := fmt.Sprint(o.kind, " ", m.number); request {
	case "display 0": // sync
		w.compositor.syncs++
		id, err := w.add(m.uint32(), &waylandObject{kind: kindCallback})
		w.send(id, callbackDone, uint32(0))
		w.remove(id, kindCallback)
		return err
	case "display 1": // get_registry
		id, err := w.add(m.uint32(), &waylandObject{kind: kindRegistry})
		w.announce(id)
		return err
	case "registry 0":
		return w.bind(m)
	case "manager 0": // create_data_source
		_, err := w.add(m.uint32(), &waylandObject{kind: kindSource})
		return err
	case "manager 1": // get_data_device
		_, err := w.add(m.uint32(), &waylandObject{kind: kindDevice, marks: o.marks})
		w.tellDevices()
		return err
	case "device 0":
		return w.setSelection(m.uint32())
	case "source 0":
		return o.offer(m.text())
	case "offer 0":
		return w.receive(o, m)
	case "source 1", "offer 1":
		w.remove(m.object, o.kind)
	default:
		return fmt.Errorf("invalid method: %s", request)
	}
	return nil
}

// add takes an object that the client makes. Ids are given out one after the other.
func (w *waylandClient) add(id uint32, o *waylandObject) (uint32, error) {
	if id != w.last+1 {
		return id, fmt.Errorf("invalid new id %d after %d", id, w.last)
	}
	w.last = id
	w.objects[id] = o
	return id, nil
}

func (w *waylandClient) remove(id uint32, kind string) {
	delete(w.objects, id)
	if kind == kindOffer {
		return // its id is the compositor's
	}
	w.send(1, displayDeleteID, id)
	if c := w.compositor; c.clip != nil && c.clip.owner == w && c.clip.source == id {
		c.clip.owner = nil // there is nobody to be told
		c.choose(nil)
	}
}

// The names of the globals: a seat, and behind it the protocols.
const seatGlobal = uint32(1)

func (w *waylandClient) announce(registry uint32) {
	w.send(registry, registryGlobal, seatGlobal, "wl_seat", uint32(7))
	for n, protocol := range w.compositor.protocols {
		w.send(registry, registryGlobal, seatGlobal+1+uint32(n), protocol, uint32(1))
	}
}

func (w *waylandClient) bind(m *waylandMessage) error {
	c := w.compositor
	name, is, version, id := m.uint32(), m.text(), m.uint32(), m.uint32()
	if name == seatGlobal && is == "wl_seat" && version > 0 && version <= 7 {
		_, err := w.add(id, &waylandObject{kind: kindSeat})
		w.send(id, seatCapabilities, uint32(0))
		return err
	}
	if n := int(name) - int(seatGlobal) - 1; n < 0 || n >= len(c.protocols) || c.protocols[n] != is || version != 1 {
		return fmt.Errorf("invalid global %s (%d) of version %d", is, name, version)
	}
	c.spoken = append(c.spoken, is)
	_, err := w.add(id, &waylandObject{kind: kindManager, marks: is == ExtDataControl}) // wlr-data-control tells it from version 2 on
	return err
}
