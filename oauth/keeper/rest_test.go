package keeper_test

import (
	"errors"
	"testing"
	"time"

	"freshkey/oauth"
	"freshkey/oauth/keeper"
	"freshkey/oauth/sandbox"
)

// Broken-off answers of a short-lived token: rotations less than ten seconds apart.
func TestBrokenOffAnswersKeepTheGap(t *testing.T) {
	perform(t, sandbox.Config{Expires: 20 * time.Second}, func(t *testing.T, s *stage) {
		_ = s.keeper.Refresh(t.Context(), "a")
		time.Sleep(time.Second)
		_ = s.sandbox.Break(sandbox.TruncateLate, -1)
		var at []time.Time
		last := s.sandbox.Counts().Refreshes
		for range 600 {
			time.Sleep(100 * time.Millisecond)
			if n := s.sandbox.Counts().Refreshes; n != last {
				last = n
				at = append(at, time.Now())
			}
		}
		for i := 1; i < len(at); i++ {
			if d := at[i].Sub(at[i-1]); d < 9*time.Second {
				t.Errorf("rotation %d came %v after the one before", i, d)
			}
		}
	})
}

// Retry-After is kept by the scheduler, and defeated by a script after an edit.
func TestRetryAfterHoldsForScriptsAfterAnEdit(t *testing.T) {
	perform(t, sandbox.Config{Expires: time.Hour}, func(t *testing.T, s *stage) {
		requests := s.replies("400 Bad Request\r\nRetry-After: 1200\r\nConnection: close\r\n\r\n{\"error\":96003}")
		time.Sleep(52 * time.Minute)
		s.wantState(keeper.StateMisconfigured, oauth.ReasonSettings)
		before := requests()
		a := s.account("a")
		a.RedirectURI = "https://example.com/other"
		s.keeper.Put(a)
		next := s.state().Next
		time.Sleep(9 * time.Minute) // expired
		_, err := s.keeper.Access(t.Context(), "a", keeper.DefaultValidity)
		if requests() != before {
			t.Errorf("asked again %v before the wait was over (next was %v): %v", time.Until(next), next, err)
		}
	})
}

// An intent that was never sent, and a restart: the wait is forgotten (backoff), or kept by the scheduler only.
func TestBackoffOutlivesAnUnsentIntent(t *testing.T) {
	perform(t, sandbox.Config{Expires: time.Hour}, func(t *testing.T, s *stage) {
		_ = s.sandbox.Break(sandbox.Unavailable, -1)
		time.Sleep(8 * time.Hour)
		a := s.state()
		for n := 0; time.Until(a.Next) < 10*time.Minute; n++ {
			if n == 600 {
				t.Fatal("no wait of ten minutes in ten hours")
			}
			time.Sleep(time.Minute)
			a = s.state()
		}
		next := a.Next
		reads := 0
		s.vault.breakWith(func(op string, _ int) error {
			if op == "get" {
				if reads++; reads == 2 {
					return errors.New("no answer in time")
				}
			}
			return nil
		})
		_ = s.keeper.Refresh(t.Context(), "a") // a click; nothing is sent
		s.vault.breakWith(nil)
		hits := s.sandbox.Counts().Hits
		s.restart()
		time.Sleep(time.Minute)
		if n := s.sandbox.Counts().Hits - hits; n != 0 {
			a := s.state()
			t.Errorf("%d requests, %v before the wait was over; now it is %s (%s), next in %v", n, time.Until(next), a.State, a.Reason, time.Until(a.Next))
		}
	})
}

func TestRetryAfterOutlivesAnUnsentIntent(t *testing.T) {
	perform(t, sandbox.Config{Expires: time.Hour}, func(t *testing.T, s *stage) {
		requests := s.replies(busyForLong)
		time.Sleep(52 * time.Minute)
		if requests() != 1 {
			t.Fatal(requests())
		}
		reads := 0
		s.vault.breakWith(func(op string, _ int) error {
			if op == "get" {
				if reads++; reads == 2 {
					return errors.New("no answer in time")
				}
			}
			return nil
		})
		_ = s.keeper.Refresh(t.Context(), "a") // a click; nothing is sent
		s.vault.breakWith(nil)
		s.restart()
		time.Sleep(9 * time.Minute)
		a := s.state()
		if a.Reason != oauth.ReasonRateLimited {
			t.Errorf("the provider asked for a wait until %v, and it says %s (%s)", a.Next, a.State, a.Reason)
		}
		_, _ = s.keeper.Access(t.Context(), "a", keeper.DefaultValidity)
		if requests() != 1 {
			t.Errorf("a script was let through %v before the wait was over", time.Until(a.Next))
		}
	})
}

// Promise 8: rests hold back for a minute at most.
func TestClockThatJumpsStarvesNobody(t *testing.T) {
	perform(t, sandbox.Config{Expires: time.Hour}, func(t *testing.T, s *stage) {
		ahead := false
		for range 12 * 180 { // three hours; two services fight over the clock
			if ahead = !ahead; ahead {
				s.jump.Store(int64(12 * time.Second))
			} else {
				s.jump.Store(0)
			}
			s.keeper.Reschedule(0) // any news; it makes the loop look
			time.Sleep(5 * time.Second)
		}
		a := s.state()
		if n := s.sandbox.Counts().Hits; n < 3 {
			t.Errorf("%d refreshes in three hours of a token that lives one: %s (%s) until %v", n, a.State, a.Reason, a.UsableUntil)
		}
	})
}

func TestNapsStarveNobody(t *testing.T) {
	perform(t, sandbox.Config{Expires: time.Hour}, func(t *testing.T, s *stage) {
		for range 4 * 180 { // awake for 15 s, asleep for 15 s
			s.jump.Add(int64(15 * time.Second))
			s.keeper.Reschedule(keeper.AfterWake) // as the system's service says
			time.Sleep(15 * time.Second)
		}
		a := s.state()
		if n := s.sandbox.Counts().Hits; n < 3 {
			t.Errorf("%d refreshes in three hours awake (six on the wall) of a token that lives one: %s (%s) until %v", n, a.State, a.Reason, a.UsableUntil)
		}
	})
}
