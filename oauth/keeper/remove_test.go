package keeper_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"freshkey/oauth/keeper"
)

// A removal is given up by its caller while the keychain is slow.
func TestRemovalGivenUp(t *testing.T) {
	perform(t, threeDays, func(t *testing.T, s *stage) {
		ctx, cancel := context.WithCancel(t.Context())
		s.vault.breakWith(func(op string, _ int) error {
			if op == "delete" { // package keystore: the call goes on after whoever asked has given up
				delete(s.vault.values, "a")
				cancel()
				return context.Canceled
			}
			return nil
		})
		err := s.keeper.Remove(ctx, "a")
		s.vault.breakWith(nil)
		s.sleep(12 * time.Hour)
		a := s.state()
		s.restart()
		if b := s.state(); err != nil && b.State != keeper.StateFresh {
			t.Errorf("given up (%v), %s for twelve hours, and after a restart %s (%s)", err, a.State, b.State, b.Reason)
		}
	})
}

func TestRemovalThatFailedChangesNothing(t *testing.T) {
	perform(t, threeDays, func(t *testing.T, s *stage) {
		before := s.state()
		gone := false
		s.vault.breakWith(func(op string, _ int) error {
			if op == "delete" {
				if !gone {
					gone = true
					delete(s.vault.values, "a") // it lands
				}
				return errors.New("no answer in time")
			}
			return nil
		})
		err := s.keeper.Remove(t.Context(), "a")
		s.sleep(time.Hour)
		a := s.state()
		s.stopWith(func() { s.vault.breakWith(nil) })
		s.keeper.Put(s.account("a"))
		s.sleep(time.Hour)
		if b := s.state(); b.State != keeper.StateFresh {
			t.Errorf("Remove said %v (\"on an error nothing has changed\"), an hour later %s; after a restart %s (%s): the chain %s is lost", err, a.State, b.State, b.Reason, before.Fingerprint)
		}
	})
}

// The keychain deletes the record, says it did not, and is away; the agent says "locked", quitting warns of nothing.
func TestRemovalThatFailedIsSaidToBeUnsaved(t *testing.T) {
	perform(t, threeDays, func(t *testing.T, s *stage) {
		s.vault.breakWith(func(op string, _ int) error {
			if op == "delete" {
				delete(s.vault.values, "a") // it lands
			}
			return errors.New("no answer in time")
		})
		err := s.keeper.Remove(t.Context(), "a")
		s.sleep(time.Hour)
		a := s.state()
		unsaved, unsealed := s.keeper.Unsaved()
		s.stopWith(func() { s.vault.breakWith(nil) })
		s.keeper.Put(s.account("a"))
		s.sleep(time.Hour)
		if b := s.state(); b.State != keeper.StateFresh && unsaved == 0 {
			t.Errorf("Remove: %v; an hour later %s (%s), unsaved %d, unsealed %d; after a restart %s (%s)", err, a.State, a.Reason, unsaved, unsealed, b.State, b.Reason)
		}
	})
}

// The delete lands ten seconds after its timeout.
func TestRemovalThatLandsLate(t *testing.T) {
	perform(t, threeDays, func(t *testing.T, s *stage) {
		s.vault.breakWith(func(op string, _ int) error {
			if op == "delete" {
				time.AfterFunc(10*time.Second, func() { s.vault.mu.Lock(); delete(s.vault.values, "a"); s.vault.mu.Unlock() })
				return errors.New("no answer in time")
			}
			return nil
		})
		err := s.keeper.Remove(t.Context(), "a")
		s.sleep(24 * time.Hour)
		a := s.state()
		s.stopWith(func() { s.vault.breakWith(nil) })
		s.keeper.Put(s.account("a"))
		s.sleep(time.Hour)
		if b := s.state(); b.State != keeper.StateFresh {
			t.Errorf("Remove: %v; a day later %s (%s); after a restart %s (%s)", err, a.State, a.Reason, b.State, b.Reason)
		}
	})
}
