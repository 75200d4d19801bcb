package desktop

import (
	"context"
	"os"
	"strings"
	"time"

	"github.com/godbus/dbus/v5"
)

// Why a session is over.
const (
	busGone      = "the session's bus is gone"
	noBus        = "there is no session's bus, and so no keychain"
	sessionsGone = "the user has no session left"
)

const (
	busPatience   = 10 * time.Second // how long a session's bus may take to come back
	noBusPatience = 30 * time.Second // and to come: who starts one in a session after that gets it
	busLookAgain  = 200 * time.Millisecond
	userInterface = logind + ".User"
	oneInterface  = logind + ".Session"
)

var sessionNews = news{logind, manager, "SessionRemoved"}

// linuxSession is over when its bus has gone and does not come back, or was never there, or when logind has removed the user's last session and the
// user does not linger.
type linuxSession struct {
	bus      *bus
	system   func() *connection
	patience time.Duration // for a bus that is not there
}

func (s linuxSession) AwaitEnd(ctx context.Context) string {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	ended := make(chan string, 2)
	go func() { ended <- s.awaitBusLoss(ctx) }()
	go func() { ended <- s.awaitLogout(ctx) }()
	if why := <-ended; why != "" {
		return why
	}
	return <-ended
}

func (linuxSession) Kind() SessionKind {
	switch {
	case os.Getenv("WAYLAND_DISPLAY") != "": // also where XWayland is besides
		return SessionWayland
	case os.Getenv("DISPLAY") != "":
		return SessionX11
	}
	return SessionNone
}

// awaitBusLoss ends an agent without a bus too: it can do nothing, and one that is started where the bus is would find it there.
func (s linuxSession) awaitBusLoss(ctx context.Context) string {
	for {
		if !s.busReturns(ctx, s.patience) {
			return noBus
		}
		conn, err := s.bus.get()
		if err != nil && ctx.Err() == nil { // it has just gone again
			continue
		} else if err != nil {
			return ""
		}
		select {
		case <-ctx.Done():
			return ""
		case <-conn.Context().Done():
		}
		if ctx.Err() != nil {
			return ""
		}
		if !s.busReturns(ctx, busPatience) {
			return busGone
		}
	}
}

func (s linuxSession) busReturns(ctx context.Context, patience time.Duration) bool {
	for end := time.Now().Add(patience); ; {
		if _, err := s.bus.get(); err == nil {
			return true
		}
		if !time.Now().Before(end) {
			return false
		}
		select {
		case <-ctx.Done():
			return true
		case <-time.After(busLookAgain):
		}
	}
}

func (s linuxSession) awaitLogout(ctx context.Context) (why string) {
	if conn := s.system(); conn == nil || loggedOut(ctx, conn) { // it was begun outside of any session
		return ""
	}
	watching, cancel := context.WithCancel(ctx)
	defer cancel()
	ended := func() {
		if conn := s.system(); conn != nil && loggedOut(ctx, conn) {
			why = sessionsGone
			cancel()
		}
	}
	keepWatching(watching, s.system, []news{sessionNews}, ended, func(news, []any) { ended() })
	return why
}

// loggedOut reports whether logind knows no session of the user's any more, and the user has not asked for what is begun in one to go
// on behind it. What logind does not tell is no reason to end.
func loggedOut(ctx context.Context, conn *connection) bool {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	var path dbus.ObjectPath
	err := conn.Object(logind, logindPath).CallWithContext(ctx, manager+".GetUser", 0, uint32(os.Getuid())).Store(&path)
	if known, ok := err.(dbus.Error); ok && known.Name == logind+".NoSuchUser" {
		return true
	}
	if err != nil {
		return false
	}
	var lingers bool
	var sessions []struct {
		ID   string
		Path dbus.ObjectPath
	}
	if property(ctx, conn, path, userInterface, "Linger", &lingers) != nil || property(ctx, conn, path, userInterface, "Sessions", &sessions) != nil || lingers {
		return false
	}
	for _, one := range sessions {
		var class string
		if property(ctx, conn, one.Path, oneInterface, "Class", &class) != nil || strings.HasPrefix(class, "user") { // not that of the user's systemd
			return false
		}
	}
	return true
}

func property(ctx context.Context, conn *connection, path dbus.ObjectPath, iface, name string, into any) error {
	var v dbus.Variant
	if err := conn.Object(logind, path).CallWithContext(ctx, "org.freedesktop.DBus.Properties.Get", 0, iface, name).Store(&v); err != nil {
		return err
	}
	return v.Store(into)
}
