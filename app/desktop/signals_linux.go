package desktop

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"github.com/godbus/dbus/v5"
)

const busName = "org.freedesktop.DBus"

// connection is one to a bus, on which signals are heard from the owners of their names alone.
type connection struct {
	*dbus.Conn
	signals *signalFilter
}

// connect makes one by dial, which is godbus's for the system's bus or the session's.
func connect(dial func(...dbus.ConnOption) (*dbus.Conn, error)) (*connection, error) {
	f := &signalFilter{owners: map[string]string{busName: busName}} // the bus is its own owner, always
	conn, err := dial(dbus.WithSignalHandler(f))
	if err != nil {
		return nil, err
	}
	return &connection{conn, f}, nil
}

// news is a signal that only its own service may send.
type news struct{ service, iface, member string }

// heardSignal is one of the news, with the object it is about and what it says.
type heardSignal struct {
	news
	path dbus.ObjectPath
	body []any
}

// signalFilter takes a connection's signals as they are read, and drops at once what nobody waits for or what does not come from who may
// send it. Everybody on a bus may send everybody a signal of any name, as many as they like; what is addressed to one connection passes by
// its match rules, and a queue of such would grow for as long as somebody sends.
type signalFilter struct {
	mu      sync.Mutex        // guards what follows
	owners  map[string]string // unique names of the services that are listened to; empty while nobody has the name
	waiting []*waiting
	plain   []chan<- *dbus.Signal // of libraries that judge by themselves
}

type waiting struct {
	wanted []news
	heard  chan heardSignal
}

// ownerPatience is how long a bus may take to say who has a name.
const ownerPatience = 30 * time.Second

// maxWaiting is how many of the signals that are wanted may wait for whoever wants them; news that nobody reads is dropped.
const maxWaiting = 16

// DeliverSignal is godbus's way in. It never waits.
func (f *signalFilter) DeliverSignal(iface, member string, s *dbus.Signal) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if s.Sender == busName && member == "NameOwnerChanged" && len(s.Body) == 3 {
		if name, ok := s.Body[0].(string); ok {
			if _, listened := f.owners[name]; listened {
				f.owners[name], _ = s.Body[2].(string)
			}
		}
	}
	for _, w := range f.waiting {
		for _, n := range w.wanted {
			if n.iface == iface && n.member == member && s.Sender != "" && f.owners[n.service] == s.Sender {
				select {
				case w.heard <- heardSignal{n, s.Path, s.Body}:
				default:
				}
			}
		}
	}
	for _, ch := range f.plain {
		select {
		case ch <- s:
		default:
		}
	}
}

// AddSignal is godbus's Conn.Signal.
func (f *signalFilter) AddSignal(ch chan<- *dbus.Signal) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.plain = append(f.plain, ch)
}

// RemoveSignal is godbus's Conn.RemoveSignal.
func (f *signalFilter) RemoveSignal(ch chan<- *dbus.Signal) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.plain = slices.DeleteFunc(f.plain, func(c chan<- *dbus.Signal) bool { return c == ch })
}

// Terminate ends those who read plain signals with their connection.
func (f *signalFilter) Terminate() {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, ch := range f.plain {
		close(ch)
	}
	f.plain = nil
}

// watchNews calls heard with each of the wanted signals on conn until ctx or the connection ends, and begun, unless it is nil, when that
// begins.
func watchNews(ctx context.Context, conn *connection, wanted []news, begun func(), heard func(n news, body []any)) {
	if conn == nil {
		return
	}
	w := &waiting{wanted, make(chan heardSignal, maxWaiting)}
	conn.signals.add(w)
	defer conn.signals.remove(w)
	for _, n := range wanted {
		if conn.listen(ctx, n) != nil {
			return
		}
	}
	if begun != nil {
		begun()
	}
	for {
		select {
		case <-ctx.Done():
			return
		case <-conn.Context().Done():
			return
		case s := <-w.heard:
			heard(s.news, s.body)
		}
	}
}

// hears reports whether news would be heard on a connection now: it lives, and who sends them is there and listened to.
func (c *connection) hears(n news) bool {
	return c != nil && c.Connected() && c.signals.present(n.service)
}

// present reports whether somebody has a name that is listened to.
func (f *signalFilter) present(service string) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.owners[service] != ""
}

func (f *signalFilter) add(w *waiting) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.waiting = append(f.waiting, w)
}

func (f *signalFilter) remove(w *waiting) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.waiting = slices.DeleteFunc(f.waiting, func(o *waiting) bool { return o == w })
}

// listen has the bus send a signal, and tell who owns its service's name from now on.
func (c *connection) listen(ctx context.Context, n news) error {
	if n == ownerNews {
		return nil // it is told of the names that other news are listened to of, and of no others
	}
	if err := c.AddMatchSignalContext(ctx, dbus.WithMatchSender(busName), dbus.WithMatchInterface(busName), dbus.WithMatchMember("NameOwnerChanged"), dbus.WithMatchArg(0, n.service)); err != nil {
		return err
	}
	if err := c.AddMatchSignalContext(ctx, dbus.WithMatchSender(n.service), dbus.WithMatchInterface(n.iface), dbus.WithMatchMember(n.member)); err != nil {
		return err
	}
	c.signals.mu.Lock()
	_, known := c.signals.owners[n.service]
	if !known {
		c.signals.owners[n.service] = ""
	}
	c.signals.mu.Unlock()
	if known {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, ownerPatience)
	defer cancel()
	var owner string
	err := c.BusObject().CallWithContext(ctx, busName+".GetNameOwner", 0, n.service).Store(&owner)
	if said, ok := errors.AsType[dbus.Error](err); ok && said.Name == busName+".Error.NameHasNoOwner" {
		err = nil // nobody has it yet
	}
	c.signals.mu.Lock()
	defer c.signals.mu.Unlock()
	switch {
	case err != nil:
		delete(c.signals.owners, n.service) // so that it is asked again
	case c.signals.owners[n.service] == "": // what has been said since is newer
		c.signals.owners[n.service] = owner
	}
	return err
}
