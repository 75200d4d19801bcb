//go:build linux

package testenv

import "github.com/godbus/dbus/v5"

// PowerNews stands in for logind and NetworkManager, on the session's bus: it says that the machine woke and that the network
// came up.
type PowerNews struct{ conn *dbus.Conn }

// NewPowerNews takes the names of both, and makes the session's bus the system bus of the programs that start in it later.
func (s *Session) NewPowerNews() (*PowerNews, error) {
	conn, err := dbus.Connect(s.address)
	if err != nil {
		return nil, err
	}
	for _, name := range []string{"org.freedesktop.login1", "org.freedesktop.NetworkManager"} {
		if _, err := conn.RequestName(name, dbus.NameFlagDoNotQueue); err != nil {
			return nil, err
		}
	}
	s.Env = append(s.Env, "DBUS_SYSTEM_BUS_ADDRESS="+s.address)
	return &PowerNews{conn}, nil
}

// Woke says that the machine has woken.
func (n *PowerNews) Woke() {
	_ = n.conn.Emit("/org/freedesktop/login1", "org.freedesktop.login1.Manager.PrepareForSleep", false)
}

// Online says that the network is up.
func (n *PowerNews) Online() {
	_ = n.conn.Emit("/org/freedesktop/NetworkManager", "org.freedesktop.NetworkManager.StateChanged", uint32(70))
}

// logins is what of logind's bookkeeping an agent asks for: who is logged in.
type logins struct{}

// GetUser says that the user has no session left.
func (logins) GetUser(uint32) (dbus.ObjectPath, *dbus.Error) {
	return "", dbus.NewError("org.freedesktop.login1.NoSuchUser", nil)
}

// LoggedOut says that the user's last session has ended.
func (n *PowerNews) LoggedOut() error {
	if err := n.conn.Export(logins{}, "/org/freedesktop/login1", "org.freedesktop.login1.Manager"); err != nil {
		return err
	}
	return n.conn.Emit("/org/freedesktop/login1", "org.freedesktop.login1.Manager.SessionRemoved", "2", dbus.ObjectPath("/org/freedesktop/login1/session/_32"))
}

// Close has both services go.
func (n *PowerNews) Close() error { return n.conn.Close() }
