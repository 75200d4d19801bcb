package desktop

import (
	"context"

	"github.com/godbus/dbus/v5"
)

const watcher = "org.kde.StatusNotifierWatcher"

// statusNotifierHost looks for a panel that shows StatusNotifierItems.
type statusNotifierHost struct{ bus *bus }

func (h *statusNotifierHost) Present(ctx context.Context) bool {
	conn, err := h.bus.get()
	if err != nil {
		return false
	}
	var owned bool
	if err := conn.BusObject().CallWithContext(ctx, "org.freedesktop.DBus.NameHasOwner", 0, watcher).Store(&owned); err != nil || !owned {
		return false
	}
	var registered dbus.Variant
	err = conn.Object(watcher, "/StatusNotifierWatcher").CallWithContext(ctx, "org.freedesktop.DBus.Properties.Get", 0, watcher, "IsStatusNotifierHostRegistered").Store(&registered)
	is, _ := registered.Value().(bool)
	return err == nil && is
}

func (h *statusNotifierHost) Usable() bool {
	_, err := h.bus.get()
	return err == nil
}

// Await returns at once: whoever comes later is told of the icon.
func (h *statusNotifierHost) Await(context.Context) {}

func (h *statusNotifierHost) Watch(ctx context.Context, changed func(bool)) {
	conn, err := h.bus.get()
	if err != nil {
		return
	}
	signals := make(chan *dbus.Signal, 16)
	conn.Signal(signals)
	defer conn.RemoveSignal(signals)
	for _, match := range [][]dbus.MatchOption{
		{dbus.WithMatchInterface("org.freedesktop.DBus"), dbus.WithMatchMember("NameOwnerChanged"), dbus.WithMatchArg(0, watcher)},
		{dbus.WithMatchInterface(watcher)},
	} {
		if err := conn.AddMatchSignal(match...); err != nil {
			return
		}
	}
	was := h.Present(ctx)
	changed(was)
	for {
		select {
		case <-ctx.Done():
			return
		case s, open := <-signals:
			if !open {
				return
			}
			if s == nil {
				continue
			}
			if is := h.Present(ctx); is != was {
				was = is
				changed(is)
			}
		}
	}
}

func (h *statusNotifierHost) Close() { h.bus.close() }
