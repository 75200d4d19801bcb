package keystore

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
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

// secretService is a connection of our own to the Secret Service: go-keyring's is shared with the tray, and its prompts
// wait without end.
type secretService struct {
	mu   sync.Mutex // guards conn
	conn *dbus.Conn
}

func newSystem() system { return &secretService{} }

func (s *secretService) get() (*dbus.Conn, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.conn != nil && s.conn.Connected() {
		return s.conn, nil
	}
	if !busKnown() {
		return nil, fmt.Errorf("%w: there is no D-Bus session", ErrUnavailable)
	}
	fresh, err := dbus.ConnectSessionBus()
	if err != nil {
		return nil, fmt.Errorf("%w: connect to D-Bus: %w", ErrUnavailable, err)
	}
	s.conn = fresh
	return fresh, nil
}

// ready asks whether the collection is there and open, before go-keyring would start a prompt.
func (s *secretService) ready(ctx context.Context) error {
	conn, err := s.get()
	if err != nil {
		return err
	}
	return collectionOpen(ctx, conn)
}

// busKnown keeps godbus from starting a bus of its own with dbus-launch, which would leave a daemon behind.
func busKnown() bool {
	if os.Getenv("DBUS_SESSION_BUS_ADDRESS") != "" {
		return true
	}
	_, err := os.Stat(filepath.Join(os.Getenv("XDG_RUNTIME_DIR"), "bus"))
	return err == nil
}

// findCollection is the collection go-keyring will use; "/" if there is none.
func findCollection(ctx context.Context, conn *dbus.Conn) (dbus.ObjectPath, error) {
	var all dbus.Variant
	err := conn.Object(secrets, root).CallWithContext(ctx, "org.freedesktop.DBus.Properties.Get", 0, service, "Collections").Store(&all)
	if err != nil {
		return "/", fmt.Errorf("%w: no Secret Service answers: %w", ErrUnavailable, err)
	}
	paths, _ := all.Value().([]dbus.ObjectPath)
	if slices.Contains(paths, loginPath) {
		return loginPath, nil
	}
	collection := dbus.ObjectPath("/")
	err = conn.Object(secrets, root).CallWithContext(ctx, service+".ReadAlias", 0, "default").Store(&collection)
	if err != nil {
		return "/", fmt.Errorf("%w: look for the default collection: %w", ErrUnavailable, err)
	}
	return collection, nil
}

// collectionOpen looks at the collection go-keyring will use: "login" if there is one, else the default.
func collectionOpen(ctx context.Context, conn *dbus.Conn) error {
	collection, err := findCollection(ctx, conn)
	if err != nil {
		return err
	}
	if collection == "/" {
		return fmt.Errorf("%w: the Secret Service has no default collection yet", ErrUnavailable)
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
