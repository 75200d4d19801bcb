package desktop

import "context"

// screenSavers are what locks the screen on the desktops: each has the freedesktop interface under a name of its own, and says
// ActiveChanged.
type screenSavers struct{ bus *bus }

func (s screenSavers) Watch(ctx context.Context, changed func(locked bool)) {
	var wanted []news
	for _, name := range []string{"org.freedesktop.ScreenSaver", "org.gnome.ScreenSaver", "org.cinnamon.ScreenSaver", "org.mate.ScreenSaver", "org.xfce.ScreenSaver"} {
		wanted = append(wanted, news{name, name, "ActiveChanged"})
	}
	conn := func() *connection {
		c, err := s.bus.get()
		if err != nil {
			return nil
		}
		return c
	}
	keepWatching(ctx, conn, wanted, func(_ news, body []any) {
		if len(body) == 0 {
			return
		}
		if locked, ok := body[0].(bool); ok {
			changed(locked)
		}
	})
}
