package keeper_test

import (
	"testing"
	"time"

	"freshkey/oauth/keeper"
	"freshkey/oauth/sandbox"
)

// The clock is set back twice within a token's life.
func TestClockSetBackTwice(t *testing.T) {
	perform(t, sandbox.Config{Expires: time.Hour}, func(t *testing.T, s *stage) {
		s.sleep(2 * time.Minute)
		_ = s.keeper.Refresh(t.Context(), "a")
		won := time.Now()
		s.sleep(5 * time.Minute)
		s.jump.Add(-int64(20 * time.Minute))
		s.sleep(25 * time.Minute)
		s.jump.Add(-int64(20 * time.Minute))
		s.sleep(time.Until(won.Add(61 * time.Minute)))
		a := s.state()
		tok, err := s.keeper.Access(t.Context(), "a", keeper.DefaultValidity)
		if a.State == keeper.StateFresh && a.Generation == 2 {
			t.Errorf("won %v ago for an hour, and it is %s; handed out as valid for %v (%v), %d requests", time.Since(won), a.State, tok.ValidFor(time.Now().Add(-40*time.Minute)), err, s.sandbox.Counts().Hits)
		}
	})
}

// The clock is an hour ahead when the token is won, and set right later, which is noticed; then the agent is started anew.
func TestClockSetBackIsRememberedAcrossARestart(t *testing.T) {
	for name, again := range map[string]bool{"control": false, "a restart": true} {
		t.Run(name, func(t *testing.T) {
			perform(t, sandbox.Config{Expires: 2 * time.Hour}, func(t *testing.T, s *stage) {
				s.jump.Store(int64(time.Hour))
				s.sleep(2 * time.Minute)
				_ = s.keeper.Refresh(t.Context(), "a")
				won := time.Now()
				s.sleep(70 * time.Minute)
				s.jump.Store(0)
				s.sleep(5 * time.Minute)
				before := s.state()
				if again {
					s.restart()
				}
				after := s.state()
				s.sleep(time.Until(won.Add(2*time.Hour + 5*time.Minute)))
				a := s.state()
				tok, err := s.keeper.Access(t.Context(), "a", keeper.DefaultValidity)
				if a.State == keeper.StateFresh && a.Generation == 2 {
					t.Errorf("won %v ago for two hours, and it is %s, handed out as valid for %v (%v); usable until was %v, and after the restart %v",
						time.Since(won), a.State, tok.ValidFor(time.Now()), err, before.UsableUntil, after.UsableUntil)
				}
			})
		})
	}
}

// The clock is an hour ahead when the token is won; the agent is started anew; then the clock is set right, and that is seen.
func TestClockSetRightAfterARestart(t *testing.T) {
	perform(t, sandbox.Config{Expires: 2 * time.Hour}, func(t *testing.T, s *stage) {
		s.jump.Store(int64(time.Hour))
		s.sleep(2 * time.Minute)
		_ = s.keeper.Refresh(t.Context(), "a")
		won := time.Now()
		s.sleep(10 * time.Minute)
		s.restart()
		s.sleep(60 * time.Minute)
		s.jump.Store(0)
		s.sleep(time.Until(won.Add(2*time.Hour + 5*time.Minute)))
		a := s.state()
		tok, err := s.keeper.Access(t.Context(), "a", keeper.DefaultValidity)
		if a.State == keeper.StateFresh && a.Generation == 2 {
			t.Errorf("won %v ago for two hours, and it is %s, handed out as valid for %v (%v)", time.Since(won), a.State, tok.ValidFor(time.Now()), err)
		}
	})
}

// Three days, eight hours, offline.
func TestClockSetBackAndARestartWhileOffline(t *testing.T) {
	perform(t, threeDays, func(t *testing.T, s *stage) {
		s.jump.Store(int64(8 * time.Hour))
		s.sleep(2 * time.Minute)
		_ = s.keeper.Refresh(t.Context(), "a")
		won := time.Now()
		s.sleep(9 * time.Hour)
		s.jump.Store(0)
		s.net.down.Store(true)
		s.sleep(5 * time.Minute)
		s.restart()
		s.sleep(time.Until(won.Add(73 * time.Hour)))
		a := s.state()
		if tok, err := s.keeper.Access(t.Context(), "a", time.Hour); err == nil {
			t.Errorf("won %v ago for 72h: %s until %v, valid for %v", time.Since(won), a.State, a.UsableUntil, tok.ValidFor(time.Now()))
		}
	})
}

