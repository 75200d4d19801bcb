package keeper_test

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"os"
	"testing"
	"testing/synctest"
	"time"

	"freshkey/oauth"
	"freshkey/oauth/keeper"
	"freshkey/oauth/sandbox"
)

// A file that cannot be read for a moment and holds nothing that counts: a token with three days left is spent.
func TestSealOutOfReachForAMomentSpendsNothing(t *testing.T) {
	perform(t, threeDays, func(t *testing.T, s *stage) {
		var record []byte
		left := map[string][]byte{}
		_ = s.keeper.SignIn(t.Context(), "a", s.code("other"), func(context.Context, string, string) bool {
			record = s.vault.peek("a")
			for _, f := range seals(t, s) {
				left[f], _ = os.ReadFile(f)
			}
			return false
		})
		before := s.sandbox.Counts().Hits
		s.stopWith(func() {
			s.vault.put("a", record) // killed at the question
			for f := range left {
				_ = os.Mkdir(f, 0o700)
			}
		})
		s.keeper.Put(s.account("a"))
		s.wantState(keeper.StateWaiting, keeper.ReasonOutOfReach)
		for f, data := range left {
			_ = os.Remove(f)
			_ = os.WriteFile(f, data, 0o600)
		}
		time.Sleep(10 * time.Minute)
		a := s.state()
		if n := s.sandbox.Counts().Hits - before; n != 0 {
			t.Errorf("%d requests for a token that lives %v more; now %s (%s) generation %d", n, time.Until(a.UsableUntil), a.State, a.Reason, a.Generation)
		}
	})
}

// The wait after a lost answer is forgotten by a restart.
func TestBackoffAfterNoAnswerOutlivesRestarts(t *testing.T) {
	for _, fault := range []sandbox.Fault{sandbox.Unavailable, sandbox.HTML, sandbox.ResetAfter} {
		t.Run(string(fault), func(t *testing.T) {
			perform(t, sandbox.Config{Expires: time.Hour}, func(t *testing.T, s *stage) {
				_ = s.sandbox.Break(fault, -1)
				time.Sleep(6 * time.Hour)
				before := s.sandbox.Counts().Hits
				for range 100 {
					s.restart()
					time.Sleep(6 * time.Second)
				}
				if n := s.sandbox.Counts().Hits - before; n > 1 {
					t.Errorf("%d requests in ten minutes of restarts, after six hours of failures", n)
				}
			})
		})
	}
}

// The plain scene.
func TestWaitAfterNoAnswerOutlivesOneRestart(t *testing.T) {
	perform(t, threeDays, func(t *testing.T, s *stage) {
		_ = s.sandbox.Break(sandbox.ResetAfter, -1)
		time.Sleep(70 * time.Hour)
		for time.Until(s.state().Next) < 5*time.Minute {
			time.Sleep(30 * time.Second)
			if a := s.state(); a.State != keeper.StateUncertain && !a.UsableUntil.After(time.Now()) {
				t.Fatalf("%s (%s)", a.State, a.Reason)
			}
		}
		next, hits := s.state().Next, s.sandbox.Counts().Hits
		s.restart()
		a := s.state()
		time.Sleep(time.Second)
		t.Logf("next was in %v; after the restart %s (%s), next %v", time.Until(next), a.State, a.Reason, time.Until(a.Next))
		if n := s.sandbox.Counts().Hits - hits; n > 0 {
			t.Errorf("%d requests a second after the restart; the next was %v away", n, time.Until(next))
		}
	})
}

// A keychain whose reading panics while the record was never read: no wait.
func TestPanicWhileLoadingWaits(t *testing.T) {
	perform(t, threeDays, func(t *testing.T, s *stage) {
		reads := 0
		s.stopWith(func() {
			s.vault.breakWith(func(op string, _ int) error {
				if reads++; reads < 5000 {
					panic("planted")
				}
				return nil
			})
		})
		begun := time.Now()
		s.keeper.Put(s.account("a"))
		time.Sleep(time.Second)
		a := s.state()
		if reads > 100 {
			t.Errorf("%d panics in %v; %s (%s)", reads, time.Since(begun), a.State, a.Reason)
		}
		s.vault.breakWith(nil)
	})
}

