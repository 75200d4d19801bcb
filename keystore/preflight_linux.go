package keystore

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"sync"

	"github.com/godbus/dbus/v5"
)

const itemLimit = 0 // the Secret Service takes any size

const (
	secrets   = "org.freedesktop.secrets"
	service   = "org.freedesktop.Secret.Service"
	root      = dbus.ObjectPath("/org/freedesktop/secrets")
	loginPath = root + "/collection/login"
)

// preflight asks the Secret Service whether its collection is there and open, before go-keyring would start a prompt
// that it waits for without end. It uses a connection of its own: go-keyring's is shared with the tray.
func preflight() func(context.Context) error {
	var mu sync.Mutex // guards conn
	var conn *dbus.Conn
	return func(ctx context.Context) error {
		mu.Lock()
		defer mu.Unlock()
		if conn == nil || !conn.Connected() {
			if !busKnown() {
				return fmt.Errorf("%w: there is no D-Bus session", ErrUnavailable)
			}
			fresh, err := dbus.ConnectSessionBus()
			if err != nil {
				return fmt.Errorf("%w: connect to D-Bus: %w", ErrUnavailable, err)
			}
			conn = fresh
		}
		return collectionOpen(ctx, conn)
	}
}

// busKnown keeps godbus from starting a bus of its own with dbus-launch, which would leave a daemon behind.
func busKnown() bool {
	if os.Getenv("DBUS_SESSION_BUS_ADDRESS") != "" {
		return true
	}
	_, err := os.Stat(filepath.Join(os.Getenv("XDG_RUNTIME_DIR"), "bus"))
	return err == nil
}

// collectionOpen looks at the collection go-keyring will use: "login" if there is one, else the default.
func collectionOpen(ctx context.Context, conn *dbus.Conn) error {
	var all dbus.Variant
	err := conn.Object(secrets, root).CallWithContext(ctx, "org.freedesktop.DBus.Properties.Get", 0, service, "Collections").Store(&all)
	if err != nil {
		return fmt.Errorf("%w: no Secret Service answers: %w", ErrUnavailable, err)
	}
	collection := dbus.ObjectPath("/")
	paths, _ := all.Value().([]dbus.ObjectPath)
	for _, p := range paths {
		if p == loginPath {
			collection = p
		}
	}
	if collection == "/" {
		err = conn.Object(secrets, root).CallWithContext(ctx, service+".ReadAlias", 0, "default").Store(&collection)
		if err != nil || collection == "/" {
			return fmt.Errorf("%w: the Secret Service has no default collection yet", ErrUnavailable)
		}
	}
	var locked dbus.Variant
	err = conn.Object(secrets, collection).CallWithContext(ctx, "org.freedesktop.DBus.Properties.Get", 0, "org.freedesktop.Secret.Collection", "Locked").Store(&locked)
	if err != nil {
		return fmt.Errorf("%w: look at the collection: %w", ErrUnavailable, err)
	}
	if is, _ := locked.Value().(bool); is {
		return ErrLocked
	}
	return nil
}
