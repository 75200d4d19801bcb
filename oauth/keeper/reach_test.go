package keeper_test

import (
	"errors"
	"os"
	"sync"
	"testing"
	"time"

	"freshkey/oauth"
	"freshkey/oauth/keeper"
	"freshkey/oauth/sandbox"
)

// A sealed answer that can't be read just now is removed, although nothing else holds it.
func TestSealThatCannotBeReadIsNotRemoved(t *testing.T) {
	perform(t, threeDays, func(t *testing.T, s *stage) {
		old := s.vault.peek("a")
		_ = s.keeper.Refresh(t.Context(), "a")
		var left []string
		s.stopWith(func() {
			s.vault.put("a", old) // the keychain forgot its last writes
			left = seals(t, s)
			for _, f := range left { // a link to itself can be removed, but not read, not even by root
				_ = errors.Join(os.Rename(f, f+".aside"), os.Symlink(f, f))
			}
		})
		s.keeper.Put(s.account("a"))
		time.Sleep(time.Minute)
		for _, f := range left {
			if _, err := os.Lstat(f); err != nil {
				t.Fatalf("removed unread: %v", err)
			}
			_ = os.Rename(f+".aside", f)
		}
		time.Sleep(100 * time.Hour)
		s.wantState(keeper.StateFresh, "")
		s.wantChain()
	})
}

// The same without rights: a folder stands in the file's place for a while. The spent token is presented, undoubted.
func TestNothingIsSentWhileTheArchiveIsOutOfReach(t *testing.T) {
	perform(t, sandbox.Config{Expires: 72 * time.Hour, RevokeOnReuse: true}, func(t *testing.T, s *stage) {
		old := s.vault.peek("a")
		_ = s.keeper.Refresh(t.Context(), "a")
		var seal string
		s.stopWith(func() {
			s.vault.put("a", old)
			seal = seals(t, s)[0]
			_ = errors.Join(os.Rename(seal, seal+".aside"), os.Mkdir(seal, 0o700), os.WriteFile(seal+"/x", nil, 0o600))
		})
		s.keeper.Put(s.account("a"))
		if a := s.state(); a.State == keeper.StateFresh {
			t.Errorf("an answer to the token at hand is sealed and can't be read just now; it is %s", a.State)
		}
		_ = s.keeper.Refresh(t.Context(), "a")
		if n := s.sandbox.Counts().Reuses; n != 0 {
			t.Errorf("%d reuses", n)
		}
		_ = errors.Join(os.RemoveAll(seal), os.Rename(seal+".aside", seal))
		time.Sleep(100 * time.Hour)
		s.wantState(keeper.StateFresh, "")
	})
}

// Unsaved for ever: its next is the zero time, and the keychain is all right.
func TestLostRecordIsStoredAlsoWhileASealIsOutOfReach(t *testing.T) {
	perform(t, threeDays, func(t *testing.T, s *stage) {
		_ = s.sandbox.Break(sandbox.Garbage, 1)
		_ = s.keeper.Refresh(t.Context(), "a")
		s.wantState(keeper.StateUncertain, oauth.ReasonUnreadable)
		path := seals(t, s)[0]
		data, _ := os.ReadFile(path)
		_ = os.Remove(path)
		_ = os.Mkdir(path, 0o700) // the disk does not give it just now (EISDIR in the place of EIO)
		_ = s.vault.Delete(t.Context(), "a")
		_ = s.keeper.Refresh(t.Context(), "a")
		a := s.state()
		t.Logf("%s (%s), next %v", a.State, a.Reason, a.Next)
		_ = os.Remove(path)
		_ = os.WriteFile(path, data, 0o600)
		time.Sleep(24 * time.Hour)
		if s.vault.peek("a") == nil {
			a := s.state()
			t.Errorf("a day after the disk came back the record is still not stored: %s (%s), next %v", a.State, a.Reason, a.Next)
		}
	})
}

// Promise 7, keychain that goes back: only PhaseSending is remembered.
func TestDoubtOfEveryKindOutlivesAKeychainThatGoesBack(t *testing.T) {
	for _, fault := range []sandbox.Fault{sandbox.Drop, sandbox.Gateway, sandbox.Garbage, sandbox.Truncate} {
		t.Run(string(fault), func(t *testing.T) {
			perform(t, threeDays, func(t *testing.T, s *stage) {
				_ = s.keeper.Refresh(t.Context(), "a")
				old := s.vault.peek("a")
				_ = s.sandbox.Break(fault, 1)
				_ = s.keeper.Refresh(t.Context(), "a")
				if a := s.state(); a.State != keeper.StateUncertain {
					t.Fatalf("before: %s (%s)", a.State, a.Reason)
				}
				s.stopWith(func() { s.vault.put("a", old) })
				s.keeper.Put(s.account("a"))
				if a := s.state(); a.State != keeper.StateUncertain {
					t.Errorf("the provider has spent the token and the answer is lost, and it is %s (%s), next in %v", a.State, a.Reason, time.Until(a.Next))
				}
			})
		})
	}
}

// A full disk is said to be offline.
func TestLostSealFolderIsNotOffline(t *testing.T) {
	perform(t, threeDays, func(t *testing.T, s *stage) {
		s.vault.breakWith(func(op string, _ int) error {
			if op == "set" {
				_ = os.RemoveAll(s.dir)
			}
			return nil
		})
		err := s.keeper.Refresh(t.Context(), "a")
		s.vault.breakWith(nil)
		if x, ok := errors.AsType[*oauth.Error](err); ok && x.Class == oauth.Offline {
			a := s.state()
			t.Errorf("it is %s (%s), and the error says class %s", a.State, a.Reason, x.Class)
		}
	})
}

// An answer was sent for, and lies on the disk; what is said is "can't be written. Nothing was sent."
func TestSealOutOfReachIsNotSaidToBeUnsent(t *testing.T) {
	perform(t, threeDays, func(t *testing.T, s *stage) {
		_ = s.sandbox.Break(sandbox.Garbage, 1)
		_ = s.keeper.Refresh(t.Context(), "a")
		s.wantState(keeper.StateUncertain, oauth.ReasonUnreadable)
		path := seals(t, s)[0]
		_ = os.Remove(path)
		_ = os.Mkdir(path, 0o700)
		time.Sleep(5 * time.Minute)
		if a := s.state(); a.Reason == keeper.ReasonNoRoom {
			t.Errorf("sent, spent, answer unreadable; said is %s (%s): there is room, and something was sent", a.State, a.Reason)
		}
	})
}

// One moment of "uncertain" at each retry, while the disk does not give the answer.
func TestSealOutOfReachIsNeverCalledALostAnswer(t *testing.T) {
	perform(t, threeDays, func(t *testing.T, s *stage) {
		_ = s.sandbox.Break(sandbox.Garbage, 1)
		_ = s.keeper.Refresh(t.Context(), "a")
		path := seals(t, s)[0]
		_ = os.Remove(path)
		_ = os.Mkdir(path, 0o700)
		_ = s.keeper.Refresh(t.Context(), "a")
		first := s.state().State
		seen := map[keeper.State]bool{}
		stop := make(chan struct{})
		var w sync.WaitGroup
		w.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
					a, _ := s.keeper.Account("a")
					seen[a.State] = true
				}
			}
		})
		for range 200 {
			_ = s.keeper.Refresh(t.Context(), "a")
		}
		close(stop)
		w.Wait()
		if len(seen) > 1 {
			t.Errorf("nothing changed, the state is %s, and what was seen is %v", first, seen)
		}
	})
}
