package keeper_test

import (
	"bytes"
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

// A removal is not answered in time and is undone; while a refresh is out it takes effect, and the keychain is away then.
func TestLateRemovalTakesTheKeyAway(t *testing.T) {
	perform(t, threeDays, func(t *testing.T, s *stage) {
		gone := false
		s.vault.breakWith(func(op string, _ int) error {
			if op == "delete" {
				time.AfterFunc(20500*time.Millisecond, func() {
					s.vault.mu.Lock()
					defer s.vault.mu.Unlock()
					delete(s.vault.values, "a")
					gone = true
				})
				return errors.New("no answer in time")
			}
			if gone {
				return errors.New("no answer in time")
			}
			return nil
		})
		_ = s.keeper.Remove(t.Context(), "a")
		s.sleep(20 * time.Second)
		s.sandbox.Delay(time.Second)
		_ = s.keeper.Refresh(t.Context(), "a")
		a := s.state()
		s.sleep(time.Minute)
		unsaved, unsealed := s.keeper.Unsaved()
		s.stopWith(func() { s.vault.breakWith(nil) })
		s.keeper.Put(s.account("a"))
		s.sleep(time.Hour)
		if b := s.state(); b.State != keeper.StateFresh && unsealed == 0 {
			t.Errorf("said was %s (%s, %q), unsaved %d, unsealed %d: kept, sealed, on this computer; after the restart %s (%s)", a.State, a.Reason, a.Detail, unsaved, unsealed, b.State, b.Reason)
		}
	})
}

// The keychain's disk is full: it reads, and neither deletes nor writes. Nothing was lost: the record is there, byte for byte, and is
// read again each half minute.
func TestUnsavedAfterARemovalThatFailedOnAFullDisk(t *testing.T) {
	for name, refreshed := range map[string]bool{"refreshed": true, "as it was added": false} {
		t.Run(name, func(t *testing.T) {
			perform(t, threeDays, func(t *testing.T, s *stage) {
				if refreshed {
					if err := s.keeper.Refresh(t.Context(), "a"); err != nil {
						t.Fatal(err)
					}
				}
				s.sleep(time.Minute)
				before := s.vault.peek("a")
				s.vault.breakWith(func(op string, _ int) error {
					if op != "get" {
						return errors.New("no space left on device")
					}
					return nil
				})
				err := s.keeper.Remove(t.Context(), "a")
				s.sleep(time.Hour)
				a := s.state()
				unsaved, unsealed := s.keeper.Unsaved()
				if same := bytes.Equal(before, s.vault.peek("a")); same && (a.State == keeper.StateUnsaved || unsaved+unsealed > 0) {
					t.Errorf("Remove: %v; the keychain has the grant and was read 30s ago at most; said is %s (%s, %q), unsaved %d, unsealed %d", err, a.State, a.Reason, a.Detail, unsaved, unsealed)
				}
				s.vault.breakWith(nil)
			})
		})
	}
}
