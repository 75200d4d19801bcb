package keeper_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"freshkey/oauth"
	"freshkey/oauth/keeper"
	"freshkey/oauth/sandbox"
)

// The whole-snapshot reader (API, tray, notices) is told fresh after the expiry.
func TestSnapshotIsNotFreshAfterTheExpiry(t *testing.T) {
	perform(t, sandbox.Config{Expires: time.Hour}, func(t *testing.T, s *stage) {
		time.Sleep(time.Minute + time.Second)
		before := s.keeper.Snapshot().Accounts[0]
		s.jump.Store(int64(9 * time.Hour)) // the machine slept; the loop's timer has not fired yet
		now := time.Now().Add(9 * time.Hour)
		if s.keeper.Snapshot().Accounts[0] == before {
			t.Error("nobody who looks is told of another version")
		}
		a := s.keeper.States()[0]
		if a.State == keeper.StateFresh && !a.UsableUntil.After(now) {
			one, _ := s.keeper.Account("a")
			t.Errorf("Snapshot: %s until %v, at %v; Account says %s (%s)", a.State, a.UsableUntil, now, one.State, one.Reason)
		}
	})
}

// R7 again: an unsaved grant, and the provider (or the caller) is blamed.
func TestUnsavedIsNeverTheProvidersFault(t *testing.T) {
	for name, c := range map[string]struct {
		after, need time.Duration
	}{"expired": {70 * time.Minute, keeper.DefaultValidity}, "runs out": {40 * time.Minute, 45 * time.Minute}} {
		t.Run(name, func(t *testing.T) {
			perform(t, sandbox.Config{Expires: time.Hour}, func(t *testing.T, s *stage) {
				s.vault.breakWith(failsAfter(1))
				_ = s.keeper.Refresh(t.Context(), "a")
				s.wantState(keeper.StateUnsaved, keeper.ReasonKeychain)
				time.Sleep(c.after)
				s.vault.breakWith(func(op string, _ int) error {
					if op == "set" {
						time.Sleep(5 * time.Second) // it takes its time to fail, as keychains do
						return errors.New("no answer in time")
					}
					return nil
				})
				for range 120 {
					ctx, stop := context.WithTimeout(t.Context(), 20*time.Second)
					_, err := s.keeper.Access(ctx, "a", c.need)
					stop()
					if _, ok := errors.AsType[*keeper.VaultError](err); !ok && !errors.Is(err, context.DeadlineExceeded) {
						a := s.state()
						t.Fatalf("the account is %s (%s), and Access says: %v", a.State, a.Reason, err)
					}
					time.Sleep(time.Second)
				}
			})
		})
	}
}

// Somebody else's newer grant is adopted; Access says "longer than the token's lifetime", or blames the provider.
func TestAdoptedGrantIsNoUsageError(t *testing.T) {
	for name, c := range map[string]struct {
		left, need time.Duration
	}{"short": {10 * time.Minute, 45 * time.Minute}, "expired": {-time.Minute, 45 * time.Minute}} {
		t.Run(name, func(t *testing.T) {
			perform(t, sandbox.Config{Expires: time.Hour}, func(t *testing.T, s *stage) {
				_ = s.keeper.Refresh(t.Context(), "a")
				time.Sleep(20 * time.Minute)
				r := s.vault.record(t, "a")
				r.Grant.Generation += 2
				r.Grant.Token.Expires = time.Now().Add(c.left)
				r.Grant.Token.Issued = r.Grant.Token.Expires.Add(-time.Hour)
				data, _ := r.Encode()
				s.vault.put("a", data) // the same chain, moved on by another process, some time ago
				tok, err := s.keeper.Access(t.Context(), "a", c.need)
				if err != nil || tok.ValidFor(time.Now()) < c.need {
					t.Errorf("a token that lives an hour, wanted for %v, provider all right, %d requests: %v", c.need, s.sandbox.Counts().Hits, err)
				}
			})
		})
	}
}

// Settings refused behind a doubt: nobody is told, for ever.
func TestDoubtDoesNotHideRefusedSettings(t *testing.T) {
	perform(t, sandbox.Config{Expires: time.Hour}, func(t *testing.T, s *stage) {
		_ = s.sandbox.Break(sandbox.ResetAfter, 1)
		_ = s.keeper.Refresh(t.Context(), "a")
		s.wantState(keeper.StateUncertain, oauth.ReasonNoAnswer)
		_ = s.sandbox.Break(sandbox.Settings, -1)
		time.Sleep(14 * 24 * time.Hour)
		a := s.state()
		_, err := s.keeper.Access(t.Context(), "a", keeper.DefaultValidity)
		if a.State != keeper.StateMisconfigured {
			t.Errorf("the provider has refused the settings for two weeks; it is %s (%s %s), next in %v; Access: %v; %d requests", a.State, a.Reason, a.Detail, time.Until(a.Next), err, s.sandbox.Counts().Hits)
		}
	})
}

