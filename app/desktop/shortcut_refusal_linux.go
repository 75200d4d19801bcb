package desktop

import (
	"errors"
	"strings"

	"github.com/godbus/dbus/v5"
)

// Why a portal gives no keys, besides what it says itself.
var (
	errPortalGone    = errors.New("the portal has gone")
	errBusGone       = errors.New("the session's bus has gone")
	errCancelled     = errors.New("the person said no")
	errNotAnswered   = errors.New("the portal's answer cannot be read")
	errSessionClosed = errors.New("the desktop has ended the session")
)

// maxPortalDetail is how much of what a portal says is logged.
const maxPortalDetail = 200

// stateOf is what an error makes of a shortcut.
func stateOf(err error) ShortcutState {
	switch {
	case errors.Is(err, errCancelled):
		return ShortcutCancelled
	case isAbsent(err), isNamed(err, "UnknownMethod"), isNamed(err, "UnknownInterface"), isNamed(err, "UnknownObject"):
		return ShortcutMissing
	}
	return ShortcutRefused
}

// isNamed reports whether an error is one of D-Bus itself, of that name.
func isNamed(err error, name string) bool {
	said, _ := errors.AsType[dbus.Error](err)
	return said.Name == "org.freedesktop.DBus.Error."+name
}

// isAbsent reports whether an error says that there is no portal, nor one that could be started.
func isAbsent(err error) bool {
	said, _ := errors.AsType[dbus.Error](err)
	return isNamed(err, "ServiceUnknown") || strings.HasPrefix(said.Name, "org.freedesktop.DBus.Error.Spawn.")
}

// isGone reports whether an error says that the portal has gone, also in the middle of a call.
func isGone(err error) bool {
	return errors.Is(err, errPortalGone) || isNamed(err, "NoReply")
}

// lineOf is what an error says, in a line of the log: of one that came over the bus its name as well.
func lineOf(err error) string {
	text := err.Error()
	if said, ok := errors.AsType[dbus.Error](err); ok {
		text = said.Name + ": " + text
	}
	return oneLine(text)
}

// oneLine is a text without breaks, and no longer than anybody reads.
func oneLine(text string) string {
	all := []rune(strings.Join(strings.Fields(text), " "))
	return string(all[:min(len(all), maxPortalDetail)])
}
