package desktop

import (
	"context"
	"strings"

	"github.com/godbus/dbus/v5"
)

// screenSavers are what locks the screen on the desktops: each has the freedesktop interface under a name of its own, and says
// ActiveChanged.
type screenSavers struct{ bus *bus }

func (s screenSavers) Watch(ctx context.Context, changed func(locked bool)) {
	var wanted []news
	for _, name := range []string{"org.freedesktop.ScreenSaver", "org.gnome.ScreenSaver", "org.cinnamon.ScreenSaver", "org.mate.ScreenSaver", "org.xfce.ScreenSaver"} {
		wanted = append(wanted, news{name, name, "ActiveChanged"})
	}
	lockedBefore := func() {
		if c := s.bus.connection(); c != nil && c.screenLocked(ctx, wanted) {
			changed(true)
		}
	}
	keepWatching(ctx, s.bus.connection, wanted, lockedBefore, func(_ news, body []any) {
		if len(body) == 0 {
			return
		}
		if locked, ok := body[0].(bool); ok {
			changed(locked)
		}
	})
}

// screenLocked asks whoever is there whether the screen is locked now.
func (c *connection) screenLocked(ctx context.Context, savers []news) bool {
	for _, saver := range savers {
		if !c.signals.present(saver.service) { // asking would start it
			continue
		}
		var locked bool
		asking, cancel := context.WithTimeout(ctx, callTimeout)
		err := c.Object(saver.service, screenPath(saver.service)).CallWithContext(asking, saver.iface+".GetActive", 0).Store(&locked)
		cancel()
		if err == nil && locked {
			return true
		}
	}
	return false
}

// screenPath is where a service has its object: at its name.
func screenPath(service string) dbus.ObjectPath {
	return dbus.ObjectPath("/" + strings.ReplaceAll(service, ".", "/"))
}
