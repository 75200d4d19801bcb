package keeper_test

import (
	"context"
	"errors"
	"os"
	"testing"
	"time"

	"freshkey/oauth/journal"
	"freshkey/oauth/keeper"
	"freshkey/oauth/sandbox"
)

// A keychain may have said yes to a write, shown it, and forget it: KeePassXC 2.7 when it is changed while it saves, and
// any of them when the power fails.
func TestKeychainThatForgetsItsLastWritesLosesNothing(t *testing.T) {
	for name, play := range map[string]func(*stage){
		"one refresh": func(s *stage) { _ = s.keeper.Refresh(s.t.Context(), "a") },
		"five refreshes": func(s *stage) {
			for range 5 {
				_ = s.keeper.Refresh(s.t.Context(), "a")
			}
		},
		"a sign-in": func(s *stage) { _ = s.keeper.SignIn(s.t.Context(), "a", s.code(""), yes) },
		"another person's sign-in and a refresh": func(s *stage) {
			_ = s.keeper.SignIn(s.t.Context(), "a", s.code("other"), yes)
			_ = s.keeper.Refresh(s.t.Context(), "a")
		},
		"an answer that was cut off": func(s *stage) {
			_ = s.sandbox.Break(sandbox.TruncateLate, 1)
			_ = s.keeper.Refresh(s.t.Context(), "a")
		},
	} {
		t.Run(name, func(t *testing.T) {
			perform(t, sandbox.Config{}, func(t *testing.T, s *stage) {
				_ = s.keeper.Refresh(t.Context(), "a")
				before := s.vault.peek("a")
				play(s)
				after := s.vault.record(t, "a")
				s.stopWith(func() { s.vault.put("a", before) })
				s.keeper.Put(s.account("a"))
				time.Sleep(time.Second)
				s.wantState(keeper.StateFresh, "")
				if now := s.vault.record(t, "a"); now.Grant.Token.Refresh != after.Grant.Token.Refresh || now.Grant.Generation != after.Grant.Generation {
					t.Errorf("it is %v again, want %v", now, after)
				}
				if err := s.keeper.Refresh(t.Context(), "a"); err != nil {
					t.Error(err)
				}
				s.wantKept()
			})
		})
	}
}

func TestRefusedSignInOfAnotherPersonIsNotFoundAgain(t *testing.T) {
	perform(t, sandbox.Config{}, func(t *testing.T, s *stage) {
		before := s.vault.peek("a")
		left := map[string][]byte{}
		_ = s.keeper.SignIn(t.Context(), "a", s.code("other"), func(context.Context, string, string) bool {
			for _, f := range seals(t, s) {
				left[f], _ = os.ReadFile(f)
			}
			return false
		})
		s.stopWith(func() {
			s.vault.put("a", before)
			for f, data := range left { // as a crash in front of the question leaves it
				_ = os.WriteFile(f, data, 0o600)
			}
		})
		if len(left) != 1 {
			t.Fatalf("%d seals", len(left))
		}
		s.keeper.Put(s.account("a"))
		time.Sleep(time.Second)
		s.wantState(keeper.StateFresh, "")
		if mine := s.vault.record(t, "a"); mine.Grant.Generation != 1 {
			t.Errorf("another person's chain took the account's place unasked: %v", mine)
		}
	})
}

func TestForgottenFirstRefreshIsFoundToo(t *testing.T) {
	perform(t, sandbox.Config{}, func(t *testing.T, s *stage) {
		before := s.vault.peek("a")
		_ = s.keeper.Refresh(t.Context(), "a")
		s.stopWith(func() { s.vault.put("a", before) })
		s.keeper.Put(s.account("a"))
		time.Sleep(time.Second)
		s.wantState(keeper.StateFresh, "")
		s.wantChain()
	})
}

