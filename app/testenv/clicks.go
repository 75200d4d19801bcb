//go:build linux

package testenv

import (
	"errors"

	"github.com/godbus/dbus/v5"
)

// ClickNotice chooses a button of the notices that are shown, by its key, as their server does when a person clicks.
func (s *Session) ClickNotice(key string) error {
	conn, err := dbus.Connect(s.address)
	if err != nil {
		return err
	}
	defer conn.Close()
	for id := range uint32(100) { // ids count up from 1
		err = errors.Join(err, conn.Emit("/org/freedesktop/Notifications", "org.freedesktop.Notifications.ActionInvoked", id, key))
	}
	return errors.Join(err, conn.BusObject().Call("org.freedesktop.DBus.GetId", 0).Err) // which comes behind them
}

// NewScreenSaver stands in for what locks the screen. What it returns says that it was locked or unlocked.
func (s *Session) NewScreenSaver() (say func(locked bool) error, err error) {
	conn, err := dbus.Connect(s.address)
	if err != nil {
		return nil, err
	}
	if _, err := conn.RequestName("org.gnome.ScreenSaver", dbus.NameFlagDoNotQueue); err != nil {
		return nil, err
	}
	return func(locked bool) error {
		return conn.Emit("/org/gnome/ScreenSaver", "org.gnome.ScreenSaver.ActiveChanged", locked)
	}, nil
}
