package keeper_test

import (
	"context"
	"errors"
	"slices"
	"testing"

	"freshkey/oauth"
	"freshkey/oauth/journal"
	"freshkey/oauth/keeper"
	"freshkey/oauth/sandbox"
)

// bring gives the account the refresh token of a chain that was won elsewhere. openID is what is said of whose it is.
func (s *stage) bring(refresh oauth.Secret, openID string, replace keeper.Replace) error {
	s.t.Helper()
	return s.keeper.Bring(s.t.Context(), "a", refresh, openID, replace)
}

func TestChainThatAPersonBringsTakesTheDeadOnesPlace(t *testing.T) {
	perform(t, sandbox.Config{}, func(t *testing.T, s *stage) {
		s.sandbox.Kill()
		_ = s.keeper.Refresh(t.Context(), "a")
		brought := firstToken(t, s.sandbox)
		if err := s.bring(brought.Refresh, "", yes); err != nil {
			t.Fatal(err)
		}
		s.wantState(keeper.StateFresh, "")
		s.wantKept()
		for _, again := range []func() error{
			func() error { return s.bring(brought.Refresh, "", yes) },
			func() error {
				return s.keeper.Add(t.Context(), s.account("b"), s.sandbox.ClientSecret(), oauth.Token{Refresh: brought.Refresh}, nothing)
			},
		} {
			if err := again(); !errors.Is(err, keeper.ErrSpent) {
				t.Errorf("what was brought once is taken again: %v", err)
			}
		}
		s.restart()
		s.wantState(keeper.StateFresh, "")
		if err := s.keeper.Refresh(t.Context(), "a"); err != nil {
			t.Error(err)
		}
		s.wantKept()
	})
}

// A paste that is wrong may not cost the chain that works.
func TestChainThatAPersonBringsAndThatIsDeadReplacesNothing(t *testing.T) {
	perform(t, sandbox.Config{}, func(t *testing.T, s *stage) {
		before := s.state()
		err := s.bring("R3_not_one_of_the_providers", before.OpenID, yes)
		if x, ok := errors.AsType[*oauth.Error](err); !ok || x.Reason != oauth.ReasonRefused {
			t.Errorf("%v", err)
		}
		if a := s.state(); a.Fingerprint != before.Fingerprint || a.State != keeper.StateFresh {
			t.Errorf("%s #%s, was %s", a.State, a.Fingerprint, before.Fingerprint)
		}
		if err := s.keeper.Refresh(t.Context(), "a"); err != nil {
			t.Error(err)
		}
		s.wantChain()
	})
}

// A code that is not wanted is had again, and a chain is not: whether it may come is asked before it is spent.
func TestWhetherAChainMayReplaceAnotherIsAskedBeforeItIsSpent(t *testing.T) {
	perform(t, sandbox.Config{}, func(t *testing.T, s *stage) {
		mine, brought := s.state(), firstToken(t, s.sandbox)
		hits := s.hits()
		asked := ""
		refuse := func(_ context.Context, had, got string) bool { asked = had + " " + got; return false }
		for _, openID := range []string{"", mine.OpenID, brought.OpenID} { // of one that lives, also where the two are said to be the same person's
			if err := s.bring(brought.Refresh, openID, refuse); !errors.Is(err, keeper.ErrOther) {
				t.Errorf("%v", err)
			}
		}
		if s.hits() != hits || asked != mine.OpenID+" "+brought.OpenID || !slices.Contains(s.sandbox.Counts().Live, brought.Refresh.Fingerprint()) {
			t.Errorf("%d requests, asked %q", s.hits()-hits, asked)
		}
		times := 0
		agree := func(context.Context, string, string) bool { times++; return true }
		if err := s.bring(brought.Refresh, brought.OpenID, agree); err != nil || times != 1 {
			t.Fatalf("%v, asked %d times", err, times)
		}
		if a := s.state(); a.OpenID != brought.OpenID {
			t.Errorf("it is still %s's", a.OpenID)
		}
		s.wantKept()
	})
}

func TestChainOfAnotherAccountIsNotBrought(t *testing.T) {
	perform(t, sandbox.Config{}, func(t *testing.T, s *stage) {
		other := firstToken(t, s.sandbox)
		if err := s.keeper.Add(t.Context(), s.account("b"), s.sandbox.ClientSecret(), other, nothing); err != nil {
			t.Fatal(err)
		}
		own := s.vault.record(t, "a").Grant.Token.Refresh
		for id, refresh := range map[string]oauth.Secret{"a": own, "b": other.Refresh} {
			kept, ok := errors.AsType[*keeper.KeptError](s.bring(refresh, "", yes))
			if !ok || kept.Account != id {
				t.Errorf("%v, want that %s keeps it", kept, id)
			}
		}
		brought, hits := firstToken(t, s.sandbox), s.hits()
		during := func(context.Context, string, string) bool {
			if err := s.keeper.Add(t.Context(), s.account("c"), s.sandbox.ClientSecret(), brought, nothing); err != nil {
				t.Error(err)
			}
			return true
		}
		if kept, ok := errors.AsType[*keeper.KeptError](s.bring(brought.Refresh, "", during)); !ok || kept.Account != "c" || s.hits() != hits {
			t.Errorf("%v, want that c got it while somebody was asked; %d requests", kept, s.hits()-hits)
		}
		s.wantChain()
	})
}

