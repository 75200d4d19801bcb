package keeper_test

import (
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"freshkey/oauth"
	"freshkey/oauth/journal"
	"freshkey/oauth/keeper"
	"freshkey/oauth/sandbox"
)

const month = 30 * 24 * time.Hour

var away = journal.Move{ID: "m1", Release: "planted"}

// departed is the account's record as it leaves, at the moment it was let go.
func (s *stage) departed() journal.Record {
	s.t.Helper()
	settings, r, err := s.keeper.Departing(s.t.Context(), "a")
	if err == nil {
		err = s.keeper.LetGo(s.t.Context(), settings, r, away)
	}
	if err != nil {
		s.t.Fatal(err)
	}
	return r
}

// elsewhere is another computer's keeper, with the account that arrived there.
func (s *stage) elsewhere(r journal.Record) *stage {
	s.t.Helper()
	there := &stage{t: s.t, sandbox: s.sandbox, net: s.net, vault: &keychain{values: map[string][]byte{}}, dir: folder(s.t), machine: "there"}
	there.start()
	data, err := r.Encode() // as it is in a file
	if err == nil {
		r, err = journal.Decode(data)
	}
	if err == nil {
		err = there.keeper.Arrive(s.t.Context(), s.account("a"), r, nothing)
	}
	if err != nil {
		s.t.Fatal(err)
	}
	return there
}

func TestChainThatLeftIsSpentOnTheOtherComputerAlone(t *testing.T) {
	perform(t, threeDays, func(t *testing.T, s *stage) {
		s.sleep(month)
		before := s.state()
		token, err := s.keeper.Access(t.Context(), "a", keeper.DefaultValidity)
		if err != nil {
			t.Fatal(err)
		}
		r := s.departed()
		there := s.elsewhere(r)
		s.wantState(keeper.StateSignIn, keeper.ReasonMoved)
		if again, err := s.keeper.Access(t.Context(), "a", keeper.DefaultValidity); err != nil || again.Access != token.Access {
			t.Errorf("the access token works still, and is not served: %v", err)
		}
		s.sleep(month)
		s.restart()
		s.sleep(month)
		s.wantState(keeper.StateSignIn, keeper.ReasonMoved)
		if err := s.keeper.Refresh(t.Context(), "a"); err == nil {
			t.Error("refreshed here")
		}
		there.wantState(keeper.StateFresh, "")
		there.restart()
		there.wantState(keeper.StateFresh, "")
		there.wantChain()
		if c := s.sandbox.Counts(); c.Reuses != 0 || there.state().Generation < before.Generation+15 {
			t.Errorf("%d spent tokens were presented; generation %d, then %d", c.Reuses, before.Generation, there.state().Generation)
		}
		there.stop()
		err = s.keeper.Add(t.Context(), s.account("b"), s.sandbox.ClientSecret(), r.Grant.Token, nothing)
		if !errors.Is(err, keeper.ErrSpent) {
			t.Errorf("the token that left was added here: %v", err)
		}
	})
}

// What was sealed is not what is here by now: nothing leaves, so nothing that was changed is lost.
func TestChangeBeforeAChainIsLetGoKeepsItHere(t *testing.T) {
	for name, change := range map[string]func(*stage) error{
		"refreshed":             func(s *stage) error { return s.keeper.Refresh(s.t.Context(), "a") },
		"another client secret": func(s *stage) error { return s.keeper.SetSecret(s.t.Context(), "a", s.sandbox.ClientSecret()+" ") },
		"other settings": func(s *stage) error {
			a := s.account("a")
			a.RedirectURI = "http://127.0.0.1:2"
			s.keeper.Put(a)
			return nil
		},
	} {
		t.Run(name, func(t *testing.T) {
			perform(t, threeDays, func(t *testing.T, s *stage) {
				settings, r, err := s.keeper.Departing(t.Context(), "a")
				if err == nil {
					err = change(s)
				}
				if err != nil {
					t.Fatal(err)
				}
				if err := s.keeper.LetGo(t.Context(), settings, r, away); !errors.Is(err, keeper.ErrMovedOn) {
					t.Errorf("let go: %v", err)
				}
				if a := s.state(); a.State != keeper.StateFresh {
					t.Errorf("%s (%s)", a.State, a.Reason)
				}
				s.wantChain()
			})
		})
	}
}

