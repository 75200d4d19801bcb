package keeper_test

import (
	"errors"
	"testing"
	"time"

	"freshkey/oauth"
	"freshkey/oauth/keeper"
	"freshkey/oauth/sandbox"
)

// The keychain does not answer a removal; the record is there all the time. Nothing was won.
func TestHistoryOfARemovalThatFailed(t *testing.T) {
	perform(t, threeDays, func(t *testing.T, s *stage) {
		if err := s.keeper.Refresh(t.Context(), "a"); err != nil {
			t.Fatal(err)
		}
		s.sleep(time.Hour)
		var events []keeper.Event
		s.note = func(e keeper.Event) { events = append(events, e) }
		s.vault.breakWith(always("delete", errors.New("no answer in time")))
		err := s.keeper.Remove(t.Context(), "a")
		s.sleep(10 * time.Minute)
		for _, e := range events {
			if e.Reason == "" {
				t.Errorf("Remove: %v; nothing was sent, and the history says: %s: %s, generation %d won by %q, no reason", err, e.At, e.State, e.Generation, e.Cause)
			}
		}
	})
}

// Killed between the write of the intent and the mark of sending.
func TestHistoryOfAnUnsentIntentFoundAtTheStart(t *testing.T) {
	perform(t, threeDays, func(t *testing.T, s *stage) {
		if err := s.keeper.Refresh(t.Context(), "a"); err != nil {
			t.Fatal(err)
		}
		s.sleep(time.Hour)
		// the intent lands, and the write is said to have failed; then the process dies
		s.vault.breakWith(func(op string, n int) error {
			if op == "get" && n == 2 {
				return errors.New("no answer in time")
			}
			if n > 2 {
				return errors.New("no answer in time")
			}
			return nil
		})
		err := s.keeper.Refresh(t.Context(), "a")
		if s.vault.record(t, "a").Intent == nil {
			t.Fatal("not the scene")
		}
		var events []keeper.Event
		s.stopWith(func() { s.vault.breakWith(nil) })
		s.note = func(e keeper.Event) { events = append(events, e) }
		hits := s.sandbox.Counts().Hits
		s.keeper.Put(s.account("a"))
		s.sleep(time.Minute)
		for _, e := range events {
			if e.Reason == "" {
				t.Errorf("%v; %d requests after the restart, and the history says: %s: %s, generation %d won by %q, no reason", err, s.sandbox.Counts().Hits-hits, e.At, e.State, e.Generation, e.Cause)
			}
		}
	})
}

// The keychain loses the record (another database), and does not write for ten seconds. Nothing was won.
func TestHistoryOfALostRecordStoredAgain(t *testing.T) {
	perform(t, threeDays, func(t *testing.T, s *stage) {
		if err := s.keeper.Refresh(t.Context(), "a"); err != nil {
			t.Fatal(err)
		}
		s.sleep(time.Hour)
		var events []keeper.Event
		s.note = func(e keeper.Event) { events = append(events, e) }
		_ = s.vault.Delete(t.Context(), "a")
		s.vault.breakWith(always("set", errors.New("no answer in time")))
		_ = s.keeper.SetSecret(t.Context(), "a", s.sandbox.ClientSecret())
		s.sleep(10 * time.Second)
		s.vault.breakWith(nil)
		s.sleep(10 * time.Minute)
		for _, e := range events {
			if e.Reason == "" {
				t.Errorf("nothing was sent, and the history says: %s: %s, generation %d won by %q, no reason", e.At, e.State, e.Generation, e.Cause)
			}
		}
	})
}

// An answer that breaks off behind its refresh token has one line: what it brought, and what was wrong with it. It had two.
func TestHistoryOfAnAnswerThatBrokeOff(t *testing.T) {
	perform(t, threeDays, func(t *testing.T, s *stage) {
		broken := 0
		s.note = func(e keeper.Event) {
			if e.Reason == oauth.ReasonUnreadable {
				broken++
			}
		}
		for try := 1; try <= 2; try++ {
			if err := s.sandbox.Break(sandbox.TruncateLate, 1); err != nil {
				t.Fatal(err)
			}
			if err := s.keeper.Refresh(t.Context(), "a"); err == nil || broken != try {
				t.Errorf("%d lines after %d answers: %v", broken, try, err)
			}
			s.sleep(time.Minute) // and it goes on
		}
	})
}
