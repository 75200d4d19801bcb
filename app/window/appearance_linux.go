package main

import (
	"os"
	"slices"
	"strings"
	"sync"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"
	"github.com/godbus/dbus/v5"
)

// portalName is who says on Linux whether a desktop is light or dark.
const portalName = "org.freedesktop.portal.Desktop"

// portalPatience is how long a bus is asked for it at most: no window waits for one that hangs.
const portalPatience = 200 * time.Millisecond

// unsaidVariant is that of a desktop that does not say whether it is light or dark; nil where it does. Fyne takes it for a dark one, and most are
// light.
var unsaidVariant = sync.OnceValue(askVariant)

func askVariant() *fyne.ThemeVariant {
	says := make(chan bool, 1)
	go func() {
		bus, err := dbus.SessionBus() // which Fyne has too
		says <- err == nil && (hasName(bus, "ListNames") || hasName(bus, "ListActivatableNames"))
	}()
	select {
	case said := <-says:
		if said {
			return nil
		}
	case <-time.After(portalPatience):
	}
	v := theme.VariantLight
	if strings.Contains(strings.ToLower(os.Getenv("GTK_THEME")), "dark") {
		v = theme.VariantDark
	}
	return &v
}

// hasName reports whether one of the bus's lists has the portal's name.
func hasName(bus *dbus.Conn, list string) bool {
	var names []string
	err := bus.BusObject().Call("org.freedesktop.DBus."+list, 0).Store(&names)
	return err == nil && slices.Contains(names, portalName)
}