// The keychain says no, and has written it or not: the chain is here, since nobody was given what opens the file.
func TestKeychainThatFailsWhenAChainIsLetGoKeepsItHere(t *testing.T) {
	for name, lands := range map[string]bool{"written": true, "not written": false} {
		t.Run(name, func(t *testing.T) {
			perform(t, threeDays, func(t *testing.T, s *stage) {
				settings, r, err := s.keeper.Departing(t.Context(), "a")
				if err != nil {
					t.Fatal(err)
				}
				letGo, _ := r.LetGo(away).Encode()
				s.vault.breakWith(func(op string, _ int) error {
					if op != "set" {
						return nil
					}
					if lands {
						s.vault.values["a"] = letGo
					}
					return errors.New("no answer in time")
				})
				if err := s.keeper.LetGo(t.Context(), settings, r, away); err == nil {
					t.Fatal("let go")
				}
				s.vault.breakWith(nil)
				s.sleep(month)
				s.wantState(keeper.StateFresh, "")
				s.wantChain()
			})
		})
	}
}

// It ends between the moment the chain was let go and whoever asked for it: who asks again is told the same.
func TestCrashOnceAChainWasLetGoTellsAgainWhatOpensIt(t *testing.T) {
	perform(t, threeDays, func(t *testing.T, s *stage) {
		s.departed()
		s.restart()
		m, ok, err := s.keeper.Moved(t.Context(), "a")
		if err != nil || !ok || m.Release != away.Release {
			t.Errorf("%v %v %v", m, ok, err)
		}
		if _, _, err = s.keeper.Departing(t.Context(), "a"); !errors.Is(err, keeper.ErrMoved) {
			t.Errorf("a second file: %v", err)
		}
	})
}

func TestChainInDoubtDoesNotLeave(t *testing.T) {
	for name, trouble := range map[string]func(*stage){
		"lost answer": func(s *stage) { _ = s.sandbox.Break(sandbox.Gateway, 1); _ = s.keeper.Refresh(s.t.Context(), "a") },
		"another account's too": func(s *stage) {
			if r := s.vault.peek("a"); s.vault.peek("b") == nil { // put there by hand
				s.vault.put("b", r)
				s.keeper.Put(s.account("b"))
				s.state()
			}
		},
		"refused": func(s *stage) { s.sandbox.Kill(); _ = s.keeper.Refresh(s.t.Context(), "a") },
		"locked":  func(s *stage) { s.vault.breakWith(func(string, int) error { return errors.New("locked") }) },
	} {
		t.Run(name, func(t *testing.T) {
			perform(t, threeDays, func(t *testing.T, s *stage) {
				trouble(s)
				if _, _, err := s.keeper.Departing(t.Context(), "a"); err == nil {
					t.Error("it leaves")
				}
				s.vault.breakWith(nil)
			})
		})
	}
}

func TestWaitTravelsWithTheChain(t *testing.T) {
	perform(t, threeDays, func(t *testing.T, s *stage) {
		_ = s.sandbox.Break(sandbox.Busy, 1)
		_ = s.keeper.Refresh(t.Context(), "a")
		before := s.state()
		there := s.elsewhere(s.departed())
		if a := there.state(); a.State != keeper.StateWaiting || a.Reason != oauth.ReasonRateLimited || !a.Next.Equal(before.Next) {
			t.Errorf("%s (%s) until %v, was %s (%s) until %v", a.State, a.Reason, a.Next, before.State, before.Reason, before.Next)
		}
		there.stop()
	})
}

// Whoever signs in here anew has a chain of its own, also when that answer was sealed and not stored.
func TestSignInAfterAMoveIsRecovered(t *testing.T) {
	perform(t, threeDays, func(t *testing.T, s *stage) {
		there := s.elsewhere(s.departed())
		stores := 0
		s.vault.breakWith(func(op string, _ int) error {
			if op == "set" {
				if stores++; stores > 1 { // the intent lands, the answer does not
					return errors.New("no answer in time")
				}
			}
			return nil
		})
		_ = s.keeper.SignIn(t.Context(), "a", s.code(""), yes)
		s.stop()
		s.vault.breakWith(nil)
		s.start()
		s.keeper.Put(s.account("a"))
		synctest.Wait()
		s.wantState(keeper.StateFresh, "")
		s.wantKept()
		if _, moved, err := s.keeper.Moved(t.Context(), "a"); moved || err != nil {
			t.Errorf("still away: %v", err)
		}
		there.stop()
	})
}
