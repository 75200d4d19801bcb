package keeper_test

import (
	"errors"
	"os"
	"testing"
	"time"

	"freshkey/oauth"
	"freshkey/oauth/keeper"
	"freshkey/oauth/sandbox"
)

func TestAnswerLostBehindAGatewayIsUncertain(t *testing.T) {
	perform(t, sandbox.Config{}, func(t *testing.T, s *stage) {
		_ = s.sandbox.Break(sandbox.Gateway, 1)
		_ = s.keeper.Refresh(t.Context(), "a")
		s.wantState(keeper.StateUncertain, oauth.ReasonServer)
		s.restart()
		s.wantState(keeper.StateUncertain, oauth.ReasonServer)
		time.Sleep(2 * time.Minute)
		s.wantState(keeper.StateSignIn, keeper.ReasonLostAnswer)
	})
}

func TestNothingIsSentWithoutRoomForTheAnswer(t *testing.T) {
	perform(t, sandbox.Config{}, func(t *testing.T, s *stage) {
		if err := os.RemoveAll(s.dir); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(s.dir, nil, 0o600); err != nil { // a file where the folder was
			t.Fatal(err)
		}
		_ = s.keeper.Refresh(t.Context(), "a")
		s.wantState(keeper.StateWaiting, keeper.ReasonNoRoom)
		if n := s.sandbox.Counts().Hits; n != 0 {
			t.Errorf("%d requests", n)
		}
		if err := os.Remove(s.dir); err != nil {
			t.Fatal(err)
		}
		time.Sleep(2 * time.Minute)
		s.wantState(keeper.StateFresh, "")
		s.wantChain()
	})
}

func TestSealFolderThatVanishesDuringARefreshComesBack(t *testing.T) {
	perform(t, sandbox.Config{}, func(t *testing.T, s *stage) {
		s.sandbox.Delay(time.Second)
		s.vault.breakWith(func(op string, n int) error {
			if op == "set" && n > 2 { // the intent is written and read back; then the keychain locks
				return errors.New("locked")
			}
			return nil
		})
		time.AfterFunc(time.Second/2, func() { _ = os.RemoveAll(s.dir) })
		_ = s.keeper.Refresh(t.Context(), "a")
		s.wantState(keeper.StateUnsaved, keeper.ReasonKeychain)
		if files := seals(t, s); len(files) != 1 {
			t.Fatalf("%d seals", len(files))
		}
		s.stop()
		s.vault.breakWith(nil)
		s.start()
		s.keeper.Put(s.account("a"))
		s.wantState(keeper.StateFresh, "")
		s.wantChain()
	})
}

// A second program with the same keychain is not supposed to be; if one is, its success must outlive our failure.
func TestRefusalDoesNotOverwriteWhatSomebodyElseStored(t *testing.T) {
	perform(t, sandbox.Config{}, func(t *testing.T, s *stage) {
		before := s.vault.peek("a")
		if err := s.keeper.Refresh(t.Context(), "a"); err != nil {
			t.Fatal(err)
		}
		theirs := s.vault.peek("a")
		s.vault.put("a", before)
		for _, f := range seals(t, s) { // the other program keeps its seals elsewhere
			_ = os.Remove(f)
		}
		s.restart() // it believes in the token that is spent
		_ = s.sandbox.Break(sandbox.Dead, 1)
		s.vault.breakWith(func(_ string, n int) error {
			if n == 3 { // the record was read, the intent written and read back; now the other one stores its grant
				s.vault.values["a"] = theirs
			}
			return nil
		})
		_ = s.keeper.Refresh(t.Context(), "a")
		s.vault.breakWith(nil)
		if a := s.state(); a.State == keeper.StateSignIn {
			t.Errorf("the account is %s", a.State)
		}
		s.wantChain()
	})
}
