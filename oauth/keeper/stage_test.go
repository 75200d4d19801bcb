package keeper_test

import (
	"context"
	"errors"
	"log/slog"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"freshkey/oauth"
	"freshkey/oauth/journal"
	"freshkey/oauth/keeper"
	"freshkey/oauth/sandbox"
)

// pipes is a network in memory, so that virtual time can pass.
type pipes struct {
	conns chan net.Conn
	done  chan struct{}
	down  atomic.Bool

	answer atomic.Pointer[func(net.Conn)] // in the provider's place; nil for the sandbox
}

func (p *pipes) Accept() (net.Conn, error) {
	select {
	case c := <-p.conns:
		return c, nil
	case <-p.done:
		return nil, net.ErrClosed
	}
}
func (p *pipes) Close() error   { close(p.done); return nil }
func (p *pipes) Addr() net.Addr { return &net.TCPAddr{} }

func (p *pipes) dial(ctx context.Context, _, _ string) (net.Conn, error) {
	if p.down.Load() {
		return nil, errors.New("network is down")
	}
	ours, theirs := net.Pipe()
	if answer := p.answer.Load(); answer != nil {
		go (*answer)(theirs)
		return ours, nil
	}
	select {
	case p.conns <- theirs:
		return ours, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// answerWith puts f in the provider's place; nil gives the sandbox its place back.
func (p *pipes) answerWith(f func(net.Conn)) {
	if f == nil {
		p.answer.Store(nil)
		return
	}
	p.answer.Store(&f)
}

// stage is a keeper in front of a sandbox, in a bubble of virtual time.
type stage struct {
	t       *testing.T
	sandbox *sandbox.Server
	net     *pipes
	vault   *keychain
	dir     string
	keeper  *keeper.Keeper
	quit    func()
	ended   chan struct{}
	jump    atomic.Int64 // what is wrong with the wall clock

	askVault atomic.Bool // the setting
	machine  string
	note     func(keeper.Event) // but of what was found, which is …
	found    func(keeper.Event)
	left     func(account, fingerprint string) (journal.Move, bool)
}

// perform runs f in a bubble with an account "a" added and the keeper running.
func perform(t *testing.T, c sandbox.Config, f func(t *testing.T, s *stage)) {
	dir := folder(t)
	synctest.Test(t, func(t *testing.T) {
		s := &stage{
			t: t, sandbox: sandbox.New(c), net: &pipes{conns: make(chan net.Conn), done: make(chan struct{})},
			vault: &keychain{values: map[string][]byte{}}, dir: dir, machine: "here",
		}
		server := &http.Server{Handler: s.sandbox}
		go server.Serve(s.net)
		s.start()
		defer func() { s.stop(); server.Close() }()
		if err := s.keeper.Add(t.Context(), s.account("a"), s.sandbox.ClientSecret(), firstToken(t, s.sandbox), nothing); err != nil {
			t.Fatal(err)
		}
		f(t, s)
	})
}

// folder is one for sealed answers; in memory where there is such a place, because virtual months make thousands of syncs.
func folder(t testing.TB) string {
	t.Helper()
	dir, err := os.MkdirTemp("/dev/shm", "freshkey")
	if err != nil {
		return t.TempDir()
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	return dir
}

func firstToken(t testing.TB, s *sandbox.Server) oauth.Token {
	t.Helper()
	token, err := oauth.ReadAnswer(oauth.BuiltIn(), 200, s.NewChain(), time.Now())
	if err != nil {
		t.Fatal(err)
	}
	return token
}

func nothing() error { return nil }

func (s *stage) account(id string) oauth.Account {
	return s.sandbox.Account(id, id, "http://127.0.0.1:1")
}

func (s *stage) start() {
	ctx, cancel := context.WithCancel(s.t.Context())
	s.keeper = keeper.New(ctx, keeper.Config{
		Vault: s.vault, SealDir: s.dir, Exchange: oauth.Exchange{Dial: s.net.dial},
		MinValid: func() time.Duration { return 15 * time.Minute }, Log: slog.New(slog.DiscardHandler), Random: rand.Float64,
		Now: func() time.Time { return time.Now().Add(time.Duration(s.jump.Load())) }, Machine: s.machine,
		AskVault: s.askVault.Load, Left: s.left,
		OnEvent: func(e keeper.Event) {
			switch {
			case e.Found && s.found != nil:
				s.found(e)
			case !e.Found && s.note != nil:
				s.note(e)
			}
		},
	})
	s.ended = make(chan struct{})
	ended, keeper := s.ended, s.keeper
	go func() { keeper.Run(ctx); close(ended) }()
	s.quit = cancel
}

func (s *stage) stop() {
	s.quit()
	<-s.ended
}

// restart is a new process over the same keychain and disk.
func (s *stage) restart() {
	s.stop()
	s.start()
	s.keeper.Put(s.account("a"))
	synctest.Wait()
}

// stopWith stops the keeper, changes the keychain, and starts a keeper that knows no account yet.
func (s *stage) stopWith(change func()) {
	s.stop()
	change()
	s.start()
}

func (s *stage) state() keeper.AccountState {
	s.t.Helper()
	synctest.Wait()
	a, err := s.keeper.Account("a")
	if err != nil {
		s.t.Fatal(err)
	}
	return a
}

// sleep lets virtual time pass. What the test has written before is seen by whoever runs meanwhile, and the other way round.
func (s *stage) sleep(d time.Duration) {
	s.t.Helper()
	s.state()
	time.Sleep(d)
	s.state()
}

// unsaved is how many accounts hold what the keychain has not.
func (s *stage) unsaved() int {
	n, _ := s.keeper.Unsaved()
	return n
}

func (s *stage) wantState(state keeper.State, reason oauth.Reason) {
	s.t.Helper()
	if a := s.state(); a.State != state || a.Reason != reason {
		s.t.Fatalf("state %s (%s %s), want %s (%s)", a.State, a.Reason, a.Detail, state, reason)
	}
}

// wantChain fails unless the refresh token in the vault is the one the provider takes.
func (s *stage) wantChain() {
	s.t.Helper()
	stored := s.vault.record(s.t, "a").Grant.Token.Refresh.Fingerprint()
	if live := s.sandbox.Counts().Live; live[0] != stored {
		s.t.Fatalf("chain lost: the provider takes %s, stored is %s", live[0], stored)
	}
}