// Blames another computer for an answer that was lost here.
func TestLostAnswerIsNotBlamedOnAnotherComputer(t *testing.T) {
	perform(t, threeDays, func(t *testing.T, s *stage) {
		_ = s.keeper.Refresh(t.Context(), "a")
		s.machine = "the new computer" // the chain was moved here, in order
		s.restart()
		_ = s.sandbox.Break(sandbox.Drop, 1)
		_ = s.keeper.Refresh(t.Context(), "a")
		s.wantState(keeper.StateUncertain, oauth.ReasonNoAnswer)
		time.Sleep(5 * time.Minute)
		s.wantState(keeper.StateSignIn, keeper.ReasonLostAnswer)
	})
}

// Held, and no snapshot says so.
func TestHoldIsSaidBehindEveryState(t *testing.T) {
	perform(t, sandbox.Config{Expires: time.Hour}, func(t *testing.T, s *stage) {
		_ = s.sandbox.Break(sandbox.Unavailable, -1)
		_ = s.keeper.Refresh(t.Context(), "a")
		a := s.account("a")
		a.HeldUntil = time.Now().Add(30 * time.Minute)
		s.keeper.Put(a)
		if err := s.keeper.Refresh(t.Context(), "a"); errors.Is(err, keeper.ErrHeld) {
			if st := s.state(); st.HeldUntil.IsZero() {
				t.Errorf("Refresh says it is held; the state is %s (%s), held until %v", st.State, st.Reason, st.HeldUntil)
			}
		}
	})
}

// Expired token handed out as success.
func TestAccessForNoTimeGivesNoDeadToken(t *testing.T) {
	perform(t, sandbox.Config{Expires: time.Hour}, func(t *testing.T, s *stage) {
		s.net.down.Store(true)
		time.Sleep(2 * time.Hour)
		tok, err := s.keeper.Access(t.Context(), "a", 0)
		if err == nil && tok.ValidFor(time.Now()) == 0 {
			t.Errorf("a token that expired at %v is handed out at %v", tok.Expires, time.Now())
		}
	})
}

// Since in the future.
func TestSinceIsNotInTheFuture(t *testing.T) {
	perform(t, threeDays, func(t *testing.T, s *stage) {
		_ = s.keeper.Refresh(t.Context(), "a")
		s.sandbox.Kill()
		_ = s.keeper.Refresh(t.Context(), "a")
		s.wantState(keeper.StateSignIn, oauth.ReasonRefused)
		s.jump.Store(int64(-3 * time.Hour))
		time.Sleep(2 * time.Minute)
		if now := time.Now().Add(-3 * time.Hour); s.state().Since.After(now) {
			t.Errorf("signin since %v from now", s.state().Since.Sub(now))
		}
	})
}

// Last refresh.
func TestLastRefreshIsTheLast(t *testing.T) {
	perform(t, threeDays, func(t *testing.T, s *stage) {
		_ = s.keeper.Refresh(t.Context(), "a")
		time.Sleep(2 * time.Hour)
		_ = s.sandbox.Break(sandbox.TruncateLate, 1)
		_ = s.keeper.Refresh(t.Context(), "a")
		a := s.state()
		if a.Generation == 3 && time.Since(a.LastRefresh) > time.Minute {
			t.Errorf("rotated just now (generation %d), last refresh %v ago", a.Generation, time.Since(a.LastRefresh))
		}
	})
}

// Reason and detail of a doubt are mixed from two answers.
func TestNoAnswerHasNoStatus(t *testing.T) {
	perform(t, sandbox.Config{Expires: time.Hour}, func(t *testing.T, s *stage) {
		_ = s.sandbox.Break(sandbox.ResetAfter, 1)
		_ = s.keeper.Refresh(t.Context(), "a")
		_ = s.sandbox.Break(sandbox.Unavailable, -1)
		time.Sleep(2 * time.Hour)
		_, err := s.keeper.Access(t.Context(), "a", keeper.DefaultValidity)
		if x, ok := errors.AsType[*oauth.Error](err); ok && x.Reason == oauth.ReasonNoAnswer && x.Status != 0 {
			t.Errorf("no answer came, and its status was %d", x.Status)
		}
	})
}
