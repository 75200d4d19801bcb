package keeper_test

import (
	"bufio"
	"errors"
	"io"
	"io/fs"
	"net"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"freshkey/oauth"
	"freshkey/oauth/keeper"
	"freshkey/oauth/sandbox"
)

func TestMonthsOfRotationStayRareAndUnbroken(t *testing.T) {
	perform(t, sandbox.Config{Expires: 72 * time.Hour}, func(t *testing.T, s *stage) {
		time.Sleep(180 * 24 * time.Hour)
		s.wantState(keeper.StateFresh, "")
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
		var requests atomic.Int32
		s.net.answerWith(func(c net.Conn) { // after a while, so that all hundred wait for it
			defer c.Close()
			_, _ = http.ReadRequest(bufio.NewReader(c))
			requests.Add(1)
			time.Sleep(time.Second)
			_, _ = io.WriteString(c, "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n")
		})
		var all sync.WaitGroup
		for range 100 {
			all.Go(func() {
				if err := s.keeper.Refresh(t.Context(), "a"); err == nil {
					t.Error("no error")
				}
			})
		}
		all.Wait()
		if n := requests.Load(); n != 1 {
			t.Errorf("%d requests", n)
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
				if a := s.state(); a.State != keeper.StateLocked {
					t.Errorf("state %s", a.State)
				}
				s.vault.breakWith(nil)
				time.Sleep(2 * time.Minute)
				s.wantChain()
			})
		})
	}
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
		s.wantState(keeper.StateFresh, "")
	})
}

func TestSameChainIsNotKeptTwice(t *testing.T) {
	perform(t, sandbox.Config{}, func(t *testing.T, s *stage) {
		token, _ := s.keeper.Access(t.Context(), "a", 0)
		if err := s.keeper.Add(t.Context(), s.account("b"), "x", token, nothing); !errors.Is(err, keeper.ErrDuplicate) {
			t.Errorf("got %v", err)
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
		s.wantState(keeper.StateFresh, "")
		if a := s.state(); a.Generation != 2 || a.Name != "renamed" {
			t.Errorf("generation %d of %q", a.Generation, a.Name)
		}
	})
}

func TestManyDueAtOnceStayPolite(t *testing.T) {
	perform(t, sandbox.Config{Expires: 2 * time.Hour}, func(t *testing.T, s *stage) {
		for n := range 100 {
			id := string(rune('b'+n%20)) + strings.Repeat("x", n/20)
			if err := s.keeper.Add(t.Context(), s.account(id), s.sandbox.ClientSecret(), firstToken(t, s.sandbox), nothing); err != nil {
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
		if n := len(s.sandbox.Counts().Live); n != 101 || s.sandbox.Counts().Reuses != 0 {
			t.Errorf("%d chains", n)
		}
		for _, a := range s.keeper.States() {
			if a.State != keeper.StateFresh {
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
		var v *keeper.VaultError
		if err := s.keeper.Add(t.Context(), s.account("b"), "x", token, nothing); !errors.As(err, &v) {
			t.Errorf("with a locked keychain: %v", err)
		}
		s.vault.breakWith(nil)
		if err := s.keeper.Add(t.Context(), s.account("b"), "x", token, nothing); !errors.Is(err, keeper.ErrDuplicate) {
			t.Errorf("got %v", err)
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

// The token that was brought is due at once; it is still unspent where the adding is taken back.
func TestAddThatIsTakenBackSpendsNothing(t *testing.T) {
	perform(t, sandbox.Config{}, func(t *testing.T, s *stage) {
		if err := s.keeper.Remove(t.Context(), "a"); err != nil {
			t.Fatal(err)
		}
		hits := s.sandbox.Counts().Hits
		full := errors.New("no room for the settings")
		bare := oauth.Token{Refresh: firstToken(t, s.sandbox).Refresh, Issued: time.Now()}
		err := s.keeper.Add(t.Context(), s.account("b"), s.sandbox.ClientSecret(), bare, func() error {
			time.Sleep(time.Minute)
			return full
		})
		time.Sleep(time.Hour)
		if got := s.sandbox.Counts().Hits; !errors.Is(err, full) || got != hits || s.vault.peek("b") != nil {
			t.Errorf("%v; %d requests, record %v", err, got-hits, s.vault.peek("b") != nil)
		}
	})
}
