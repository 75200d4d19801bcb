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
	system *dbus.Conn
}

func (p *linuxPower) systemBus() *dbus.Conn {
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
	conn, err := dbus.ConnectSystemBus()
	if err != nil {
		return nil
	}
	p.system = conn
	return conn
}

func (p *linuxPower) Watch(ctx context.Context, slept, online func()) {
	var both sync.WaitGroup
	both.Go(func() {
		p.keepWatching(ctx, p.systemBus, [][]dbus.MatchOption{
			{dbus.WithMatchInterface(manager), dbus.WithMatchMember("PrepareForSleep")},
			{dbus.WithMatchInterface(networkManager), dbus.WithMatchMember("StateChanged")},
		}, func(s *dbus.Signal) {
			if len(s.Body) == 0 {
				return
			}
			if _, ok := s.Body[0].(bool); ok && s.Name == manager+".PrepareForSleep" {
				slept() // before it sleeps nothing should begin either
			}
			if state, ok := s.Body[0].(uint32); ok && s.Name == networkManager+".StateChanged" && state == connectedGlobal {
				online()
			}
		})
	})
	both.Go(func() {
		session := func() *dbus.Conn {
			conn, err := p.session.get()
			if err != nil {
				return nil
			}
			return conn
		}
		changed := [][]dbus.MatchOption{{dbus.WithMatchInterface(portalMonitor), dbus.WithMatchMember("changed")}}
		p.keepWatching(ctx, session, changed, func(s *dbus.Signal) {
			if s.Name == portalMonitor+".changed" && available(ctx, session()) {
				online()
			}
		})
	})
	both.Wait()
}

// available asks the portal whether there is a network; it signals changes for the worse too.
func available(ctx context.Context, conn *dbus.Conn) (is bool) {
	if conn == nil {
		return false
	}
	ctx, cancel := context.WithTimeout(ctx, inhibitorPatience)
	defer cancel()
	err := conn.Object("org.freedesktop.portal.Desktop", "/org/freedesktop/portal/desktop").
		CallWithContext(ctx, portalMonitor+".GetAvailable", 0).Store(&is)
	return err == nil && is
}

// keepWatching watches again when a bus that was lost is back.
func (p *linuxPower) keepWatching(ctx context.Context, bus func() *dbus.Conn, matches [][]dbus.MatchOption, heard func(*dbus.Signal)) {
	for ctx.Err() == nil {
		watchSignals(ctx, bus(), matches, heard)
		select {
		case <-ctx.Done():
		case <-time.After(busReturns):
		}
	}
}

// watchSignals calls heard with each signal on conn until ctx or the connection ends.
func watchSignals(ctx context.Context, conn *dbus.Conn, matches [][]dbus.MatchOption, heard func(*dbus.Signal)) {
	if conn == nil {
		return
	}
	signals := make(chan *dbus.Signal, 16)
	conn.Signal(signals)
	defer conn.RemoveSignal(signals)
	for _, m := range matches {
		if err := conn.AddMatchSignalContext(ctx, m...); err != nil {
			return
		}
	}
	for {
		select {
		case <-ctx.Done():
			return
		case s, open := <-signals:
			if !open {
				return
			}
			if s != nil {
				heard(s)
			}
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
