package main

import (
	"net"
	"path/filepath"
	"testing"

	"fyne.io/fyne/v2/theme"
)

// A session bus that takes calls and answers none left no window at all, and one that did not even end when it was asked to.
func TestABusThatHangsKeepsNoWindowWaiting(t *testing.T) {
	socket := filepath.Join(t.TempDir(), "bus")
	listener, err := net.Listen("unix", socket)
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	t.Setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path="+socket)
	t.Setenv("GTK_THEME", "")
	if v := askVariant(); v == nil || *v != theme.VariantLight {
		t.Errorf("%v", v)
	}
}
