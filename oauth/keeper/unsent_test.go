package keeper_test

import (
	"context"
	"os"
	"testing"
	"time"

	"freshkey/oauth"
	"freshkey/oauth/keeper"
	"freshkey/oauth/sandbox"
)

// No network, nothing sent; power fails and the keychain forgets its last write.
func TestUnsentStaysUnsentWhenTheKeychainForgetsItsLastWrite(t *testing.T) {
	perform(t, threeDays, func(t *testing.T, s *stage) {
		s.net.down.Store(true)
		old := s.lastButOne(func() { _ = s.keeper.Refresh(t.Context(), "a") })
		s.wantState(keeper.StateOffline, oauth.ReasonNoConnection)
		s.stopWith(func() { s.vault.put("a", old) })
		s.net.down.Store(false)
		s.keeper.Put(s.account("a"))
		a := s.state()
		if a.State == keeper.StateUncertain || !a.Sent.IsZero() {
			t.Errorf("nothing was ever sent, and it is %s (%s), sent %v", a.State, a.Reason, a.Sent)
		}
		time.Sleep(10 * time.Minute)
		if n := s.sandbox.Counts().Hits; n != 0 {
			t.Errorf("%d requests for a token that lives %v more", n, time.Until(a.UsableUntil))
		}
	})
}

// The provider said not now, in 20 minutes; the keychain forgets its last write.
func TestBusyIsNoLostAnswerWhenTheKeychainForgetsItsLastWrite(t *testing.T) {
	perform(t, threeDays, func(t *testing.T, s *stage) {
		requests := s.replies(busyForLong)
		old := s.lastButOne(func() { _ = s.keeper.Refresh(t.Context(), "a") })
		s.wantState(keeper.StateWaiting, oauth.ReasonRateLimited)
		s.stopWith(func() { s.vault.put("a", old) })
		s.keeper.Put(s.account("a"))
		if a := s.state(); a.State == keeper.StateUncertain {
			t.Errorf("the provider answered (429), and it is %s (%s), sent %v", a.State, a.Reason, a.Sent)
		}
		time.Sleep(5 * time.Minute)
		if requests() != 1 {
			t.Errorf("%d requests, Retry-After was 20 minutes", requests())
		}
	})
}

// The clock is ahead when a sealed file is out of reach for a moment, and is set right.
func TestOutOfReachWaitMovesWithTheClock(t *testing.T) {
	for name, control := range map[string]bool{"control": true, "clock set back": false} {
		t.Run(name, func(t *testing.T) {
			perform(t, sandbox.Config{Expires: 72 * time.Hour}, func(t *testing.T, s *stage) {
				_ = s.sandbox.Break(sandbox.Drop, 1)
				if !control {
					s.jump.Store(int64(10 * 24 * time.Hour))
				}
				s.restart()
				_ = s.keeper.Refresh(t.Context(), "a")
				path := seals(t, s)[0]
				data, _ := os.ReadFile(path)
				_ = os.Remove(path)
				_ = os.Mkdir(path, 0o700)
				_ = s.keeper.Refresh(t.Context(), "a")
				s.wantState(keeper.StateWaiting, keeper.ReasonOutOfReach)
				_ = os.Remove(path)
				_ = os.WriteFile(path, data, 0o600)
				s.jump.Store(0)
				time.Sleep(24 * time.Hour)
				if a := s.state(); a.Reason == keeper.ReasonOutOfReach {
					_, err := s.keeper.Access(t.Context(), "a", keeper.DefaultValidity)
					t.Errorf("a day after the file is back: %s (%s), next in %v; Access: %v", a.State, a.Reason, time.Until(a.Next), err)
				}
			})
		})
	}
}

