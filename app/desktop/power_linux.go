package desktop

import (
	"context"
	"os/exec"
	"sync"
	"time"
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
	conn, err := connect(connectSystemBus)
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
		keepWatching(ctx, p.systemBus, []news{sleepNews, networkNews}, nil, func(n news, body []any) {
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
		keepWatching(ctx, p.session.connection, []news{portalNews}, nil, func(news, []any) {
			if available(ctx, p.session.connection()) {
				online()
			}
		})
	})
	both.Wait()
}

// Sources counts on a portal that is there: each has a network monitor.
func (p *linuxPower) Sources() (sleep, network string) {
	p.mu.Lock()
	system := p.system
	p.mu.Unlock()
	switch session := p.session.connection(); {
	case system.hears(networkNews):
		network = "NetworkManager"
	case session.hears(portalNews):
		network = "xdg-desktop-portal"
	}
	if system.hears(sleepNews) {
		sleep = "logind"
	}
	return sleep, network
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

// keepWatching watches again when a bus that was lost is back. begun, unless it is nil, is called whenever the news begin to be heard: what
// there was of them before has to be asked for.
func keepWatching(ctx context.Context, bus func() *connection, wanted []news, begun func(), heard func(news, []any)) {
	for ctx.Err() == nil {
		watchNews(ctx, bus(), wanted, begun, heard)
		select {
		case <-ctx.Done():
		case <-time.After(busReturns):
		}
	}
}

// Inhibit asks logind to wait with sleeping, for a few seconds at the most, which is what a refresh takes. What it gives for that is a
// descriptor, and those are not taken from a bus on which everybody may send some: systemd's own program holds it, as long as its input is
// open.
func (p *linuxPower) Inhibit(ctx context.Context, why string) func() {
	ctx, cancel := context.WithTimeout(ctx, inhibitorPatience)
	defer cancel()
	cmd := exec.Command("systemd-inhibit", "--what=sleep", "--who=Freshkey", "--why="+why, "--mode=delay", "sh", "-c", "echo; exec cat")
	hold, err := cmd.StdinPipe()
	if err != nil {
		return func() {}
	}
	said, err := cmd.StdoutPipe()
	if err != nil || cmd.Start() != nil {
		return func() {}
	}
	held := make(chan struct{})
	go func() {
		_, _ = said.Read(make([]byte, 1)) // or its end: then there is nothing to be had
		close(held)
		_ = cmd.Wait()
	}()
	select {
	case <-held:
	case <-ctx.Done():
	}
	return func() { _ = hold.Close() } // which is what lets the machine sleep
}

func (p *linuxPower) Close() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.system != nil {
		_ = p.system.Close()
	}
}
