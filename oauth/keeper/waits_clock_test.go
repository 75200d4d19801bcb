package keeper_test

import (
	"net/http"
	"testing"
	"time"

	"freshkey/oauth"
	"freshkey/oauth/keeper"
)

// A Retry-After is moved with a clock that is set back; the agent is started anew.
func TestRetryAfterMovedWithTheClockAcrossARestart(t *testing.T) {
	perform(t, threeDays, func(t *testing.T, s *stage) {
		s.jump.Store(int64(8 * time.Hour))
		s.sleep(2 * time.Minute)
		s.replies("429 Too Many Requests\r\nRetry-After: 36000\r\nContent-Length: 0\r\n\r\n")
		_ = s.keeper.Refresh(t.Context(), "a")
		s.sleep(9 * time.Hour)
		s.jump.Store(0)
		s.sleep(5 * time.Minute)
		before := s.state().Next
		s.restart()
		after := s.state().Next
		if after.After(before.Add(time.Minute)) {
			t.Errorf("the wait is %v longer by the restart", after.Sub(before))
		}
	})
}

// The provider says as a date when it may be asked again; this machine's clock is ahead.
func TestRetryAfterAsADateByAWrongClock(t *testing.T) {
	for name, ahead := range map[string]time.Duration{"control": 0, "an hour ahead": time.Hour} {
		t.Run(name, func(t *testing.T) {
			perform(t, threeDays, func(t *testing.T, s *stage) {
				theirs := time.Now().Add(-ahead)
				requests := s.replies("429 Too Many Requests\r\nDate: " + theirs.UTC().Format(http.TimeFormat) +
					"\r\nRetry-After: " + theirs.Add(30*time.Minute).UTC().Format(http.TimeFormat) + "\r\nContent-Length: 0\r\n\r\n")
				_ = s.keeper.Refresh(t.Context(), "a")
				s.wantState(keeper.StateWaiting, oauth.ReasonRateLimited)
				s.sleep(25 * time.Minute)
				if n := requests(); n != 1 {
					t.Errorf("%d requests within 25 minutes; the provider asked for half an hour by its own clock", n)
				}
			})
		})
	}
}
