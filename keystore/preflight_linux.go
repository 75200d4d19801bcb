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
	name string // the attribute "service" of its items

	mu    sync.Mutex // guards what follows
	conn  *dbus.Conn
	owner string // who was the Secret Service when it was asked last

	asking *asking // nil while nobody is asked
}

func newSystem(name string) system { return &secretService{name: name} }

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
		return nil, unavailable("connect to D-Bus", err)
	}
	s.conn = fresh
	return fresh, nil
}

// ready asks whether the collection is there and open, and the key's item too, before go-keyring would start a prompt.
func (s *secretService) ready(ctx context.Context, key string) error {
	conn, err := s.get()
	if err != nil {
		return err
	}
	collection, err := openCollection(ctx, conn)
	if err != nil {
		return err
	}
	owner, _ := ownerOf(ctx, conn)
	s.mu.Lock()
	s.owner = owner
	s.mu.Unlock()
	if key == "" {
		return nil
	}
	shared, err := sharedBus()
	if err != nil {
		return err
	}
	items, err := find(ctx, shared, collection, map[string]string{"service": s.name, "username": key})
	if err != nil || len(items) == 0 {
		return err
	}
	return unlocked(ctx, shared, items[0], "Item")
}

// sharedBus is go-keyring's connection. KeePassXC opens items for one connection only, so they are looked at and opened
// over that one.
func sharedBus() (*dbus.Conn, error) {
	shared, err := dbus.SessionBus()
	if err != nil {
		return nil, unavailable("connect to D-Bus", err)
	}
	return shared, nil
}

// unblock wakes a call of go-keyring's that waits for a prompt whose Secret Service has gone: that would never come back,
// and block all that follow. go-keyring takes any signal for the prompt's end, and then finds that nothing was unlocked.
func (s *secretService) unblock(ctx context.Context) {
	conn, err := s.get()
	if err != nil {
		return
	}
	owner, err := ownerOf(ctx, conn)
	s.mu.Lock()
	before := s.owner
	s.mu.Unlock()
	if before == "" || (err == nil && owner == before) {
		return
	}
	shared, err := sharedBus()
	if err != nil || len(shared.Names()) == 0 {
		return
	}
	end := &dbus.Message{Type: dbus.TypeSignal, Headers: map[dbus.HeaderField]dbus.Variant{
		dbus.FieldPath: dbus.MakeVariant(root), dbus.FieldInterface: dbus.MakeVariant("freshkey.Prompt"),
		dbus.FieldMember: dbus.MakeVariant("Gone"), dbus.FieldDestination: dbus.MakeVariant(shared.Names()[0]),
	}}
	conn.Send(end, nil)
}

// ownerOf names the Secret Service's connection; each start of it has another.
func ownerOf(ctx context.Context, conn *dbus.Conn) (owner string, err error) {
	err = conn.BusObject().CallWithContext(ctx, "org.freedesktop.DBus.GetNameOwner", 0, secrets).Store(&owner)
	return owner, err
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
		return "/", unavailable("no Secret Service answers", err)
	}
	paths, _ := all.Value().([]dbus.ObjectPath)
	if slices.Contains(paths, loginPath) {
		return loginPath, nil
	}
	collection := dbus.ObjectPath("/")
	err = conn.Object(secrets, root).CallWithContext(ctx, service+".ReadAlias", 0, "default").Store(&collection)
	if err != nil {
		return "/", unavailable("look for the default collection", err)
	}
	return collection, nil
}

// openCollection is the collection go-keyring will use: "login" if there is one, else the default. ErrLocked, ErrUnavailable.
func openCollection(ctx context.Context, conn *dbus.Conn) (dbus.ObjectPath, error) {
	collection, err := findCollection(ctx, conn)
	if err != nil {
		return "", err
	}
	if collection == "/" {
		return "", fmt.Errorf("%w: the Secret Service has no default collection yet", ErrUnavailable)
	}
	return collection, unlocked(ctx, conn, collection, "Collection")
}

// unlocked looks at a "Collection" or an "Item".
func unlocked(ctx context.Context, conn *dbus.Conn, path dbus.ObjectPath, kind string) error {
	var locked dbus.Variant
	err := conn.Object(secrets, path).CallWithContext(ctx, "org.freedesktop.DBus.Properties.Get", 0, "org.freedesktop.Secret."+kind, "Locked").Store(&locked)
	if err != nil {
		return unavailable("look at the collection", err)
	}
	if is, _ := locked.Value().(bool); is {
		return ErrLocked
	}
	return nil
}

// find looks for items with these attributes.
func find(ctx context.Context, conn *dbus.Conn, collection dbus.ObjectPath, attributes map[string]string) (items []dbus.ObjectPath, err error) {
	err = conn.Object(secrets, collection).CallWithContext(ctx, "org.freedesktop.Secret.Collection.SearchItems", 0, attributes).Store(&items)
	if err != nil {
		return nil, unavailable("search the collection", err)
	}
	return items, nil
}
