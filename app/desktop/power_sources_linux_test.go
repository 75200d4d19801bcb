package desktop_test

import (
	"testing"

	"github.com/godbus/dbus/v5"

	"freshkey/app/desktop"
	"freshkey/app/testenv"
)

// serving takes a name on a bus, until it is closed.
func serving(t *testing.T, address, name string) *dbus.Conn {
	t.Helper()
	conn, err := dbus.Connect(address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	if _, err := conn.RequestName(name, dbus.NameFlagDoNotQueue); err != nil {
		t.Fatal(err)
	}
	return conn
}

// Who is named as a source of news is there, and is listened to.
func TestPowerIsToldOfByWhoIsThere(t *testing.T) {
	dir := testenv.Folder(t)
	s, err := testenv.NewBareSession(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	address := "unix:path=" + dir + "/run/bus"
	t.Setenv("DBUS_SYSTEM_BUS_ADDRESS", address)
	t.Setenv("DBUS_SESSION_BUS_ADDRESS", address)
	logind, manager := serving(t, address, "org.freedesktop.login1"), serving(t, address, "org.freedesktop.NetworkManager")
	portal := serving(t, address, "org.freedesktop.portal.Desktop")

	deaf := desktop.Open()
	defer deaf.Close()
	if sleep, network := deaf.PowerSources(); sleep != "" || network != "" {
		t.Errorf("%q and %q are named, and nobody listens", sleep, network)
	}
	d := watchPower(t, &heard{})
	for _, c := range []struct {
		goes           *dbus.Conn
		sleep, network string
	}{{nil, "logind", "NetworkManager"}, {manager, "logind", "xdg-desktop-portal"}, {logind, "", "xdg-desktop-portal"}, {portal, "", ""}} {
		if c.goes != nil {
			_ = c.goes.Close()
		}
		var sleep, network string
		if err := testenv.Eventually("news from "+c.sleep+" and "+c.network, func() bool {
			sleep, network = d.PowerSources()
			return sleep == c.sleep && network == c.network
		}); err != nil {
			t.Fatalf("%v: %q and %q", err, sleep, network)
		}
	}
}
