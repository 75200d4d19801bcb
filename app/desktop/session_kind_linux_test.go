package desktop_test

import (
	"testing"

	"freshkey/app/desktop"
)

func TestSessionIsWaylandAlsoWhereXWaylandIs(t *testing.T) {
	for _, c := range []struct {
		wayland, x string
		want       desktop.SessionKind
	}{{"wayland-1", ":0", desktop.SessionWayland}, {"wayland-1", "", desktop.SessionWayland}, {"", ":0", desktop.SessionX11}, {"", "", desktop.SessionNone}} {
		t.Setenv("WAYLAND_DISPLAY", c.wayland)
		t.Setenv("DISPLAY", c.x)
		if got := desktop.Open().SessionKind(); got != c.want {
			t.Errorf("%q and %q: %s, want %s", c.wayland, c.x, got, c.want)
		}
	}
}
