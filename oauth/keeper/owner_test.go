package keeper_test

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"freshkey/oauth"
	"freshkey/oauth/keeper"
	"freshkey/oauth/sandbox"
)

func seals(t *testing.T, s *stage) []string {
	t.Helper()
	old, err := filepath.Glob(s.dir + "/*.sealed")
	files, err2 := filepath.Glob(s.dir + "/accounts/*/*.sealed")
	if err = errors.Join(err, err2); err != nil {
		t.Fatal(err)
	}
	return append(old, files...)
}

func TestDroppedAccountDoesNotGoOnBehindItsSuccessor(t *testing.T) {
	perform(t, sandbox.Config{Expires: 72 * time.Hour}, func(t *testing.T, s *stage) {
		s.stopWith(func() {
			for _, other := range []string{"b", "c", "d"} {
				s.vault.put(other, []byte("no record"))
			}
			s.vault.slow = func(string) time.Duration { return 5 * time.Second }
		})
		for _, id := range []string{"b", "c", "d", "a"} {
			s.keeper.Put(s.account(id))
		}
		time.Sleep(time.Second) // the loader has its list
		if err := s.keeper.Drop(t.Context(), "a"); err != nil {
			t.Fatal(err)
		}
		time.Sleep(10 * time.Minute)
		s.keeper.Put(s.account("a"))
		_ = s.sandbox.Break(sandbox.Slow, -1)
		time.Sleep(80 * time.Hour)
		s.wantState(keeper.StateFresh, "")
		s.wantChain()
		if c := s.sandbox.Counts(); c.Hits != 1 || c.Reuses != 0 {
			t.Errorf("%d requests, %d reuses", c.Hits, c.Reuses)
		}
	})
}

func TestLateReadDoesNotUndoAnUnsavedGrant(t *testing.T) {
	perform(t, sandbox.Config{Expires: 72 * time.Hour}, func(t *testing.T, s *stage) {
		s.stopWith(func() { s.vault.slow = func(string) time.Duration { return time.Second } })
		writes := 0
		s.vault.breakWith(func(op string, _ int) error {
			if op != "set" {
				return nil
			}
			if writes++; writes == 1 {
				return nil // the intent
			}
			_ = os.RemoveAll(s.dir) // the disk takes nothing any more
			return errors.New("disk full")
		})
		s.keeper.Put(s.account("a"))
		go s.keeper.Refresh(t.Context(), "a")
		synctest.Wait()
		go s.keeper.Access(t.Context(), "a", keeper.DefaultValidity) // a second reader waits for its turn
		time.Sleep(12 * time.Second)
		s.wantState(keeper.StateUnsaved, keeper.ReasonKeychain)
		s.vault.breakWith(nil)
		time.Sleep(10 * time.Minute)
		s.wantState(keeper.StateFresh, "")
		s.wantChain()
	})
}

func TestSealThatCannotBeReadJustNowStopsTheNextRefresh(t *testing.T) {
	perform(t, sandbox.Config{Expires: 72 * time.Hour}, func(t *testing.T, s *stage) {
		writes := 0
		s.vault.breakWith(func(op string, _ int) error {
			if op == "set" {
				if writes++; writes > 1 {
					return errors.New("the keychain is gone")
				}
			}
			return nil
		})
		_ = s.keeper.Refresh(t.Context(), "a")
		s.wantState(keeper.StateUnsaved, keeper.ReasonKeychain)
		s.stop()
		s.vault.breakWith(nil)
		seal := seals(t, s)[0]
		if err := errors.Join(os.Rename(seal, seal+".aside"), os.Mkdir(seal, 0o700)); err != nil { // a folder cannot be read
			t.Fatal(err)
		}
		s.start()
		s.keeper.Put(s.account("a"))
		time.Sleep(3 * time.Minute)
		s.wantState(keeper.StateWaiting, keeper.ReasonOutOfReach)
		if err := errors.Join(os.Remove(seal), os.Rename(seal+".aside", seal)); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Hour)
		s.wantState(keeper.StateFresh, "")
		s.wantChain()
		if c := s.sandbox.Counts(); c.Reuses != 0 {
			t.Errorf("%d reuses", c.Reuses)
		}
	})
}

