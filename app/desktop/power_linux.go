package desktop

import (
	"context"
	"os"
	"sync"
	"time"

	"github.com/godbus/dbus/v5"
)

const (
	logind         = "org.freedesktop.login1"
	logindPath     = "/org/freedesktop/login1"
	manager        = logind + ".Manager"
	networkManager = "org.freedesktop.NetworkManager"
	portal         = "org.freedesktop.portal.Desktop"
	portalMonitor  = "org.freedesktop.portal.NetworkMonitor"

	connectedGlobal   = uint32(70) // NM_STATE_CONNECTED_GLOBAL
	inhibitorPatience = time.Second
	busReturns        = 5 * time.Minute // how often a bus that is missing is looked for
)

// linuxPower is logind and NetworkManager on the system bus, and the portal's network monitor on the session's. Where
// they are missing nothing is heard; the engine looks at the clock once a minute anyway.
type linuxPower struct {
	session *bus

	mu     sync.Mutex // guards system
	system *connection
}

func (p *linuxPower) systemBus() *connection {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.system != nil && p.system.Connected() {
		return p.system
	}
	if os.Getenv("DBUS_SYSTEM_BUS_ADDRESS") == "" {
		if _, err := os.Stat("/run/dbus/system_bus_socket"); err != nil {
			return nil
		}
	}
	conn, err := connect(dbus.ConnectSystemBus)
	if err != nil {
		return nil
	}
	p.system = conn
	return conn
}

var (
	sleepNews   = news{logind, manager, "PrepareForSleep"}
	networkNews = news{networkManager, networkManager, "StateChanged"}
	portalNews  = news{portal, portalMonitor, "changed"}
)

func (p *linuxPower) Watch(ctx context.Context, slept, online func()) {
	var both sync.WaitGroup
	both.Go(func() {
		keepWatching(ctx, p.systemBus, []news{sleepNews, networkNews}, func(n news, body []any) {
			if len(body) == 0 {
				return
			}
			if _, ok := body[0].(bool); ok && n == sleepNews {
				slept() // before it sleeps nothing should begin either
			}
			if state, ok := body[0].(uint32); ok && n == networkNews && state == connectedGlobal {
				online()
			}
		})
	})
	both.Go(func() {
		session := func() *connection {
			conn, err := p.session.get()
			if err != nil {
				return nil
			}
			return conn
		}
		keepWatching(ctx, session, []news{portalNews}, func(news, []any) {
			if available(ctx, session()) {
				online()
			}
		})
	})
	both.Wait()
}

// available asks the portal whether there is a network; it signals changes for the worse too. One that gives no answer, because it
// may not look into our process, is no reason to believe that there is none.
func available(ctx context.Context, conn *connection) (is bool) {
	if conn == nil {
		return false
	}
	ctx, cancel := context.WithTimeout(ctx, inhibitorPatience)
	defer cancel()
	err := conn.Object(portal, "/org/freedesktop/portal/desktop").
		CallWithContext(ctx, portalMonitor+".GetAvailable", 0).Store(&is)
	return err != nil || is
}

// keepWatching watches again when a bus that was lost is back.
func keepWatching(ctx context.Context, bus func() *connection, wanted []news, heard func(news, []any)) {
	for ctx.Err() == nil {
		watchNews(ctx, bus(), wanted, heard)
		select {
		case <-ctx.Done():
		case <-time.After(busReturns):
		}
	}
}

// Inhibit asks logind to wait with sleeping, for a few seconds at the most, which is what a refresh takes.
func (p *linuxPower) Inhibit(ctx context.Context, why string) func() {
	conn := p.systemBus()
	if conn == nil {
		return func() {}
	}
	ctx, cancel := context.WithTimeout(ctx, inhibitorPatience)
	defer cancel()
	var fd dbus.UnixFD
	if err := conn.Object(logind, logindPath).CallWithContext(ctx, manager+".Inhibit", 0, "sleep", "Freshkey", why, "delay").Store(&fd); err != nil {
		return func() {}
	}
	hold := os.NewFile(uintptr(fd), "inhibitor")
	return func() { _ = hold.Close() } // closing it is what lets the machine sleep
}

func (p *linuxPower) Close() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.system != nil {
		_ = p.system.Close()
	}
}
