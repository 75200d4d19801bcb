package keystore

import (
	"context"
	"time"

	"github.com/godbus/dbus/v5"
)

const (
	properties = "org.freedesktop.DBus.Properties"
	busService = "org.freedesktop.DBus"

	listenAgain = time.Minute     // after the bus has gone
	ownerRests  = 5 * time.Second // between two Secret Services that are news: one that dies at each call is started again by the next
)

// watch calls changed whenever a collection was opened or locked, by whomever, or another Secret Service has come, until ctx ends.
func (s *secretService) watch(ctx context.Context, changed func(open bool)) {
	for busKnown() {
		s.listen(ctx, changed)
		select {
		case <-ctx.Done():
			return
		case <-time.After(listenAgain):
		}
	}
}

// listen does it until the connection ends.
func (s *secretService) listen(ctx context.Context, changed func(open bool)) {
	conn, err := s.get()
	if err != nil {
		return
	}
	signals := make(chan *dbus.Signal, 16)
	conn.Signal(signals)
	defer conn.RemoveSignal(signals)
	for _, match := range [][]dbus.MatchOption{
		{dbus.WithMatchSender(secrets), dbus.WithMatchPathNamespace(root), dbus.WithMatchInterface(properties), dbus.WithMatchMember("PropertiesChanged")},
		{dbus.WithMatchSender(busService), dbus.WithMatchInterface(busService), dbus.WithMatchMember("NameOwnerChanged"), dbus.WithMatchArg(0, secrets)},
	} {
		if err := conn.AddMatchSignalContext(ctx, match...); err != nil {
			return
		}
		defer conn.RemoveMatchSignal(match...)
	}
	var came time.Time
	for {
		select {
		case <-ctx.Done():
			return
		case signal, open := <-signals:
			if !open {
				return
			}
			if locked, said := lockOf(signal); said {
				changed(!locked)
			} else if isArrival(signal) && time.Since(came) > ownerRests {
				came = time.Now()
				changed(true)
			}
		}
	}
}

// lockOf is whether a collection is locked now, if that is what a signal says. Of items it is said too, and there may be thousands.
func lockOf(signal *dbus.Signal) (locked, said bool) {
	if signal == nil || signal.Name != properties+".PropertiesChanged" || len(signal.Body) < 2 {
		return false, false
	}
	of, _ := signal.Body[0].(string)
	changed, _ := signal.Body[1].(map[string]dbus.Variant)
	locked, said = changed["Locked"].Value().(bool)
	return locked, said && of == "org.freedesktop.Secret.Collection"
}

// isArrival reports whether a signal says that a Secret Service has come.
func isArrival(signal *dbus.Signal) bool {
	if signal == nil || signal.Name != busService+".NameOwnerChanged" || len(signal.Body) < 3 {
		return false
	}
	name, _ := signal.Body[0].(string)
	owner, _ := signal.Body[2].(string)
	return name == secrets && owner != ""
}
