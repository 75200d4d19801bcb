package desktop_test

import (
	"context"
	"errors"
	"runtime"
	"slices"
	"sync"
	"testing"

	"github.com/godbus/dbus/v5"

	"freshkey/app/desktop"
	"freshkey/app/testenv"
)

// heard are the power and network news that came through, in order.
type heard struct {
	mu  sync.Mutex
	all []string
}

func (h *heard) add(what string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.all = append(h.all, what)
}

func (h *heard) since(n int) []string {
	h.mu.Lock()
	defer h.mu.Unlock()
	return slices.Clone(h.all[n:])
}

// watchPower opens a desktop, and has it tell h.
func watchPower(t *testing.T, h *heard) *desktop.Desktop {
	d := desktop.Open()
	ctx, cancel := context.WithCancel(t.Context())
	var watch sync.WaitGroup
	watch.Go(func() { d.WatchPower(ctx, func() { h.add("slept") }, func() { h.add("online") }) })
	t.Cleanup(func() { cancel(); watch.Wait(); d.Close() })
	return d
}

// listen watches power and network on a bus of its own, on which everybody may send what they like.
func listen(t *testing.T) (h *heard, news *testenv.PowerNews, address string) {
	t.Helper()
	dir := testenv.Folder(t)
	s, err := testenv.NewBareSession(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	if news, err = s.NewPowerNews(); err != nil {
		t.Fatal(err)
	}
	address = "unix:path=" + dir + "/run/bus"
	t.Setenv("DBUS_SYSTEM_BUS_ADDRESS", address)
	t.Setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent")

	h = &heard{}
	watchPower(t, h)
	listening := testenv.Eventually("news of logind's to be heard", func() bool { news.Woke(); return len(h.since(0)) > 0 })
	news.Online() // behind all the others
	if err := errors.Join(listening, testenv.Eventually("the network's to be heard", func() bool { return slices.Contains(h.since(0), "online") })); err != nil {
		t.Fatal(err)
	}
	return h, news, address
}

// The system bus lets every user of the machine send signals that look like logind's: each would stop all refreshes for a while.
func TestPowerNewsOfStrangersIsNotHeard(t *testing.T) {
	h, news, address := listen(t)
	before := len(h.since(0))

	stranger, err := dbus.Connect(address)
	if err != nil {
		t.Fatal(err)
	}
	defer stranger.Close()
	if err := lie(stranger); err != nil {
		t.Fatal(err)
	}
	news.Online()
	if err := testenv.Eventually("the network's news again", func() bool { return slices.Contains(h.since(before), "online") }); err != nil {
		t.Fatal(err)
	}
	if got := h.since(before); !slices.Equal(got, []string{"online"}) {
		t.Errorf("heard %v, of which only the last one was true", got)
	}
}

// lie sends what logind and NetworkManager would, to everybody and to each one on the bus, and returns when the bus has passed
// it on.
func lie(stranger *dbus.Conn) error {
	names, err := namesOn(stranger)
	if err == nil {
		err = sendLies(stranger, names)
	}
	if err != nil {
		return err
	}
	return stranger.BusObject().Call("org.freedesktop.DBus.GetId", 0).Err
}

// joinedBy is a bus with a stranger on it, and the names that the stranger sees there.
func joinedBy(t *testing.T, address string) (stranger *dbus.Conn, names []string) {
	t.Helper()
	stranger, err := dbus.Connect(address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = stranger.Close() })
	if names, err = namesOn(stranger); err != nil {
		t.Fatal(err)
	}
	return stranger, names
}

func namesOn(stranger *dbus.Conn) (names []string, err error) {
	err = stranger.BusObject().Call("org.freedesktop.DBus.ListNames", 0).Store(&names)
	return names, err
}

func sendLies(stranger *dbus.Conn, names []string) error {
	for _, to := range append(names, "") {
		for path, signal := range map[dbus.ObjectPath][]any{
			"/org/freedesktop/login1":         {"org.freedesktop.login1.Manager", "PrepareForSleep", true},
			"/org/freedesktop/NetworkManager": {"org.freedesktop.NetworkManager", "StateChanged", uint32(70)},
		} {
			headers := map[dbus.HeaderField]dbus.Variant{
				dbus.FieldPath: dbus.MakeVariant(path), dbus.FieldInterface: dbus.MakeVariant(signal[0]),
				dbus.FieldMember: dbus.MakeVariant(signal[1]), dbus.FieldSignature: dbus.MakeVariant(dbus.SignatureOf(signal[2])),
			}
			if to != "" {
				headers[dbus.FieldDestination] = dbus.MakeVariant(to)
			}
			call := stranger.Send(&dbus.Message{Type: dbus.TypeSignal, Headers: headers, Body: signal[2:]}, nil)
			if call != nil && call.Err != nil {
				return call.Err
			}
		}
	}
	return nil
}

// Nor does a stranger who sends and sends fill the memory, until the agent is killed for it, or keep true news waiting.
func TestFloodOfStrangersNewsFillsNothing(t *testing.T) {
	h, news, address := listen(t)
	stranger, names := joinedBy(t, address)
	const rounds, most = 20, 32 << 20
	var at runtime.MemStats
	for range rounds {
		for range 500 {
			if err := sendLies(stranger, names); err != nil {
				t.Fatal(err)
			}
		}
		runtime.GC()
		runtime.ReadMemStats(&at)
		if at.HeapAlloc+at.StackInuse > most { // what waits may wait on a stack of its own
			t.Fatalf("%d MB are kept of what strangers sent", (at.HeapAlloc+at.StackInuse)>>20)
		}
	}
	before := len(h.since(0))
	news.Woke()
	if err := testenv.Eventually("true news", func() bool { return slices.Contains(h.since(before), "slept") }); err != nil {
		t.Fatal(err)
	}
}
