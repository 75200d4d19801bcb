package keeper_test

import (
	"errors"
	"testing"
	"time"

	"freshkey/oauth"
	"freshkey/oauth/keeper"
	"freshkey/oauth/sandbox"
)

// Each signal asks for a rest; all together hold a due token back for a minute.
func TestNetworkThatFlapsStarvesNobody(t *testing.T) {
	perform(t, sandbox.Config{Expires: time.Hour}, func(t *testing.T, s *stage) {
		for range 3 * 900 { // three hours, a signal every four seconds
			s.keeper.Reschedule(keeper.AfterOnline)
			time.Sleep(4 * time.Second)
			if a := s.state(); a.State == keeper.StateFresh && !a.UsableUntil.After(time.Now()) {
				t.Fatalf("fresh, and expired at %v", a.UsableUntil)
			}
		}
		if n := s.sandbox.Counts().Hits; n < 3 || n > 5 {
			t.Errorf("%d refreshes of a token that lives an hour, in three hours", n)
		}
		s.wantChain()
	})
}

func TestManyDueAccountsAreNotHeldBackAgain(t *testing.T) {
	perform(t, sandbox.Config{Expires: time.Hour}, func(t *testing.T, s *stage) {
		s.addMany(40)
		s.net.down.Store(true)
		time.Sleep(2 * time.Hour)
		s.net.down.Store(false)
		begun := s.sandbox.Counts().Refreshes
		for range 25 { // 100 seconds
			s.keeper.Reschedule(keeper.AfterOnline)
			time.Sleep(4 * time.Second)
		}
		if n := s.sandbox.Counts().Refreshes - begun; n != 41 {
			t.Errorf("%d of 41 due accounts were refreshed in 100 seconds of signals", n)
		}
	})
}

// What the provider asked for holds, whatever blinks, is edited, or is started anew.
func TestRetryAfterIsKept(t *testing.T) {
	for name, meanwhile := range map[string]func(*stage){
		"nothing happens": func(*stage) {},
		"an edit that fails": func(s *stage) {
			s.vault.breakWith(always("", errors.New("no answer in time")))
			_ = s.keeper.SetSecret(s.t.Context(), "a", "x")
			s.vault.breakWith(nil)
		},
		"an edit of the name": func(s *stage) {
			a := s.account("a")
			a.Name = "another"
			s.keeper.Put(a)
		},
		"the network comes back": func(s *stage) { s.keeper.Reschedule(keeper.AfterOnline) },
		"five restarts": func(s *stage) {
			for range 5 {
				s.restart()
				time.Sleep(5 * time.Second)
			}
		},
		"a clock that goes back": func(s *stage) { s.jump.Store(int64(-3 * time.Hour)); s.restart() },
	} {
		t.Run(name, func(t *testing.T) {
			perform(t, sandbox.Config{Expires: time.Hour}, func(t *testing.T, s *stage) {
				requests := s.replies(busyForLong)
				s.sleep(52 * time.Minute)
				if requests() != 1 {
					t.Fatalf("%d requests", requests())
				}
				meanwhile(s)
				s.sleep(5 * time.Minute)
				if requests() != 1 {
					t.Errorf("%d more requests", requests()-1)
				}
				s.wantState(keeper.StateWaiting, oauth.ReasonRateLimited)
				s.sleep(20 * time.Minute)
				if requests() != 2 {
					t.Errorf("%d requests after the twenty minutes that were asked for", requests())
				}
			})
		})
	}
}

func TestBackoffOutlivesRestarts(t *testing.T) {
	perform(t, sandbox.Config{Expires: time.Hour}, func(t *testing.T, s *stage) {
		_ = s.sandbox.Break(sandbox.Unavailable, -1)
		time.Sleep(3 * time.Hour)
		before := s.sandbox.Counts().Hits
		for range 100 {
			s.restart()
			time.Sleep(6 * time.Second)
		}
		if n := s.sandbox.Counts().Hits - before; n > 1 {
			t.Errorf("%d requests in ten minutes of restarts, after three hours of failures", n)
		}
	})
}

// A person who asks again and again while a provider is down must not have Freshkey wait an hour after it is up again.
func TestImpatienceDoesNotLengthenTheWait(t *testing.T) {
	perform(t, threeDays, func(t *testing.T, s *stage) {
		for name, down := range map[string]func(bool){
			"503":           func(is bool) { s.sandbox.Heal(); _ = s.sandbox.Break(sandbox.Unavailable, map[bool]int{true: -1}[is]) },
			"no connection": s.net.down.Store,
		} {
			down(true)
			_ = s.keeper.Refresh(t.Context(), "a")
			next := s.state().Next
			for range 10 {
				if err := s.keeper.Refresh(t.Context(), "a"); err == nil {
					t.Fatal("the provider is down")
				}
			}
			if now := s.state().Next; !now.Equal(next) {
				t.Errorf("%s: the next try was at %v, and is at %v after ten more", name, next, now)
			}
			down(false)
			s.sleep(time.Until(next) + time.Minute)
			s.wantState(keeper.StateFresh, "")
			s.sleep(time.Minute) // no refresh sooner after the last
		}
	})
}

func TestShortLivedTokensMakeNoStorm(t *testing.T) {
	for name, ask := range map[string]func(*stage){
		"alone":       func(*stage) {},
		"and scripts": func(s *stage) { _, _ = s.keeper.Access(s.t.Context(), "a", keeper.DefaultValidity) },
	} {
		t.Run(name, func(t *testing.T) {
			perform(t, sandbox.Config{Expires: time.Second}, func(t *testing.T, s *stage) {
				for range 600 {
					ask(s)
					time.Sleep(time.Second)
				}
				if n := s.sandbox.Counts().Hits; n > 61 {
					t.Errorf("%d rotations in ten minutes", n)
				}
				s.wantChain()
			})
		})
	}
}

// Between a wake and its refresh a token that expired is waiting, and says what for.
func TestExpiredTokenIsNotFreshAfterWaking(t *testing.T) {
	perform(t, sandbox.Config{Expires: time.Hour}, func(t *testing.T, s *stage) {
		time.Sleep(time.Minute + time.Second)
		s.jump.Store(int64(9 * time.Hour))
		if a := s.state(); a.State != keeper.StateWaiting || a.Reason != keeper.ReasonDue {
			t.Errorf("before the jump is noticed: %s (%s)", a.State, a.Reason)
		}
		time.Sleep(61 * time.Second)
		s.wantState(keeper.StateWaiting, keeper.ReasonSettling)
		time.Sleep(30 * time.Second)
		s.wantState(keeper.StateFresh, "")
	})
}

// A keychain that does not take the new token is the keychain's fault, for scripts too.
func TestUnsavedTokenIsTheKeychainsFault(t *testing.T) {
	perform(t, sandbox.Config{Expires: time.Hour}, func(t *testing.T, s *stage) {
		s.vault.breakWith(failsAfter(1))
		_ = s.keeper.Refresh(t.Context(), "a")
		s.wantState(keeper.StateUnsaved, keeper.ReasonKeychain)
		for _, c := range []struct {
			after time.Duration
			need  time.Duration
		}{{40 * time.Minute, 45 * time.Minute}, {40 * time.Minute, keeper.DefaultValidity}} {
			time.Sleep(c.after)
			_, err := s.keeper.Access(t.Context(), "a", c.need)
			if v, ok := errors.AsType[*keeper.VaultError](err); !ok || v.Reason != keeper.ReasonKeychain {
				t.Errorf("the keychain is what fails, and it says: %v", err)
			}
		}
	})
}
