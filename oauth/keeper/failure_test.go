package keeper_test

import (
	"testing"
	"time"

	"freshkey/oauth"
	"freshkey/oauth/keeper"
	"freshkey/oauth/sandbox"
)

func TestLostAnswerIsUncertainThenTriedThenDead(t *testing.T) {
	perform(t, sandbox.Config{}, func(t *testing.T, s *stage) {
		_ = s.sandbox.Break(sandbox.Drop, 1)
		before, _ := s.keeper.Access(t.Context(), "a", 0)
		if err := s.keeper.Refresh(t.Context(), "a"); err == nil {
			t.Fatal("no error")
		}
		s.wantState(keeper.StateUncertain, oauth.ReasonNoAnswer)
		if a := s.state(); a.Next.IsZero() || !a.UsableUntil.Equal(before.Expires) {
			t.Errorf("next %v, usable until %v", a.Next, a.UsableUntil)
		}
		s.restart()
		s.wantState(keeper.StateUncertain, oauth.ReasonNoAnswer)
		if a := s.state(); time.Since(a.Sent) > time.Minute {
			t.Errorf("sent at %v", a.Sent)
		}
		time.Sleep(2 * time.Minute)
		s.wantState(keeper.StateSignIn, keeper.ReasonLostAnswer)
		if after, err := s.keeper.Access(t.Context(), "a", keeper.DefaultValidity); err != nil || after.Access != before.Access {
			t.Errorf("the old access token is not served to its expiry: %v", err)
		}
		time.Sleep(30 * 24 * time.Hour)
		if _, err := s.keeper.Access(t.Context(), "a", keeper.DefaultValidity); err == nil {
			t.Error("an expired token was served")
		}
		if c := s.sandbox.Counts(); c.Hits != 2 || c.Reuses != 1 {
			t.Errorf("%d requests, %d reuses: a refused token was sent again", c.Hits, c.Reuses)
		}
		s.restart()
		s.wantState(keeper.StateSignIn, keeper.ReasonLostAnswer)
	})
}

func TestFailuresThatSpendNothingHealByThemselves(t *testing.T) {
	for fault, want := range map[sandbox.Fault]keeper.State{
		sandbox.ResetAfter: keeper.StateUncertain, sandbox.HTML: keeper.StateUncertain, sandbox.Busy: keeper.StateWaiting,
		sandbox.Unavailable: keeper.StateWaiting, sandbox.Settings: keeper.StateMisconfigured, sandbox.Unknown: keeper.StateWaiting,
		sandbox.Redirect: keeper.StateWaiting, sandbox.TruncateLate: keeper.StateWaiting, sandbox.Huge: keeper.StateUncertain,
	} {
		t.Run(string(fault), func(t *testing.T) {
			perform(t, sandbox.Config{}, func(t *testing.T, s *stage) {
				_ = s.sandbox.Break(fault, 1)
				_ = s.keeper.Refresh(t.Context(), "a")
				if a := s.state(); a.State != want {
					t.Errorf("state %s, want %s", a.State, want)
				}
				time.Sleep(2 * time.Hour)
				s.wantState(keeper.StateFresh, "")
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
		s.wantState(keeper.StateOffline, oauth.ReasonNoConnection)
		if r := s.vault.record(t, "a"); r.Intent != nil {
			t.Error("an intent is left although nothing was sent: a restart would call it uncertain")
		}
		s.net.down.Store(false)
		time.Sleep(6 * time.Minute)
		s.wantState(keeper.StateFresh, "")
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

func TestUnreadableIsNotEmpty(t *testing.T) {
	perform(t, sandbox.Config{}, func(t *testing.T, s *stage) {
		for name, record := range map[string]string{"noise": "noise", "newer version": `{"v":99,"grant":{"refresh_token":"x"}}`, "empty": `{"v":1}`} {
			good := s.vault.peek("a")
			s.vault.put("a", []byte(record))
			s.restart()
			if a := s.state(); a.State != keeper.StateLocked {
				t.Errorf("%s: state %s", name, a.State)
			}
			_ = s.keeper.Refresh(t.Context(), "a")
			if string(s.vault.peek("a")) != record {
				t.Errorf("%s: overwritten", name)
			}
			s.vault.put("a", good)
			time.Sleep(2 * time.Minute)
			s.wantState(keeper.StateFresh, "")
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