func TestChainThatAPersonBroughtIsFoundAfterACrash(t *testing.T) {
	perform(t, sandbox.Config{}, func(t *testing.T, s *stage) {
		s.sandbox.Kill()
		_ = s.keeper.Refresh(t.Context(), "a")
		brought := firstToken(t, s.sandbox)
		s.vault.breakWith(diesAfter(2)) // it is the account's, and the intent was written; the process dies with the answer sealed
		_ = s.bring(brought.Refresh, s.state().OpenID, yes)
		s.stop()
		s.vault.breakWith(nil)
		s.start()
		s.keeper.Put(s.account("a"))
		s.wantState(keeper.StateFresh, "")
		s.wantKept()
		if err := s.bring(brought.Refresh, "", yes); !errors.Is(err, keeper.ErrSpent) {
			t.Errorf("what was spent is forgotten: %v", err)
		}
	})
}

func TestChainThatAPersonBroughtIsFoundWhenTheKeychainGoesBack(t *testing.T) {
	perform(t, sandbox.Config{}, func(t *testing.T, s *stage) {
		s.sandbox.Kill()
		_ = s.keeper.Refresh(t.Context(), "a")
		brought, before := firstToken(t, s.sandbox), s.vault.peek("a")
		if err := s.bring(brought.Refresh, "", yes); err != nil {
			t.Fatal(err)
		}
		s.stopWith(func() { s.vault.put("a", before) })
		s.keeper.Put(s.account("a"))
		s.wantState(keeper.StateFresh, "")
		s.wantKept()
		if err := s.bring(brought.Refresh, "", yes); !errors.Is(err, keeper.ErrSpent) {
			t.Errorf("what was spent is forgotten: %v", err)
		}
	})
}

// Wherever the process ends, and whatever the keychain forgets: neither of the two chains is spent and lost.
func TestCrashAnywhereWhileAChainIsBroughtLosesNeither(t *testing.T) {
	taken := 0
	for point := range 12 {
		for _, forgets := range []bool{false, true} {
			perform(t, sandbox.Config{}, func(t *testing.T, s *stage) {
				brought, before := firstToken(t, s.sandbox), s.vault.peek("a")
				s.vault.breakWith(diesAt(point))
				_ = s.bring(brought.Refresh, "", yes)
				s.stop()
				s.vault.breakWith(nil)
				if forgets {
					s.vault.put("a", before)
				}
				s.start()
				s.keeper.Put(s.account("a"))
				s.wantState(keeper.StateFresh, "")
				s.wantKept()
				stored, live := s.vault.record(t, "a").Grant, s.sandbox.Counts().Live
				switch own := stored.Token.OpenID == brought.OpenID; {
				case own:
					taken++
				case !slices.Contains(live, brought.Refresh.Fingerprint()):
					t.Errorf("dead at call %d, forgets: %v: what was brought is spent, and the account has another chain", point, forgets)
				}
			})
		}
	}
	if taken < 4 || taken > 22 {
		t.Errorf("%d of 24 times it was taken: the crashes come too early or too late", taken)
	}
}

// What was refused, or not answered, is one line that says so, and of the chain that the account has.
func TestHistoryTellsWhatBecameOfWhatWasBrought(t *testing.T) {
	for fault, want := range map[sandbox.Fault]oauth.Reason{sandbox.Dead: oauth.ReasonRefused, sandbox.Unavailable: oauth.ReasonServer, sandbox.Drop: oauth.ReasonNoAnswer, "": ""} {
		t.Run(string(fault), func(t *testing.T) {
			perform(t, threeDays, func(t *testing.T, s *stage) {
				var events []keeper.Event
				s.note = func(e keeper.Event) { events = append(events, e) }
				if fault != "" {
					_ = s.sandbox.Break(fault, 1)
				}
				brought := firstToken(t, s.sandbox)
				_ = s.bring(brought.Refresh, brought.OpenID, yes)
				if len(events) != 1 || events[0].Cause != journal.CauseBrought || events[0].Reason != want || events[0].Fingerprint != s.state().Fingerprint {
					t.Errorf("%+v", events)
				}
			})
		})
	}
}