func TestForgottenWriteHealsAlsoWhenTheProviderHasRefused(t *testing.T) {
	perform(t, sandbox.Config{}, func(t *testing.T, s *stage) {
		old := s.vault.record(t, "a")
		_ = s.keeper.Refresh(t.Context(), "a")
		old.Refusals = []journal.Refusal{{Fingerprint: old.Grant.Token.Refresh.Fingerprint()}} // as an older Freshkey would have left it
		data, err := old.Encode()
		if err != nil {
			t.Fatal(err)
		}
		s.stopWith(func() { s.vault.put("a", data) })
		s.keeper.Put(s.account("a"))
		time.Sleep(time.Second)
		s.wantState(keeper.StateFresh, "")
		s.wantChain()
	})
}

func TestSealedAnswersDoNotPileUp(t *testing.T) {
	perform(t, sandbox.Config{}, func(t *testing.T, s *stage) {
		for range 30 {
			if err := s.keeper.Refresh(t.Context(), "a"); err != nil {
				t.Fatal(err)
			}
			time.Sleep(time.Second)
		}
		if n := len(seals(t, s)); n > 9 {
			t.Errorf("%d sealed answers", n)
		}
		if err := s.keeper.Remove(t.Context(), "a"); err != nil {
			t.Fatal(err)
		}
		if n := len(seals(t, s)); n > 0 {
			t.Errorf("%d sealed answers of a removed account", n)
		}
	})
}

func TestForgottenWayBackIsFoundToo(t *testing.T) {
	perform(t, sandbox.Config{}, func(t *testing.T, s *stage) {
		_ = s.keeper.Refresh(t.Context(), "a")
		_ = s.sandbox.Break(sandbox.Rollback, 1)
		_ = s.keeper.Refresh(t.Context(), "a") // stored, and the provider forgets it
		before := s.vault.peek("a")
		_ = s.keeper.Refresh(t.Context(), "a") // so the token before it is spent a second time
		s.wantChain()
		s.stopWith(func() { s.vault.put("a", before) })
		s.keeper.Put(s.account("a"))
		time.Sleep(time.Second)
		s.wantState(keeper.StateFresh, "")
		s.wantChain()
	})
}

// Which answer came last is known without the clock, which may have been wrong.
func TestSealsAreOrderedByGenerationNotByClock(t *testing.T) {
	perform(t, sandbox.Config{}, func(t *testing.T, s *stage) {
		for range 9 {
			_ = s.keeper.Refresh(t.Context(), "a")
		}
		future := time.Now().Add(40 * 365 * 24 * time.Hour)
		for _, f := range seals(t, s) {
			_ = os.Chtimes(f, future, future)
		}
		before := s.vault.peek("a")
		for range 2 {
			_ = s.keeper.Refresh(t.Context(), "a")
		}
		s.stopWith(func() { s.vault.put("a", before) })
		s.keeper.Put(s.account("a"))
		time.Sleep(time.Second)
		s.wantState(keeper.StateFresh, "")
		s.wantChain()
	})
}

// The keychain may be made anew, or another database opened in its place, while the agent holds the live chain.
func TestRecordThatVanishesIsStoredAgain(t *testing.T) {
	perform(t, sandbox.Config{Expires: 72 * time.Hour}, func(t *testing.T, s *stage) {
		_ = s.keeper.Refresh(t.Context(), "a")
		_ = s.vault.Delete(t.Context(), "a")
		if err := s.keeper.SetSecret(t.Context(), "a", s.sandbox.ClientSecret()); err != nil {
			t.Error(err)
		}
		s.wantChain()
		_ = s.vault.Delete(t.Context(), "a")
		if err := s.keeper.Refresh(t.Context(), "a"); err != nil {
			t.Error(err)
		}
		s.wantState(keeper.StateFresh, "")
		s.wantChain()
		_ = s.vault.Delete(t.Context(), "a")
		s.vault.breakWith(always("set", errors.New("locked")))
		_ = s.keeper.Refresh(t.Context(), "a")
		s.wantState(keeper.StateUnsaved, keeper.ReasonKeychain)
		if n, _ := s.keeper.Unsaved(); n != 1 {
			t.Errorf("%d unsaved", n)
		}
		s.vault.breakWith(nil)
		time.Sleep(time.Minute)
		s.wantState(keeper.StateFresh, "")
		s.wantChain()
	})
}