func TestUnreadableAnswerIsReadLaterEvenAfterARefusal(t *testing.T) {
	perform(t, sandbox.Config{Expires: 72 * time.Hour}, func(t *testing.T, s *stage) {
		known := s.account("a")
		strange := known
		strange.Provider, _ = known.Provider.Resolve()
		strange.Provider.Name, strange.Provider.Prefix = "mine", "%%%" // this version does not know the answers' form
		s.keeper.Put(strange)
		_ = s.keeper.Refresh(t.Context(), "a")
		s.wantState(keeper.StateUncertain, oauth.ReasonUnreadable)
		seal := seals(t, s)[0]
		if err := os.Rename(seal, seal+".aside"); err != nil { // as good as unreadable to the next version too …
			t.Fatal(err)
		}
		s.keeper.Put(known)
		_ = s.keeper.Refresh(t.Context(), "a")
		s.wantState(keeper.StateSignIn, keeper.ReasonLostAnswer)
		if err := os.Rename(seal+".aside", seal); err != nil { // … but not to the one after it
			t.Fatal(err)
		}
		s.restart()
		s.wantState(keeper.StateFresh, "")
		s.wantChain()
	})
}

func TestKeychainThatWentBackIsGivenTheNewerGrantAgain(t *testing.T) {
	perform(t, sandbox.Config{}, func(t *testing.T, s *stage) {
		old := s.vault.peek("a")
		_ = s.keeper.Refresh(t.Context(), "a")
		s.vault.put("a", old) // a keyring closed without saving, or a backup
		if err := s.keeper.Refresh(t.Context(), "a"); err != nil {
			t.Fatal(err)
		}
		s.wantState(keeper.StateFresh, "")
		s.wantChain()
		if c := s.sandbox.Counts(); c.Reuses != 0 {
			t.Errorf("%d reuses", c.Reuses)
		}
	})
}

func TestOneUnreadableAccountSpendsNothingOfAnother(t *testing.T) {
	for range 5 { // the loader's order is random
		perform(t, sandbox.Config{Expires: 72 * time.Hour}, func(t *testing.T, s *stage) {
			s.stopWith(func() {
				s.vault.slow = func(key string) time.Duration {
					if key != "a" {
						return 5 * time.Second
					}
					return 0
				}
			})
			for _, id := range []string{"b", "c", "d", "e", "a"} {
				s.keeper.Put(s.account(id))
			}
			if _, err := s.keeper.Access(t.Context(), "a", keeper.DefaultValidity); err != nil {
				t.Fatal(err)
			}
			s.vault.breakWith(always("get", errors.New("no answer in time")))
			time.Sleep(10 * time.Minute)
			s.vault.breakWith(nil)
			time.Sleep(10 * time.Minute)
			s.wantState(keeper.StateFresh, "")
			if n := s.sandbox.Counts().Hits; n != 0 {
				t.Errorf("%d requests for a token that was fresh", n)
			}
		})
	}
}

func TestRefusalByAnotherServerIsForgottenWithItsSettings(t *testing.T) {
	perform(t, sandbox.Config{}, func(t *testing.T, s *stage) {
		right := s.account("a")
		wrong := right
		wrong.ClientID = "another app"
		_ = s.sandbox.Break(sandbox.Dead, 2)
		s.keeper.Put(wrong)
		_ = s.keeper.Refresh(t.Context(), "a")
		s.wantState(keeper.StateSignIn, oauth.ReasonRefused)
		s.sandbox.Heal()
		s.keeper.Put(right)
		time.Sleep(time.Minute)
		s.wantState(keeper.StateFresh, "")
		s.wantChain()
	})
}

func TestRecordNobodyKnowsOfIsNotOverwritten(t *testing.T) {
	perform(t, sandbox.Config{}, func(t *testing.T, s *stage) {
		s.vault.put("b", []byte("somebody's"))
		if err := s.keeper.Add(t.Context(), s.account("b"), s.sandbox.ClientSecret(), firstToken(t, s.sandbox), nothing); !errors.Is(err, keeper.ErrDuplicate) {
			t.Errorf("%v", err)
		}
		if string(s.vault.peek("b")) != "somebody's" {
			t.Error("overwritten")
		}
	})
}
