package oauth_test

import (
	"context"
	"errors"
	"io/fs"
	"log/slog"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"freshkey/oauth"
	"freshkey/oauth/sandbox"
)

// keychain is a vault in memory that outlives the keepers over it, as a keychain outlives processes.
type keychain struct {
	mu     sync.Mutex
	values map[string][]byte
	broken func(op string, n int) error // asked before each call, with the number of calls before it
	calls  int
	slow   func(key string) time.Duration // of reading; nil means at once. Set while nothing runs.
}

func (v *keychain) ask(op string) error {
	v.calls++
	if v.broken == nil {
		return nil
	}
	return v.broken(op, v.calls-1)
}

func (v *keychain) Get(_ context.Context, key string) ([]byte, error) {
	if v.slow != nil {
		time.Sleep(v.slow(key))
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	if err := v.ask("get"); err != nil {
		return nil, err
	}
	if b, ok := v.values[key]; ok {
		return b, nil
	}
	return nil, fs.ErrNotExist
}

func (v *keychain) Set(_ context.Context, key string, value []byte) error {
	v.mu.Lock()
	defer v.mu.Unlock()
	if err := v.ask("set"); err != nil {
		return err
	}
	v.values[key] = value
	return nil
}

func (v *keychain) Delete(_ context.Context, key string) error {
	v.mu.Lock()
	defer v.mu.Unlock()
	if err := v.ask("delete"); err != nil {
		return err
	}
	delete(v.values, key)
	return nil
}

func (v *keychain) breakWith(f func(op string, n int) error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.broken, v.calls = f, 0
}

// put overwrites a value behind the keeper's back, and peek looks at one.
func (v *keychain) put(key string, value []byte) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.values[key] = value
}

func (v *keychain) peek(key string) []byte {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.values[key]
}

// always fails every call of one kind.
func always(op string, err error) func(string, int) error {
	return func(o string, _ int) error {
		if o == op || op == "" {
			return err
		}
		return nil
	}
}

