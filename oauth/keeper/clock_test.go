package keeper_test

import (
	"errors"
	"testing"
	"time"

	"freshkey/oauth"
	"freshkey/oauth/keeper"
	"freshkey/oauth/sandbox"
)

func TestSleepIsNoticedAndTheNetworkMaySettleFirst(t *testing.T) {
	perform(t, sandbox.Config{Expires: 10 * time.Hour}, func(t *testing.T, s *stage) {
		time.Sleep(time.Minute + time.Second)
		s.jump.Store(int64(9 * time.Hour)) // the machine slept past the deadline
		time.Sleep(time.Minute)            // the loop's next look
		hits := s.sandbox.Counts().Hits
		time.Sleep(19 * time.Second)
		if now := s.sandbox.Counts().Hits; now != hits || hits != 0 {
			t.Errorf("%d requests before the network could settle", now)
		}
		time.Sleep(30 * time.Second)
		if now := s.sandbox.Counts().Hits; now != 1 {
			t.Errorf("%d requests after it", now)
		}
		s.wantChain()
	})
}

// A token is won by a clock that is a year ahead and put right. Who sees that knows when the token expires; who was not there
// replaces it.
func TestTokenFromAClockThatWasWrongIsNotBelieved(t *testing.T) {
	for name, requests := range map[string]int{"it is seen": 1, "nobody was there": 2} {
		t.Run(name, func(t *testing.T) {
			perform(t, sandbox.Config{Expires: 72 * time.Hour}, func(t *testing.T, s *stage) {
				s.jump.Store(int64(365 * 24 * time.Hour))
				time.Sleep(5 * time.Minute)
				s.wantState(keeper.StateFresh, "")
				if n := s.sandbox.Counts().Hits; n != 1 {
					t.Fatalf("%d requests", n)
				}
				if requests == 1 {
					s.jump.Store(0)
				} else {
					s.stopWith(func() { s.jump.Store(0) })
					s.keeper.Put(s.account("a"))
				}
				time.Sleep(5 * time.Minute)
				if a := s.state(); time.Until(a.UsableUntil) > 72*time.Hour {
					t.Errorf("believed to work until %v", a.UsableUntil)
				}
				s.wantChain()
				if c := s.sandbox.Counts(); c.Hits != requests || c.Reuses != 0 {
					t.Errorf("%d requests, %d reuses", c.Hits, c.Reuses)
				}
			})
		})
	}
}

func TestNetworkUpOnlySchedules(t *testing.T) {
	perform(t, sandbox.Config{Expires: time.Hour}, func(t *testing.T, s *stage) {
		s.net.down.Store(true)
		time.Sleep(50 * time.Minute)
		s.wantState(keeper.StateOffline, oauth.ReasonNoConnection)
		s.net.down.Store(false)
		s.keeper.Reschedule(keeper.AfterOnline)
		if n := s.sandbox.Counts().Hits; n != 0 {
			t.Errorf("%d requests at once", n)
		}
		time.Sleep(11 * time.Second)
		s.wantState(keeper.StateFresh, "")
	})
}

func TestProviderThatForgotItsAnswerIsTakenBack(t *testing.T) {
	perform(t, sandbox.Config{}, func(t *testing.T, s *stage) {
		_ = s.keeper.Refresh(t.Context(), "a")
		_ = s.sandbox.Break(sandbox.Rollback, 1)
		if err := s.keeper.Refresh(t.Context(), "a"); err != nil {
			t.Fatal(err)
		}
		if err := s.keeper.Refresh(t.Context(), "a"); err != nil { // the new token is unknown there; the one before works
			t.Fatal(err)
		}
		s.wantState(keeper.StateFresh, "")
		s.wantChain()
		s.sandbox.Kill()
		_ = s.keeper.Refresh(t.Context(), "a")
		s.wantState(keeper.StateSignIn, oauth.ReasonRefused)
		hits := s.sandbox.Counts().Hits
		_ = s.keeper.Refresh(t.Context(), "a")
		s.restart()
		time.Sleep(24 * time.Hour)
		s.wantState(keeper.StateSignIn, oauth.ReasonRefused)
		if n := s.sandbox.Counts().Hits; n != hits {
			t.Errorf("%d more requests with tokens that were refused", n-hits)
		}
	})
}

func TestChainMovedOnElsewhereIsSaidToBeThat(t *testing.T) {
	perform(t, sandbox.Config{}, func(t *testing.T, s *stage) {
		_ = s.keeper.Refresh(t.Context(), "a") // as machine "here"
		s.machine = "there"                    // the keychain was carried over …
		s.restart()
		s.sandbox.Kill() // … and the chain went on where it came from
		_ = s.keeper.Refresh(t.Context(), "a")
		s.wantState(keeper.StateSignIn, keeper.ReasonElsewhere)
	})
}

func TestClockSetBackDoesNotStretchAPause(t *testing.T) {
	perform(t, sandbox.Config{Expires: 72 * time.Hour}, func(t *testing.T, s *stage) {
		s.jump.Store(int64(30 * time.Hour)) // the clock is ahead …
		_ = s.sandbox.Break(sandbox.Unavailable, 1)
		if err := s.keeper.Refresh(t.Context(), "a"); err == nil {
			t.Fatal("it should have failed")
		}
		s.wantState(keeper.StateWaiting, oauth.ReasonServer)
		s.jump.Store(0) // … and is put right while the account waits for its next try
		time.Sleep(10 * time.Minute)
		s.wantState(keeper.StateFresh, "")
		s.wantChain()
	})
}

func TestWakeInTheMiddleOfAFailureForgetsNobody(t *testing.T) {
	perform(t, sandbox.Config{}, func(t *testing.T, s *stage) {
		s.note = func(keeper.Event) { // the refresh has failed, and still has its turn
			s.note = nil
			s.keeper.Reschedule(0)
			time.Sleep(time.Second) // the loop takes the account off its queue and waits for the turn
		}
		s.vault.breakWith(always("set", errors.New("no answer in time")))
		_ = s.keeper.Refresh(t.Context(), "a")
		s.wantState(keeper.StateLocked, keeper.ReasonKeychain)
		s.vault.breakWith(nil)
		time.Sleep(10 * time.Minute)
		s.wantState(keeper.StateFresh, "")
		s.wantChain()
	})
}

func TestRestAfterWakingIsNotCutShort(t *testing.T) {
	for name, d := range map[string]time.Duration{"unlocked": 0, "network up": keeper.AfterOnline} {
		t.Run(name, func(t *testing.T) {
			perform(t, sandbox.Config{Expires: 10 * time.Hour}, func(t *testing.T, s *stage) {
				time.Sleep(time.Minute + time.Second)
				s.jump.Store(int64(9 * time.Hour))
				s.keeper.Reschedule(keeper.AfterWake)
				time.Sleep(time.Second)
				s.keeper.Reschedule(d)
				time.Sleep(15 * time.Second)
				if hits := s.sandbox.Counts().Hits; hits != 0 {
					t.Errorf("%d requests within 16 s after waking", hits)
				}
				time.Sleep(10 * time.Second)
				if hits := s.sandbox.Counts().Hits; hits != 1 {
					t.Errorf("%d requests in the end", hits)
				}
			})
		})
	}
}