// The clock is set back while the keychain is slow in front of a request that fails: the token's times are not moved.
func TestClockSetBackInFrontOfARequest(t *testing.T) {
	perform(t, threeDays, func(t *testing.T, s *stage) {
		s.sleep(time.Minute)
		_ = s.keeper.Refresh(t.Context(), "a")
		won := time.Now()
		s.sleep(20 * time.Hour)
		s.net.down.Store(true)
		s.vault.slow = func(string) time.Duration { return 9 * time.Second }
		time.AfterFunc(12*time.Second, func() { s.jump.Store(-int64(8 * time.Hour)); s.keeper.Reschedule(0) })
		_ = s.keeper.Refresh(t.Context(), "a")
		s.sleep(time.Until(won.Add(73 * time.Hour)))
		a := s.state()
		if tok, err := s.keeper.Access(t.Context(), "a", time.Hour); err == nil {
			t.Errorf("won %v ago for 72h: %s until %v, valid for %v", time.Since(won), a.State, a.UsableUntil, tok.ValidFor(time.Now().Add(-8*time.Hour)))
		}
	})
}

// The control of TestClockSetBackInFrontOfARequest: the same jump between two attempts.
func TestClockSetBackBehindARequest(t *testing.T) {
	perform(t, threeDays, func(t *testing.T, s *stage) {
		s.sleep(time.Minute)
		_ = s.keeper.Refresh(t.Context(), "a")
		won := time.Now()
		s.sleep(20 * time.Hour)
		s.net.down.Store(true)
		s.vault.slow = func(string) time.Duration { return 9 * time.Second }
		_ = s.keeper.Refresh(t.Context(), "a")
		s.sleep(30 * time.Second)
		for time.Until(s.state().Next) < 2*time.Minute || s.state().State == keeper.StateRefreshing {
			time.Sleep(time.Second)
		}
		s.jump.Store(-int64(8 * time.Hour))
		s.keeper.Reschedule(0)
		s.sleep(time.Until(won.Add(73 * time.Hour)))
		a := s.state()
		if tok, err := s.keeper.Access(t.Context(), "a", time.Hour); err == nil {
			t.Errorf("won %v ago for 72h: %s until %v, valid for %v", time.Since(won), a.State, a.UsableUntil, tok.ValidFor(time.Now().Add(-8*time.Hour)))
		}
	})
}

// The clock is put right while the keychain stores a token that was just won.
func TestClockPutRightWhileATokenIsStored(t *testing.T) {
	for name, d := range map[string]time.Duration{"control": 30 * time.Second, "while it is stored": 20 * time.Second} {
		t.Run(name, func(t *testing.T) {
			perform(t, sandbox.Config{Expires: time.Hour}, func(t *testing.T, s *stage) {
				s.jump.Store(int64(4 * time.Hour))
				s.sleep(2 * time.Minute)
				hits := s.sandbox.Counts().Hits
				s.vault.slow = func(string) time.Duration { return 9 * time.Second } // three reads: 9 s, 18 s, request, 27 s
				time.AfterFunc(d, func() { s.jump.Store(0); s.keeper.Reschedule(0) })
				_ = s.keeper.Refresh(t.Context(), "a")
				s.sleep(20 * time.Minute)
				if n := s.sandbox.Counts().Hits - hits; n != 1 {
					t.Errorf("a token of an hour was replaced within twenty minutes: %d requests", n)
				}
			})
		})
	}
}

// Killed between the seal and the store of a token that was won by a clock that is an hour ahead; the clock is right at the next start.
func TestSealedByAWrongClock(t *testing.T) {
	perform(t, sandbox.Config{Expires: 2 * time.Hour}, func(t *testing.T, s *stage) {
		s.jump.Store(int64(time.Hour))
		s.sleep(2 * time.Minute)
		s.vault.breakWith(failsAfter(1))
		_ = s.keeper.Refresh(t.Context(), "a")
		won := time.Now()
		s.sleep(70 * time.Minute)
		s.jump.Store(0)
		s.sleep(5 * time.Minute)
		b := s.state()
		s.vault.breakWith(nil)
		s.restart()
		s.sleep(time.Until(won.Add(2*time.Hour + 5*time.Minute)))
		a := s.state()
		if a.State == keeper.StateFresh && a.Generation == 2 {
			t.Errorf("%s until %v before the restart; won %v ago for two hours, and it is %s until %v", b.State, b.UsableUntil, time.Since(won), a.State, a.UsableUntil)
		}
	})
}
