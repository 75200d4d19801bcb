package keeper_test

import (
	"errors"
	"testing"
	"testing/synctest"

	"freshkey/oauth/journal"
	"freshkey/oauth/keeper"
)

// A keychain that goes back to before the chain left does not bring it back.
func TestKeychainThatGoesBackDoesNotBringAChainBack(t *testing.T) {
	perform(t, threeDays, func(t *testing.T, s *stage) {
		s.sleep(month)
		before := s.vault.peek("a")
		r := s.departed()
		there := s.elsewhere(r)
		s.left = func(account, fingerprint string) (journal.Move, bool) {
			return away, account == "a" && fingerprint == r.Grant.Token.Refresh.Fingerprint()
		}
		s.stopWith(func() { s.vault.put("a", before) })
		s.keeper.Put(s.account("a"))
		s.sleep(month)
		s.wantState(keeper.StateSignIn, keeper.ReasonMoved)
		there.wantState(keeper.StateFresh, "")
		there.wantChain()
		if c := s.sandbox.Counts(); c.Reuses != 0 {
			t.Errorf("%d spent tokens were presented", c.Reuses)
		}
		if stored := s.vault.record(t, "a"); stored.Moved == nil || stored.Moved.Release != away.Release {
			t.Error("the keychain was not told")
		}
		there.stop()
	})
}

// The chain that was won here after another one had left survives a keychain that goes back to the moment between them.
func TestKeychainThatGoesBackToAMoveLosesNothingSince(t *testing.T) {
	perform(t, threeDays, func(t *testing.T, s *stage) {
		there := s.elsewhere(s.departed())
		moved := s.vault.peek("a")
		if err := s.keeper.SignIn(t.Context(), "a", s.code(""), yes); err != nil {
			t.Fatal(err)
		}
		s.sleep(month)
		generation := s.state().Generation
		s.stopWith(func() { s.vault.put("a", moved) })
		s.keeper.Put(s.account("a"))
		synctest.Wait()
		if a := s.state(); a.State != keeper.StateFresh || a.Generation != generation {
			t.Errorf("%s (%s), generation %d, was %d", a.State, a.Reason, a.Generation, generation)
		}
		s.wantKept()
		there.stop()
	})
}

// An arrival that was interrupted once the keychain had the record is taken up again.
func TestArrivalThatWasInterruptedIsTakenUpAgain(t *testing.T) {
	perform(t, threeDays, func(t *testing.T, s *stage) {
		r := s.departed()
		there := s.elsewhere(r)
		there.stop() // and its settings were never written
		there.start()
		if err := there.keeper.Arrive(t.Context(), s.account("a"), r, nothing); err != nil {
			t.Fatal(err)
		}
		there.sleep(month)
		there.wantState(keeper.StateFresh, "")
		there.stop()
		there.start()
		if err := there.keeper.Arrive(t.Context(), s.account("a"), r, nothing); !errors.Is(err, keeper.ErrDuplicate) {
			t.Errorf("over a chain that has moved on: %v", err)
		}
		there.stop()
	})
}

func TestMoveThatCameToNothingIsTakenBack(t *testing.T) {
	perform(t, threeDays, func(t *testing.T, s *stage) {
		r := s.departed()
		s.restart()
		if err := s.keeper.Return(t.Context(), "a", "m2", r); !errors.Is(err, keeper.ErrDuplicate) {
			t.Errorf("by another file: %v", err)
		}
		if err := s.keeper.Return(t.Context(), "a", away.ID, r); err != nil {
			t.Fatal(err)
		}
		if err := s.keeper.Return(t.Context(), "a", away.ID, r); !errors.Is(err, keeper.ErrDuplicate) {
			t.Errorf("a second time: %v", err)
		}
		s.sleep(month)
		s.restart()
		s.wantState(keeper.StateFresh, "")
		s.wantChain()
	})
}