// Access waits behind a sign-in whose grant the keychain takes at the second try: the brand-new token is spent.
func TestNewTokenOfASignInIsNotSpentByWhoWaited(t *testing.T) {
	for name, blinks := range map[string]bool{"control": false, "the keychain blinks": true} {
		t.Run(name, func(t *testing.T) {
			perform(t, threeDays, func(t *testing.T, s *stage) {
				time.Sleep(20 * time.Hour)
				sets := 0
				if blinks {
					s.vault.breakWith(func(op string, _ int) error {
						if op == "set" {
							if sets++; sets == 2 {
								return errors.New("no answer in time")
							}
						}
						return nil
					})
				}
				code := s.code("")
				_ = s.sandbox.Break(sandbox.Slow, 1)
				done := make(chan error)
				go func() { done <- s.keeper.SignIn(t.Context(), "a", code, yes) }()
				time.Sleep(time.Second)
				token, err := s.keeper.Access(t.Context(), "a", 60*time.Hour)
				if e := <-done; e != nil {
					t.Fatal(e)
				}
				a := s.state()
				if n := s.sandbox.Counts().Refreshes; n != 0 {
					t.Errorf("%d refreshes of a token won a moment ago (%v, valid %v), generation %d", n, err, token.ValidFor(time.Now()), a.Generation)
				}
			})
		})
	}
}

// After the retry was refused, a keychain that goes back makes a lost answer a plain refusal, or another computer's doing.
func TestLostAnswerStaysTheReason(t *testing.T) {
	perform(t, threeDays, func(t *testing.T, s *stage) {
		old := s.vault.peek("a")
		_ = s.sandbox.Break(sandbox.Drop, 1)
		_ = s.keeper.Refresh(t.Context(), "a")
		_ = s.keeper.Refresh(t.Context(), "a")
		s.wantState(keeper.StateSignIn, keeper.ReasonLostAnswer)
		s.stopWith(func() { s.vault.put("a", old); s.machine = "renamed" })
		s.keeper.Put(s.account("a"))
		time.Sleep(time.Minute)
		s.wantState(keeper.StateSignIn, keeper.ReasonLostAnswer)
	})
}

// Nothing was sent, twice; the folder was away at the first.
func TestUnsentStaysUnsentThroughASecondTry(t *testing.T) {
	perform(t, threeDays, func(t *testing.T, s *stage) {
		s.stop()
		ctx, cancel := context.WithCancel(t.Context())
		dials := 0
		dial := func(ctx context.Context, network, addr string) (net.Conn, error) {
			if dials++; dials == 1 {
				_ = os.Rename(s.dir, s.dir+".aside")
				time.AfterFunc(3*time.Second, func() { _ = os.Rename(s.dir+".aside", s.dir) })
			}
			return nil, errors.New("no network")
		}
		s.keeper = keeper.New(ctx, keeper.Config{
			Vault: s.vault, SealDir: s.dir, Exchange: oauth.Exchange{Dial: dial}, MinValid: func() time.Duration { return 15 * time.Minute },
			Log: slog.New(slog.DiscardHandler), Random: func() float64 { return 0.5 }, Machine: "here",
		})
		s.ended = make(chan struct{})
		go func() { s.keeper.Run(ctx); close(s.ended) }()
		s.quit = cancel
		s.keeper.Put(s.account("a"))
		synctest.Wait()
		_ = s.keeper.Refresh(t.Context(), "a")
		s.wantState(keeper.StateOffline, oauth.ReasonNoConnection)
		time.Sleep(4 * time.Second)
		_ = s.keeper.Refresh(t.Context(), "a")
		_ = s.keeper.Refresh(t.Context(), "a")
		if a := s.state(); a.State == keeper.StateUncertain || !a.Sent.IsZero() {
			t.Errorf("nothing was ever sent (%d dials), and it is %s (%s), sent %v", dials, a.State, a.Reason, a.Sent)
		}
	})
}

// A provider whose tokens never live that long.
func TestTooLongIsSaidAtOnce(t *testing.T) {
	perform(t, sandbox.Config{Expires: time.Hour}, func(t *testing.T, s *stage) {
		_, err := s.keeper.Access(t.Context(), "a", 2*time.Hour)
		if !errors.Is(err, keeper.ErrTooLong) {
			t.Errorf("refreshed, and even so not valid for as long as was asked: %v (hits %d)", err, s.sandbox.Counts().Hits)
		}
	})
}

// The same, and nothing is in doubt.
func TestOutOfReachIsForgottenOnceItIsInReach(t *testing.T) {
	perform(t, threeDays, func(t *testing.T, s *stage) {
		var path string
		_ = s.keeper.SignIn(t.Context(), "a", s.code("other"), func(context.Context, string, string) bool {
			path = seals(t, s)[0]
			data, _ := os.ReadFile(path)
			_ = os.Remove(path)
			_ = os.Mkdir(path, 0o700)
			_ = s.keeper.Refresh(t.Context(), "a")
			s.wantState(keeper.StateWaiting, keeper.ReasonOutOfReach)
			_ = os.Remove(path)
			_ = os.WriteFile(path, data, 0o600)
			return false
		})
		_ = s.keeper.SetSecret(t.Context(), "a", s.sandbox.ClientSecret())
		s.wantState(keeper.StateFresh, "")
	})
}