// record is what the vault holds now.
func (v *keychain) record(t *testing.T, id string) oauth.Record {
	t.Helper()
	v.mu.Lock()
	defer v.mu.Unlock()
	r, err := oauth.DecodeRecord(v.values[id])
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// pipes is a network in memory, so that virtual time can pass.
type pipes struct {
	conns chan net.Conn
	done  chan struct{}
	down  atomic.Bool
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
	select {
	case p.conns <- theirs:
		return ours, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// stage is a keeper in front of a sandbox, in a bubble of virtual time.
type stage struct {
	t       *testing.T
	sandbox *sandbox.Server
	net     *pipes
	vault   *keychain
	dir     string
	keeper  *oauth.Keeper
	quit    func()
	ended   chan struct{}
	jump    atomic.Int64 // what is wrong with the wall clock
	machine string
	note    func(oauth.Event)
}

// perform runs f in a bubble with an account "a" added and the keeper running.
func perform(t *testing.T, c sandbox.Config, f func(t *testing.T, s *stage)) {
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		s := &stage{
			t: t, sandbox: sandbox.New(c), net: &pipes{conns: make(chan net.Conn), done: make(chan struct{})},
			vault: &keychain{values: map[string][]byte{}}, dir: dir, machine: "here",
		}
		server := &http.Server{Handler: s.sandbox}
		go server.Serve(s.net)
		s.start()
		defer func() { s.stop(); server.Close() }()
		if err := s.keeper.Add(t.Context(), s.account("a"), s.sandbox.ClientSecret(), firstToken(t, s.sandbox)); err != nil {
			t.Fatal(err)
		}
		f(t, s)
	})
}

func (s *stage) account(id string) oauth.Account {
	return s.sandbox.Account(id, id, "http://127.0.0.1:1")
}

func (s *stage) start() {
	ctx, cancel := context.WithCancel(s.t.Context())
	s.keeper = oauth.New(ctx, oauth.World{
		Vault: s.vault, SealDir: s.dir, Exchange: oauth.Exchange{Dial: s.net.dial},
		MinValid: func() time.Duration { return 15 * time.Minute }, Log: slog.New(slog.DiscardHandler), Random: rand.Float64,
		Now: func() time.Time { return time.Now().Add(time.Duration(s.jump.Load())) }, Machine: s.machine,
		Note: func(e oauth.Event) {
			if s.note != nil {
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

func (s *stage) state() oauth.AccountState {
	s.t.Helper()
	synctest.Wait()
	a, err := s.keeper.Account("a")
	if err != nil {
		s.t.Fatal(err)
	}
	return a
}

func (s *stage) wantState(state oauth.State, reason oauth.Reason) {
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

func TestMonthsOfRotationStayRareAndUnbroken(t *testing.T) {
	perform(t, sandbox.Config{Expires: 72 * time.Hour}, func(t *testing.T, s *stage) {
		time.Sleep(180 * 24 * time.Hour)
		s.wantState(oauth.StateFresh, "")
		s.wantChain()
		c := s.sandbox.Counts()
		if c.Reuses != 0 || c.Hits < 70 || c.Hits > 80 { // 72 h less about 14 h makes 74 in 180 days
			t.Errorf("%d hits, %d reuses", c.Hits, c.Reuses)
		}
	})
}

func TestHundredCallersCauseOneRequest(t *testing.T) {
	perform(t, sandbox.Config{}, func(t *testing.T, s *stage) {
		_ = s.sandbox.Break(sandbox.Slow, 1)
		var all sync.WaitGroup
		for range 100 {
			all.Go(func() {
				if err := s.keeper.Refresh(t.Context(), "a"); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		if c := s.sandbox.Counts(); c.Hits != 1 {
			t.Errorf("%d requests", c.Hits)
		}
		s.wantChain()
	})
}

func TestHundredCallersShareOneFailure(t *testing.T) {
	perform(t, sandbox.Config{}, func(t *testing.T, s *stage) {
		_ = s.sandbox.Break(sandbox.Unavailable, -1)
		_ = s.sandbox.Break(sandbox.Slow, -1)
		var all sync.WaitGroup
		for range 100 {
			all.Go(func() { _ = s.keeper.Refresh(t.Context(), "a") })
		}
		all.Wait()
		if c := s.sandbox.Counts(); c.Hits > 2 {
			t.Errorf("%d requests", c.Hits)
		}
	})
}

func TestNothingIsSentWhenStorageIsNotProved(t *testing.T) {
	for name, broken := range map[string]func(string, int) error{
		"locked":        always("", fs.ErrPermission),
		"write fails":   always("set", errors.New("disk full")),
		"lies on write": nil,
	} {
		t.Run(name, func(t *testing.T) {
			perform(t, sandbox.Config{}, func(t *testing.T, s *stage) {
				if broken == nil {
					before := s.vault.values["a"]
					broken = func(op string, _ int) error { s.vault.values["a"] = before; return nil }
				}
				s.vault.breakWith(broken)
				if err := s.keeper.Refresh(t.Context(), "a"); err == nil {
					t.Error("no error")
				}
				if c := s.sandbox.Counts(); c.Hits != 0 {
					t.Errorf("%d requests with a keychain that does not store", c.Hits)
				}
				if a := s.state(); a.State != oauth.StateLocked {
					t.Errorf("state %s", a.State)
				}
				s.vault.breakWith(nil)
				time.Sleep(2 * time.Minute)
				s.wantChain()
			})
		})
	}
}

func TestAnswerReadIsAnAnswerKept(t *testing.T) {
	perform(t, sandbox.Config{}, func(t *testing.T, s *stage) {
		sets := 0
		s.vault.breakWith(func(op string, _ int) error { // the intent is taken, the grant is not
			if op == "set" {
				if sets++; sets > 1 {
					return errors.New("keychain gone")
				}
			}
			return nil
		})
		if err := s.keeper.Refresh(t.Context(), "a"); err != nil {
			t.Fatal(err)
		}
		s.wantState(oauth.StateUnsaved, oauth.ReasonKeychain)
		if token, err := s.keeper.Access(t.Context(), "a", time.Hour); err != nil || token.Refresh.Fingerprint() != s.sandbox.Counts().Live[0] {
			t.Errorf("the new token is not served: %v", err)
		}
		time.Sleep(time.Hour)
		if c := s.sandbox.Counts(); c.Hits != 1 {
			t.Errorf("%d requests while unsaved", c.Hits)
		}
		s.vault.breakWith(nil)
		s.restart() // the process dies unsaved; the next one opens the seal
		s.wantState(oauth.StateFresh, "")
		s.wantChain()
	})
}

func TestUnsavedIsSavedWhenTheKeychainReturns(t *testing.T) {
	perform(t, sandbox.Config{}, func(t *testing.T, s *stage) {
		sets := 0
		s.vault.breakWith(func(op string, _ int) error {
			if op == "set" {
				if sets++; sets > 1 {
					return fs.ErrPermission
				}
			}
			return nil
		})
		_ = s.keeper.Refresh(t.Context(), "a")
		s.wantState(oauth.StateUnsaved, oauth.ReasonLocked)
		s.vault.breakWith(nil)
		time.Sleep(time.Minute)
		s.wantState(oauth.StateFresh, "")
		s.wantChain()
	})
}

func TestSealedAnswerIsUnreadableWithoutTheKeychain(t *testing.T) {
	perform(t, sandbox.Config{}, func(t *testing.T, s *stage) {
		sets := 0
		s.vault.breakWith(func(op string, _ int) error {
			if op == "set" {
				if sets++; sets > 1 {
					return fs.ErrPermission
				}
			}
			return nil
		})
		_ = s.keeper.Refresh(t.Context(), "a")
		files, _ := filepath.Glob(filepath.Join(s.dir, "*.sealed"))
		if len(files) != 1 {
			t.Fatalf("%d seals", len(files))
		}
		info, _ := os.Stat(files[0])
		data, _ := os.ReadFile(files[0])
		if info.Mode().Perm() != 0o600 || strings.Contains(string(data), "R3_") {
			t.Errorf("mode %v, or a token in the clear", info.Mode())
		}
		s.vault.breakWith(nil)
	})
}

func TestLostAnswerIsUncertainThenTriedThenDead(t *testing.T) {
	perform(t, sandbox.Config{}, func(t *testing.T, s *stage) {
		_ = s.sandbox.Break(sandbox.Drop, 1)
		before, _ := s.keeper.Access(t.Context(), "a", 0)
		if err := s.keeper.Refresh(t.Context(), "a"); err == nil {
			t.Fatal("no error")
		}
		s.wantState(oauth.StateUncertain, oauth.ReasonNoAnswer)
		if a := s.state(); a.Next.IsZero() || !a.UsableUntil.Equal(before.Expires) {
			t.Errorf("next %v, usable until %v", a.Next, a.UsableUntil)
		}
		s.restart()
		s.wantState(oauth.StateUncertain, oauth.ReasonInterrupted)
		if a := s.state(); time.Since(a.Sent) > time.Minute {
			t.Errorf("sent at %v", a.Sent)
		}
		time.Sleep(2 * time.Minute)
		s.wantState(oauth.StateSignIn, oauth.ReasonLostAnswer)
		if after, err := s.keeper.Access(t.Context(), "a", oauth.DefaultValidity); err != nil || after.Access != before.Access {
			t.Errorf("the old access token is not served to its expiry: %v", err)
		}
		time.Sleep(30 * 24 * time.Hour)
		if _, err := s.keeper.Access(t.Context(), "a", oauth.DefaultValidity); err == nil {
			t.Error("an expired token was served")
		}
		if c := s.sandbox.Counts(); c.Hits != 2 || c.Reuses != 1 {
			t.Errorf("%d requests, %d reuses: a refused token was sent again", c.Hits, c.Reuses)
		}
		s.restart()
		s.wantState(oauth.StateSignIn, oauth.ReasonRefused)
	})
}

func TestFailuresThatSpendNothingHealByThemselves(t *testing.T) {
	for fault, want := range map[sandbox.Fault]oauth.State{
		sandbox.ResetAfter: oauth.StateUncertain, sandbox.HTML: oauth.StateUncertain, sandbox.Busy: oauth.StateWaiting,
		sandbox.Unavailable: oauth.StateWaiting, sandbox.Settings: oauth.StateMisconfigured, sandbox.Unknown: oauth.StateWaiting,
		sandbox.Redirect: oauth.StateWaiting, sandbox.TruncateLate: oauth.StateWaiting, sandbox.Huge: oauth.StateUncertain,
	} {
		t.Run(string(fault), func(t *testing.T) {
			perform(t, sandbox.Config{}, func(t *testing.T, s *stage) {
				_ = s.sandbox.Break(fault, 1)
				_ = s.keeper.Refresh(t.Context(), "a")
				if a := s.state(); a.State != want {
					t.Errorf("state %s, want %s", a.State, want)
				}
				time.Sleep(2 * time.Hour)
				s.wantState(oauth.StateFresh, "")
				s.wantChain()
				if c := s.sandbox.Counts(); c.Reuses != 0 {
					t.Errorf("%d reuses", c.Reuses)
				}
			})
		})
	}
}

func TestOfflineIsQuietAndSpendsNothing(t *testing.T) {
	perform(t, sandbox.Config{Expires: time.Hour}, func(t *testing.T, s *stage) {
		s.net.down.Store(true)
		time.Sleep(3 * time.Hour)
		s.wantState(oauth.StateOffline, oauth.ReasonNoConnection)
		if r := s.vault.record(t, "a"); r.Intent != nil {
			t.Error("an intent is left although nothing was sent: a restart would call it uncertain")
		}
		s.net.down.Store(false)
		time.Sleep(6 * time.Minute)
		s.wantState(oauth.StateFresh, "")
	})
}

func TestBackoffIsNotDefeatedByScripts(t *testing.T) {
	perform(t, sandbox.Config{Expires: time.Hour}, func(t *testing.T, s *stage) {
		_ = s.sandbox.Break(sandbox.Unavailable, -1)
		time.Sleep(50 * time.Minute)
		hits := s.sandbox.Counts().Hits
		for range 100 {
			if _, err := s.keeper.Access(t.Context(), "a", 30*time.Minute); err == nil {
				t.Fatal("a token that is not valid that long")
			}
		}
		if more := s.sandbox.Counts().Hits - hits; more > 1 {
			t.Errorf("%d requests", more)
		}
	})
}

func TestQuitSeesAWrittenRequestThrough(t *testing.T) {
	perform(t, sandbox.Config{}, func(t *testing.T, s *stage) {
		_ = s.sandbox.Break(sandbox.Slow, 1)
		go s.keeper.Refresh(t.Context(), "a")
		time.Sleep(time.Second)
		s.stop()
		s.wantChain()
		s.start()
		s.keeper.Put(s.account("a"))
		s.wantState(oauth.StateFresh, "")
	})
}

func TestStaleSealIsNotOpenedOverANewerRecord(t *testing.T) {
	perform(t, sandbox.Config{}, func(t *testing.T, s *stage) {
		_ = s.sandbox.Break(sandbox.Garbage, 1)
		_ = s.keeper.Refresh(t.Context(), "a")
		s.wantState(oauth.StateUncertain, oauth.ReasonUnreadable)
		r := s.vault.record(t, "a")
		if r.Unread == nil {
			t.Fatal("the unreadable answer was not kept")
		}
		newer := r // as if the chain had gone on
		newer.Grant.Token.Refresh, newer.Grant.Generation = "R3_newer", r.Grant.Generation+1
		data, _ := newer.Encode()
		s.vault.put("a", data)
		s.restart()
		if got := s.vault.record(t, "a").Grant.Token.Refresh.Reveal(); got != "R3_newer" {
			t.Errorf("stored is %s", got)
		}
	})
}

func TestUnreadableAnswerStaysUncertainAfterARestart(t *testing.T) {
	perform(t, sandbox.Config{}, func(t *testing.T, s *stage) {
		_ = s.sandbox.Break(sandbox.Garbage, 1)
		_ = s.keeper.Refresh(t.Context(), "a")
		s.restart()
		s.wantState(oauth.StateUncertain, oauth.ReasonUnreadable)
	})
}

func TestSameChainIsNotKeptTwice(t *testing.T) {
	perform(t, sandbox.Config{}, func(t *testing.T, s *stage) {
		token, _ := s.keeper.Access(t.Context(), "a", 0)
		if err := s.keeper.Add(t.Context(), s.account("b"), "x", token); !errors.Is(err, oauth.ErrDuplicate) {
			t.Errorf("got %v", err)
		}
	})
}

func TestUnreadableIsNotEmpty(t *testing.T) {
	perform(t, sandbox.Config{}, func(t *testing.T, s *stage) {
		for name, record := range map[string]string{"noise": "noise", "newer version": `{"v":99,"grant":{"refresh_token":"x"}}`, "empty": `{"v":1}`} {
			good := s.vault.peek("a")
			s.vault.put("a", []byte(record))
			s.restart()
			if a := s.state(); a.State != oauth.StateLocked {
				t.Errorf("%s: state %s", name, a.State)
			}
			_ = s.keeper.Refresh(t.Context(), "a")
			if string(s.vault.peek("a")) != record {
				t.Errorf("%s: overwritten", name)
			}
			s.vault.put("a", good)
			time.Sleep(2 * time.Minute)
			s.wantState(oauth.StateFresh, "")
		}
	})
}

func TestPanicInTheParserLosesNothing(t *testing.T) {
	perform(t, sandbox.Config{}, func(t *testing.T, s *stage) {
		sets := 0
		s.vault.breakWith(func(op string, _ int) error {
			if op == "set" {
				if sets++; sets == 2 {
					panic("planted")
				}
			}
			return nil
		})
		func() {
			s.vault.mu.TryLock() // a panic under the fake's lock must not hang the test
			s.vault.mu.Unlock()
		}()
		_ = s.keeper.Refresh(t.Context(), "a")
		s.wantState(oauth.StateWaiting, oauth.ReasonInternal)
		time.Sleep(2 * time.Minute)
		s.wantState(oauth.StateFresh, "")
		s.wantChain()
		if c := s.sandbox.Counts(); c.Hits != 1 {
			t.Errorf("%d requests; the seal was not opened", c.Hits)
		}
	})
}

func TestRemoveWaitsForWhatIsUnderWay(t *testing.T) {
	perform(t, sandbox.Config{}, func(t *testing.T, s *stage) {
		_ = s.sandbox.Break(sandbox.Slow, 1)
		go s.keeper.Refresh(t.Context(), "a")
		time.Sleep(time.Second)
		if err := s.keeper.Remove(t.Context(), "a"); err != nil {
			t.Fatal(err)
		}
		if len(s.sandbox.Counts().Deliveries) != 1 || s.vault.peek("a") != nil {
			t.Error("removed under a running refresh")
		}
	})
}

func TestEditsInFlightKeepTheAnswer(t *testing.T) {
	perform(t, sandbox.Config{}, func(t *testing.T, s *stage) {
		_ = s.sandbox.Break(sandbox.Slow, 1)
		go s.keeper.Refresh(t.Context(), "a")
		time.Sleep(time.Second)
		renamed := s.account("a")
		renamed.Name = "renamed"
		s.keeper.Put(renamed)
		if err := s.keeper.Drop(t.Context(), "a"); err != nil { // taken out of the settings meanwhile
			t.Fatal(err)
		}
		s.wantChain()
		s.keeper.Put(renamed)
		s.wantState(oauth.StateFresh, "")
		if a := s.state(); a.Generation != 2 || a.Name != "renamed" {
			t.Errorf("generation %d of %q", a.Generation, a.Name)
		}
	})
}

func TestSealLeftByACrashIsSweptAway(t *testing.T) {
	perform(t, sandbox.Config{}, func(t *testing.T, s *stage) {
		orphan := filepath.Join(s.dir, "a-0123456789abcdef.sealed")
		if err := os.WriteFile(orphan, []byte("x"), 0o600); err != nil {
			t.Fatal(err)
		}
		s.restart()
		s.wantState(oauth.StateFresh, "")
		if _, err := os.Stat(orphan); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("it is still there: %v", err)
		}
	})
}

func TestManyDueAtOnceStayPolite(t *testing.T) {
	perform(t, sandbox.Config{Expires: 2 * time.Hour}, func(t *testing.T, s *stage) {
		for n := range 200 {
			id := string(rune('b'+n%20)) + strings.Repeat("x", n/20)
			if err := s.keeper.Add(t.Context(), s.account(id), s.sandbox.ClientSecret(), firstToken(t, s.sandbox)); err != nil {
				t.Fatal(err)
			}
		}
		s.net.down.Store(true)
		time.Sleep(2 * time.Hour)
		s.net.down.Store(false)
		before := s.sandbox.Counts().Hits
		time.Sleep(10 * time.Second)
		if n := s.sandbox.Counts().Hits - before; n > 51 {
			t.Errorf("%d requests in 10 s, the rate is 5/s", n)
		}
		time.Sleep(20 * time.Minute)
		if n := len(s.sandbox.Counts().Live); n != 201 || s.sandbox.Counts().Reuses != 0 {
			t.Errorf("%d chains", n)
		}
		for _, a := range s.keeper.Snapshot().Accounts {
			if a.State != oauth.StateFresh {
				t.Errorf("%s is %s", a.ID, a.State)
			}
		}
	})
}

func TestDuplicateIsFoundAmongAccountsNotReadYet(t *testing.T) {
	perform(t, sandbox.Config{}, func(t *testing.T, s *stage) {
		token, _ := s.keeper.Access(t.Context(), "a", 0)
		s.stop()
		s.vault.breakWith(always("", fs.ErrPermission))
		s.start()
		s.keeper.Put(s.account("a"))
		synctest.Wait()
		var v *oauth.VaultError
		if err := s.keeper.Add(t.Context(), s.account("b"), "x", token); !errors.As(err, &v) {
			t.Errorf("with a locked keychain: %v", err)
		}
		s.vault.breakWith(nil)
		if err := s.keeper.Add(t.Context(), s.account("b"), "x", token); !errors.Is(err, oauth.ErrDuplicate) {
			t.Errorf("got %v", err)
		}
	})
}

func TestBrokenAnswersMakeNoStormOfRotations(t *testing.T) {
	perform(t, sandbox.Config{Expires: time.Hour}, func(t *testing.T, s *stage) {
		_ = s.sandbox.Break(sandbox.TruncateLate, -1)
		time.Sleep(3 * time.Hour)
		s.wantChain()
		if n := s.sandbox.Counts().Refreshes; n > 20 {
			t.Errorf("%d rotations in two hours of broken answers", n)
		}
	})
}

func TestRefreshAskedForAtTheStartIsARefresh(t *testing.T) {
	perform(t, sandbox.Config{}, func(t *testing.T, s *stage) {
		s.stop()
		s.start()
		s.keeper.Put(s.account("a"))
		if err := s.keeper.Refresh(t.Context(), "a"); err != nil { // while the record is being read
			t.Fatal(err)
		}
		if n := s.sandbox.Counts().Hits; n != 1 {
			t.Errorf("%d requests", n)
		}
	})
}
