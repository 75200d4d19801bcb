package desktop_test

import (
	"cmp"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/godbus/dbus/v5"

	"freshkey/app/testenv"
)

// Any user of the machine may send anything to everybody on the system's bus. The library that reads it panics at some of that, hangs up at some,
// keeps descriptors open, and unpacks a few megabytes into a gigabyte: an agent that read it would end, and its refreshes with it.
func TestHostileSignalsOnTheSystemsBusChangeNothing(t *testing.T) {
	h, news, address := listen(t)
	stranger, names := joinedBy(t, address)
	slices.SortFunc(names, func(a, b string) int { return cmp.Or(cmp.Compare(len(a), len(b)), strings.Compare(a, b)) })
	names = slices.DeleteFunc(names, func(n string) bool { return n[0] != ':' })
	names = names[len(names)-2 : len(names)-1] // what the system's bus has been joined by: the listener, and then the stranger
	deep := dbus.MakeVariant(map[byte]byte{1: 1})
	for range 60 {
		deep = dbus.MakeVariant(deep)
	}
	many := make([]dbus.Variant, 200_000)
	for n := range many {
		many[n] = dbus.MakeVariant(byte(n))
	}
	file, err := os.Open("/dev/null")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	descriptors := len(openFiles(t))
	for _, body := range []any{[]dbus.UnixFD{dbus.UnixFD(file.Fd())}, deep, many, dbus.UnixFD(file.Fd()), map[string]dbus.Variant{"x": dbus.MakeVariant("y")}} {
		for _, to := range names {
			headers := map[dbus.HeaderField]dbus.Variant{
				dbus.FieldPath: dbus.MakeVariant(dbus.ObjectPath("/org/freedesktop/login1")), dbus.FieldInterface: dbus.MakeVariant("org.freedesktop.login1.Manager"),
				dbus.FieldMember: dbus.MakeVariant("PrepareForSleep"), dbus.FieldSignature: dbus.MakeVariant(dbus.SignatureOf(body)), dbus.FieldDestination: dbus.MakeVariant(to),
			}
			_ = stranger.Send(&dbus.Message{Type: dbus.TypeSignal, Headers: headers, Body: []any{body}}, nil)
		}
	}
	if err := stranger.BusObject().Call("org.freedesktop.DBus.GetId", 0).Err; err != nil {
		t.Fatal(err)
	}
	before := len(h.since(0))
	news.Woke()
	if err := testenv.Eventually("true news, behind all that", func() bool { return slices.Contains(h.since(before), "slept") }); err != nil {
		t.Fatal(err)
	}
	if got := h.since(before); !slices.Equal(got, []string{"slept"}) {
		t.Errorf("heard %v", got)
	}
	if n := len(openFiles(t)); n > descriptors+3 {
		t.Errorf("%d descriptors more than before", n-descriptors)
	}
}

func openFiles(t *testing.T) []os.DirEntry {
	t.Helper()
	all, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Fatal(err)
	}
	return all
}
