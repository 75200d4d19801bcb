package desktop

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"sync"

	"github.com/godbus/dbus/v5"
)

// Open finds the services of this session. Nothing is asked before it is needed.
func Open() *Desktop {
	b := &bus{}
	p := &linuxPower{session: b}
	return &Desktop{
		clipboard: &linuxClipboard{open: openDataControl}, notices: newNotices(b), host: &statusNotifierHost{b}, power: p, proxies: sessionProxies{b},
		session: linuxSession{b, p.systemBus, noBusPatience}, screen: screenSavers{b}, shortcuts: portalShortcuts{b, helperPause},
	}
}

// bus is a D-Bus connection of our own, made anew when it broke. The tray and go-keyring share another one, on which a
// subscription of ours would stop the tray from coming back after a panel restarts.
type bus struct {
	mu   sync.Mutex // guards conn
	conn *connection
}

var errNoBus = errors.New("there is no D-Bus session")

func (b *bus) get() (*connection, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.conn != nil && b.conn.Connected() {
		return b.conn, nil
	}
	if os.Getenv("DBUS_SESSION_BUS_ADDRESS") == "" { // godbus would start a bus of its own
		folder := os.Getenv("XDG_RUNTIME_DIR")
		if _, err := os.Stat(filepath.Join(folder, "bus")); err != nil || folder == "" {
			return nil, errNoBus
		}
	}
	conn, err := connect(dbus.ConnectSessionBus)
	if err != nil {
		return nil, errNoBus
	}
	b.conn = conn
	return conn, nil
}

// connection is get's, or nil.
func (b *bus) connection() *connection {
	conn, err := b.get()
	if err != nil {
		return nil
	}
	return conn
}

func (b *bus) close() {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.conn != nil {
		_ = b.conn.Close()
		b.conn = nil
	}
}

// bounded ends with ctx, whatever the service does.
func bounded(ctx context.Context, work func() error) error {
	done := make(chan error, 1)
	go func() { done <- work() }()
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
}