// The file is back, a person refreshes, the answer is found and served: "out of reach" goes on being said.
func TestOutOfReachEndsWhenTheAnswerIsFound(t *testing.T) {
	perform(t, threeDays, func(t *testing.T, s *stage) {
		old := s.lastButOne(func() { _ = s.keeper.Refresh(t.Context(), "a") })
		var path string
		var data []byte
		s.stopWith(func() {
			s.vault.put("a", old)
			path = seals(t, s)[0]
			data, _ = os.ReadFile(path)
			_ = os.Remove(path)
			_ = os.Mkdir(path, 0o700)
		})
		s.keeper.Put(s.account("a"))
		time.Sleep(5 * time.Minute)
		s.wantState(keeper.StateWaiting, keeper.ReasonOutOfReach)
		for time.Until(s.state().Next) < 30*time.Second {
			time.Sleep(5 * time.Second)
		}
		_ = os.Remove(path)
		_ = os.WriteFile(path, data, 0o600)
		err := s.keeper.Refresh(t.Context(), "a")
		if a := s.state(); a.Reason == keeper.ReasonOutOfReach {
			t.Errorf("Refresh %v, generation %d, usable for %v, and it is %s (%s) until in %v", err, a.Generation, time.Until(a.UsableUntil), a.State, a.Reason, time.Until(a.Next))
		}
	})
}

// The wait after a lost answer, a restart, and a sign-in that is quit at its question.
func TestWaitOutlivesASignInsQuestion(t *testing.T) {
	perform(t, threeDays, func(t *testing.T, s *stage) {
		_ = s.sandbox.Break(sandbox.ResetAfter, -1)
		time.Sleep(70 * time.Hour)
		for time.Until(s.state().Next) < 10*time.Minute {
			time.Sleep(30 * time.Second)
		}
		s.restart()
		next := s.state().Next
		s.sandbox.Heal()
		code := s.code("other")
		_ = s.keeper.SignIn(t.Context(), "a", code, func(context.Context, string, string) bool { s.quit(); return false })
		_ = s.sandbox.Break(sandbox.ResetAfter, -1)
		hits := s.sandbox.Counts().Hits
		s.restart()
		time.Sleep(time.Minute)
		if n := s.sandbox.Counts().Hits - hits; n > 0 {
			t.Errorf("%d requests; the next was to be in %v", n, time.Until(next))
		}
	})
}

// On schedule: the laptop is offline when the token is due.
func TestScheduledUnsentStaysUnsent(t *testing.T) {
	perform(t, threeDays, func(t *testing.T, s *stage) {
		s.net.down.Store(true)
		var before []byte
		s.vault.breakWith(func(op string, _ int) error {
			if op == "set" {
				before = s.vault.values["a"]
			}
			return nil
		})
		time.Sleep(66 * time.Hour)
		s.vault.breakWith(nil)
		s.wantState(keeper.StateOffline, oauth.ReasonNoConnection)
		s.stopWith(func() { s.vault.put("a", before) })
		s.keeper.Put(s.account("a"))
		if a := s.state(); a.State == keeper.StateUncertain {
			t.Errorf("no connection ever stood (%d hits), and it is %s (%s), sent %v", s.sandbox.Counts().Hits, a.State, a.Reason, a.Sent)
		}
	})
}

// Offline for a while, and the keychain goes back behind several tries.
func TestUnsentStaysUnsentWhenTheKeychainGoesBackFurther(t *testing.T) {
	perform(t, threeDays, func(t *testing.T, s *stage) {
		s.net.down.Store(true)
		old := s.lastButOne(func() { _ = s.keeper.Refresh(t.Context(), "a") })
		_ = s.keeper.Refresh(t.Context(), "a")
		_ = s.keeper.Refresh(t.Context(), "a")
		s.stopWith(func() { s.vault.put("a", old) })
		s.keeper.Put(s.account("a"))
		if a := s.state(); a.State == keeper.StateUncertain {
			t.Errorf("nothing was ever sent, and it is %s (%s), sent %v", a.State, a.Reason, a.Sent)
		}
	})
}
