package keeper_test

import (
	"errors"
	"testing"
	"time"

	"freshkey/oauth"
	"freshkey/oauth/keeper"
	"freshkey/oauth/sandbox"
)

// Forgetful keeps the account's value as it was before the last write.
func (s *stage) lastButOne(play func()) []byte {
	var history [][]byte
	s.vault.breakWith(func(op string, _ int) error {
		if op == "set" {
			history = append(history, s.vault.values["a"])
		}
		return nil
	})
	play()
	s.vault.breakWith(nil)
	return history[len(history)-1]
}

// A lost answer, then refused; the keychain goes back to the doubt.
func TestRefusalIsFoundBehindADoubt(t *testing.T) {
	perform(t, threeDays, func(t *testing.T, s *stage) {
		requests := s.replies("", spent)
		_ = s.keeper.Refresh(t.Context(), "a")
		s.wantState(keeper.StateUncertain, oauth.ReasonNoAnswer)
		_ = s.keeper.SetSecret(t.Context(), "a", s.sandbox.ClientSecret()) // stores the doubt
		old := s.vault.peek("a")
		_ = s.keeper.Refresh(t.Context(), "a")
		s.wantState(keeper.StateSignIn, keeper.ReasonLostAnswer)
		n := requests()
		s.stopWith(func() { s.vault.put("a", old) })
		s.keeper.Put(s.account("a"))
		a := s.state()
		time.Sleep(time.Hour)
		if a.State != keeper.StateSignIn || requests() != n {
			t.Errorf("refused before; now it is %s (%s), and the token was presented %d times more", a.State, a.Reason, requests()-n)
		}
	})
}

// Unreadable, then refused; the keychain goes back to before both.
func TestLostAnswerStaysTheReasonAlsoOfAnUnreadableOne(t *testing.T) {
	perform(t, threeDays, func(t *testing.T, s *stage) {
		old := s.vault.peek("a")
		_ = s.sandbox.Break(sandbox.Garbage, 1)
		_ = s.keeper.Refresh(t.Context(), "a")
		_ = s.keeper.Refresh(t.Context(), "a")
		s.wantState(keeper.StateSignIn, keeper.ReasonLostAnswer)
		s.stopWith(func() { s.vault.put("a", old) })
		s.keeper.Put(s.account("a"))
		s.wantState(keeper.StateSignIn, keeper.ReasonLostAnswer)
	})
}

// An answer is lost, the agent restarts, the person signs in again: the lost token is not known as spent.
func TestLostTokenStaysKnownThroughARestart(t *testing.T) {
	for name, restarts := range map[string]bool{"control": false, "restart": true} {
		t.Run(name, func(t *testing.T) {
			perform(t, threeDays, func(t *testing.T, s *stage) {
				lost := s.vault.record(t, "a").Grant.Token
				code := s.code("")
				_ = s.sandbox.Break(sandbox.Drop, 1)
				_ = s.keeper.Refresh(t.Context(), "a")
				if restarts {
					s.restart()
				}
				if a := s.state(); a.State != keeper.StateUncertain {
					t.Fatal(a.State, a.Reason)
				}
				if err := s.keeper.SignIn(t.Context(), "a", code, yes); err != nil {
					t.Fatal(err)
				}
				_ = s.sandbox.Counts()
				reuses := s.sandbox.Counts().Reuses
				s.wantState(keeper.StateFresh, "")
				r := s.vault.record(t, "a")
				t.Logf("previous %v, spent %d", r.Previous, len(r.Spent)/8)
				time.Sleep(20 * time.Second)
				_ = s.keeper.Refresh(t.Context(), "a")
				err := s.keeper.Add(t.Context(), s.account("b"), s.sandbox.ClientSecret(), oauth.Token{Refresh: lost.Refresh, Issued: time.Now()}, nothing)
				if !errors.Is(err, keeper.ErrSpent) {
					time.Sleep(time.Minute)
					t.Errorf("a token whose spending was lost is taken for a new account: %v; presented again %d times", err, s.sandbox.Counts().Reuses-reuses)
				}
			})
		})
	}
}

// The provider forgot its last write; the way back over the previous token works; the refused one is taken as a new account.
func TestRefusedTokenStaysKnownAfterTheWayBack(t *testing.T) {
	perform(t, threeDays, func(t *testing.T, s *stage) {
		_ = s.keeper.Refresh(t.Context(), "a")
		_ = s.sandbox.Break(sandbox.Rollback, 1)
		_ = s.keeper.Refresh(t.Context(), "a")
		refused := s.vault.record(t, "a").Grant.Token
		_ = s.keeper.Refresh(t.Context(), "a")
		s.wantState(keeper.StateFresh, "")
		s.wantChain()
		err := s.keeper.Add(t.Context(), s.account("b"), s.sandbox.ClientSecret(), oauth.Token{Refresh: refused.Refresh, Issued: time.Now()}, nothing)
		if !errors.Is(err, keeper.ErrSpent) {
			t.Errorf("presented and refused a moment ago, and taken for a new account: %v", err)
		}
	})
}

// The keychain goes back by one and takes its time; the grant is sealed under a key the keychain has.
func TestStoringAgainIsNotUnsealed(t *testing.T) {
	perform(t, threeDays, func(t *testing.T, s *stage) {
		old := s.vault.peek("a")
		_ = s.keeper.Refresh(t.Context(), "a")
		s.wantState(keeper.StateFresh, "")
		s.vault.put("a", old)
		s.vault.slow = func(string) time.Duration { return 5 * time.Second }
		done := make(chan struct{})
		go func() { _ = s.keeper.SetSecret(t.Context(), "a", s.sandbox.ClientSecret()); close(done) }()
		time.Sleep(7 * time.Second)
		if a := s.state(); a.State == keeper.StateUnsaved && a.Detail == keeper.DetailUnsealed {
			t.Errorf("sealed, and no call of the keychain failed; it is %s (%s %s), unsaved %d", a.State, a.Reason, a.Detail, s.unsaved())
		}
		<-done
		s.vault.slow = nil
	})
}

// After an interrupted refresh and a new sign-in, the lost token is presented as the way back.
func TestLostTokenIsNoWayBackAfterASignIn(t *testing.T) {
	for name, restarts := range map[string]bool{"control": false, "restart": true} {
		t.Run(name, func(t *testing.T) {
			perform(t, threeDays, func(t *testing.T, s *stage) {
				lost := s.state().Fingerprint
				code := s.code("")
				_ = s.sandbox.Break(sandbox.Drop, 1)
				_ = s.keeper.Refresh(t.Context(), "a")
				if restarts {
					s.restart()
				}
				if err := s.keeper.SignIn(t.Context(), "a", code, yes); err != nil {
					t.Fatal(err)
				}
				s.sandbox.Kill()
				time.Sleep(20 * time.Second)
				_ = s.keeper.Refresh(t.Context(), "a")
				if n := s.sandbox.Counts().Presented[lost]; n != 1 {
					t.Errorf("the token whose answer was lost was presented %d times", n)
				}
			})
		})
	}
}
