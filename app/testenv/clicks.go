//go:build linux

package testenv

import (
	"errors"
	"os"
	"path/filepath"
	"strings"

	"github.com/godbus/dbus/v5"
)

// chooser is what dunst asks which button of its notices a person chose: it answers with the one that choice names.
func (d *Desktop) chooser() string { return filepath.Join(d.Dir, "choose-button") }

func (d *Desktop) choice() string { return filepath.Join(d.Dir, "chosen-button") }

// ClickNotice chooses a button of the notices that are shown, by its key, as a person does in dunst's menu.
func (d *Desktop) ClickNotice(key string) error {
	if err := os.WriteFile(d.choice(), []byte(","+key+"]\n"), 0o600); err != nil {
		return err
	}
	_, err := d.Run("dunstctl", "context")
	return err
}

// witness is what dunst tells of each notice that it shows: it writes down how urgent it is, and its title. The dunst of Debian 12 does not say that in
// its history.
func (d *Desktop) witness() string { return filepath.Join(d.Dir, "write-urgency") }

func (d *Desktop) urgencies() string { return filepath.Join(d.Dir, "urgencies") }

// Urgency waits until dunst has shown a notice of that title, and returns how urgent the last one was: LOW, NORMAL or CRITICAL.
func (d *Desktop) Urgency(title string) (urgency string, err error) {
	err = Eventually("dunst to show "+title, func() bool {
		data, _ := os.ReadFile(d.urgencies()) // it comes with the first notice
		for line := range strings.Lines(string(data)) {
			if said, of, _ := strings.Cut(strings.TrimSpace(line), " "); of == title {
				urgency = said
			}
		}
		return urgency != ""
	})
	return urgency, err
}

// writeNoticeScripts writes what dunst starts.
func (d *Desktop) writeNoticeScripts() error {
	witness := "#!/bin/sh\nprintf '%s %s\\n' \"$DUNST_URGENCY\" \"$DUNST_SUMMARY\" >>'" + d.urgencies() + "'\n"
	return errors.Join(
		os.WriteFile(d.chooser(), []byte("#!/bin/sh\ngrep -F -m 1 -f "+d.choice()+"\n"), 0o700),
		os.WriteFile(d.witness(), []byte(witness), 0o700),
	)
}

// ForgeClick says that a button was chosen, of any notice, as everybody on the session's bus can.
func (s *Session) ForgeClick(key string) error {
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
