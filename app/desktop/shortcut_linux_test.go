package desktop_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/godbus/dbus/v5"

	"freshkey/app/desktop"
	"freshkey/app/testenv"
)

// portalProperties answers whoever reads a property of the portal.
type portalProperties struct{ failure string }

// Get has version 1 of everything, or says no.
func (p portalProperties) Get(string, string) (dbus.Variant, *dbus.Error) {
	if p.failure != "" {
		return dbus.Variant{}, dbus.NewError("org.freedesktop.DBus.Error."+p.failure, []any{"no"})
	}
	return dbus.MakeVariant(uint32(1)), nil
}

func TestWhatTheDesktopOffersIsKnownBeforeItIsAskedForKeys(t *testing.T) {
	dir := testenv.Folder(t)
	s, err := testenv.NewBareSession(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	t.Setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path="+filepath.Join(dir, "run", "bus"))
	d := desktop.Open()
	defer d.Close()
	if got := d.ShortcutOffer(t.Context()); got != desktop.ShortcutMissing {
		t.Errorf("without a portal: %s", got)
	}
	conn, err := dbus.Connect(os.Getenv("DBUS_SESSION_BUS_ADDRESS"))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if reply, err := conn.RequestName("org.freedesktop.portal.Desktop", 0); err != nil || reply != dbus.RequestNameReplyPrimaryOwner {
		t.Fatalf("%v %v", reply, err)
	}
	for _, c := range []struct {
		failure string
		want    desktop.ShortcutState
	}{
		{"", desktop.ShortcutOffered},
		{"InvalidArgs", desktop.ShortcutMissing}, // as GLib says of an interface that is not there
		{"UnknownMethod", desktop.ShortcutMissing},
		{"UnknownInterface", desktop.ShortcutMissing},
		{"AccessDenied", desktop.ShortcutUnknown},
	} {
		if err := conn.Export(portalProperties{c.failure}, "/org/freedesktop/portal/desktop", "org.freedesktop.DBus.Properties"); err != nil {
			t.Fatal(err)
		}
		if got := d.ShortcutOffer(t.Context()); got != c.want {
			t.Errorf("a portal that answers %q: %s, want %s", c.failure, got, c.want)
		}
	}
	t.Setenv("DBUS_SESSION_BUS_ADDRESS", "")
	t.Setenv("XDG_RUNTIME_DIR", t.TempDir())
	alone := desktop.Open()
	defer alone.Close()
	if got := alone.ShortcutOffer(t.Context()); got != desktop.ShortcutMissing {
		t.Errorf("without a session: %s", got)
	}
}
