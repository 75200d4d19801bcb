package keeper_test

import (
	"testing"
	"time"

	"freshkey/oauth/keeper"
	"freshkey/oauth/sandbox"
)

// An account is taken out of the settings by hand, its token is added under another name, and the old lines are put back.
func TestTwoOwnersOfOneChainSpendItOnce(t *testing.T) {
	for name, spentBefore := range map[string]bool{"while the token is fresh": false, "after it was spent": true} {
		t.Run(name, func(t *testing.T) {
			perform(t, sandbox.Config{Expires: 72 * time.Hour, RevokeOnReuse: true}, func(t *testing.T, s *stage) {
				token, _ := s.keeper.Access(t.Context(), "a", 0)
				if err := s.keeper.Drop(t.Context(), "a"); err != nil {
					t.Fatal(err)
				}
				if err := s.keeper.Add(t.Context(), s.account("b"), s.sandbox.ClientSecret(), token, nothing); err != nil {
					t.Fatal(err)
				}
				if spentBefore {
					_ = s.keeper.Refresh(t.Context(), "b")
				}
				s.keeper.Put(s.account("a"))
				time.Sleep(100 * time.Hour)
				a, _ := s.keeper.Account("a")
				b, _ := s.keeper.Account("b")
				if n := s.sandbox.Counts().Reuses; n != 0 {
					t.Errorf("%d reuses", n)
				}
				states := map[keeper.State]keeper.AccountState{a.State: a, b.State: b}
				if states[keeper.StateSignIn].Reason != keeper.ReasonRival || len(states) != 2 || states[keeper.StateFresh].ID == "" {
					t.Errorf("a is %s (%s), b is %s (%s)", a.State, a.Reason, b.State, b.Reason)
				}
				if err := s.keeper.Remove(t.Context(), states[keeper.StateFresh].ID); err != nil {
					t.Fatal(err)
				}
				if left, _ := s.keeper.Account(states[keeper.StateSignIn].ID); left.Reason == keeper.ReasonRival {
					t.Error("the rival is gone, and it is still said to be there")
				}
			})
		})
	}
}
