package sandbox

import (
	"fmt"
	"net"
	"net/http"
	"slices"
	"strings"
	"time"
)

// Fault is a way to misbehave.
type Fault string

// The faults. Each works on the token endpoint.
const (
	ResetBefore  Fault = "reset-before"  // the connection is reset before the request is read
	ResetAfter   Fault = "reset-after"   // the request is read, nothing is rotated, the connection is reset
	Drop         Fault = "drop"          // the chain is rotated and the answer never sent
	Stall        Fault = "stall"         // the chain is rotated and the answer never ends; the client has to give up
	Slow         Fault = "slow"          // the answer comes after two seconds
	Truncate     Fault = "truncate"      // the body ends in the middle of the refresh token
	TruncateLate Fault = "truncate-late" // the body ends after the refresh token
	Garbage      Fault = "garbage"       // the chain is rotated and the body is noise, with status 200
	HTML         Fault = "html-502"      // a gateway's page; nothing is rotated
	Gateway      Fault = "gateway-504"   // the chain is rotated and a gateway gives up waiting for the answer
	Busy         Fault = "busy-429"      // 429 with Retry-After; nothing is rotated
	Unavailable  Fault = "unavailable"   // 503; nothing is rotated
	WrongTypes   Fault = "wrong-types"   // expires_in is a string, scope a number, openId a list
	Blanks       Fault = "blanks"        // stray blanks in names and values
	Settings     Fault = "settings"      // 96003, as if the secret were wrong
	Dead         Fault = "dead"          // 96009, whatever is presented
	Unknown      Fault = "unknown-code"  // an error number nobody knows
	Huge         Fault = "huge"          // a body of more than 1 MiB; nothing is rotated
	Redirect     Fault = "redirect"      // 302 to another place; nothing is rotated
	Rollback     Fault = "rollback"      // answers with a new token and then forgets it: the old one goes on working
)

// Faults lists all names, in the order of their description.
func Faults() []Fault {
	return []Fault{
		ResetBefore, ResetAfter, Drop, Stall, Slow, Truncate, TruncateLate, Garbage, HTML, Gateway, Busy, Unavailable,
		WrongTypes, Blanks, Settings, Dead, Unknown, Huge, Redirect, Rollback,
	}
}

// Break makes the next n token requests fail that way; n < 0 means all from now on, 0 ends the fault.
func (s *Server) Break(f Fault, n int) error {
	if !slices.Contains(Faults(), f) {
		var names []string
		for _, f := range Faults() {
			names = append(names, string(f))
		}
		return fmt.Errorf("unknown fault %q; there are %s", f, strings.Join(names, ", "))
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if n == 0 {
		delete(s.faults, f)
		return nil
	}
	s.faults[f] = n
	return nil
}

// Heal ends all faults.
func (s *Server) Heal() {
	s.mu.Lock()
	defer s.mu.Unlock()
	clear(s.faults)
}

// Delay makes each answer wait for d, one with a token after the chain was rotated.
func (s *Server) Delay(d time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.delay = d
}

// pause waits as long as Delay says.
func (s *Server) pause() {
	s.mu.Lock()
	delay := s.delay
	s.mu.Unlock()
	time.Sleep(delay)
}

// takes reports whether one of the faults applies now, and uses one of its times up.
func (s *Server) takes(candidates ...Fault) Fault {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, f := range candidates {
		n := s.faults[f]
		if n == 0 {
			continue
		}
		if n == 1 {
			delete(s.faults, f)
		} else if n > 1 {
			s.faults[f] = n - 1
		}
		return f
	}
	return ""
}

// refuseEarly answers what needs no look at the request; done says that it did.
func (s *Server) refuseEarly(w http.ResponseWriter, r *http.Request) (done bool) {
	fault := s.takes(ResetAfter, HTML, Busy, Unavailable, Settings, Dead, Unknown, Huge, Redirect)
	if fault == "" {
		return false
	}
	s.pause()
	switch fault {
	case ResetAfter:
		reset(w)
	case HTML:
		w.Header().Set("Content-Type", "text/html")
		w.WriteHeader(http.StatusBadGateway)
		_, _ = w.Write([]byte("<html><body><h1>502 Bad Gateway</h1></body></html>"))
	case Busy:
		w.Header().Set("Retry-After", "2")
		w.WriteHeader(http.StatusTooManyRequests)
	case Unavailable:
		w.WriteHeader(http.StatusServiceUnavailable)
	case Settings:
		s.fail(w, 96003)
	case Dead:
		s.fail(w, 96009)
	case Unknown:
		s.fail(w, 97777)
	case Huge:
		_, _ = w.Write([]byte(strings.Repeat("x", 3<<20)))
	case Redirect:
		http.Redirect(w, r, "/elsewhere", http.StatusFound)
	}
	return true
}

// reset ends the connection with a TCP reset where there is TCP.
func reset(w http.ResponseWriter) {
	c, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	abort(c)
}

func abort(c net.Conn) {
	if tcp, ok := c.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0)
	}
	_ = c.Close()
}

// Serve answers on l until it is closed.
func (s *Server) Serve(l net.Listener) error {
	return (&http.Server{Handler: s, ReadHeaderTimeout: 10 * time.Second}).Serve(listener{l, s})
}

// listener counts connections and can end them before anything is read.
type listener struct {
	net.Listener
	s *Server
}

func (l listener) Accept() (net.Conn, error) {
	for {
		c, err := l.Listener.Accept()
		if err != nil {
			return nil, err
		}
		l.s.mu.Lock()
		l.s.counts.Connections++
		l.s.mu.Unlock()
		if l.s.takes(ResetBefore) == "" {
			return c, nil
		}
		abort(c)
	}
}
