//go:build linux

package testenv

import (
	"github.com/godbus/dbus/v5"
	"github.com/godbus/dbus/v5/prop"
)

// NewSystemd stands in for the user's systemd on the session's bus, which knows the session's environment. It ends with the session.
func (s *Session) NewSystemd(environment ...string) error {
	conn, err := dbus.Connect(s.address)
	if err != nil {
		return err
	}
	_, err = prop.Export(conn, "/org/freedesktop/systemd1", prop.Map{"org.freedesktop.systemd1.Manager": {"Environment": {Value: environment}}})
	if err != nil {
		return err
	}
	_, err = conn.RequestName("org.freedesktop.systemd1", dbus.NameFlagDoNotQueue)
	return err
}
