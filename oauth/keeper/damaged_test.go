package keeper_test

import (
	"errors"
	"testing"
	"time"

	"freshkey/oauth/journal"
	"freshkey/oauth/keeper"
	"freshkey/oauth/sandbox"
)

// The write of a new grant is torn, and from then on the keychain takes everything: memory has the only whole copy.
func TestTornWriteIsRepaired(t *testing.T) {
	perform(t, threeDays, func(t *testing.T, s *stage) {
		sets := 0
		s.vault.breakWith(func(op string, _ int) error {
			if op == "set" {
				if sets++; sets == 2 { // the intent is written, and then the grant
					s.vault.values["a"] = s.vault.values["a"][:100]
					return errors.New("no answer in time")
				}
			}
			return nil
		})
		if err := s.keeper.Refresh(t.Context(), "a"); err != nil {
			t.Fatal(err)
		}
		s.vault.breakWith(nil)
		time.Sleep(time.Minute)
		s.wantState(keeper.StateFresh, "")
		s.restart()
		s.wantState(keeper.StateFresh, "")
		s.wantChain()
	})
}

func TestDamagedRecordIsStoredAgainByWhoHasIt(t *testing.T) {
	perform(t, threeDays, func(t *testing.T, s *stage) {
		_ = s.keeper.Refresh(t.Context(), "a")
		s.vault.put("a", s.vault.peek("a")[:100])
		time.Sleep(100 * time.Hour)
		s.wantState(keeper.StateFresh, "")
		s.restart()
		s.wantState(keeper.StateFresh, "")
		s.wantChain()
	})
}

// The backup of the keychain is older than the sealed answers reach back, but the last of them holds the live token.
func TestBackupOlderThanTheArchiveFindsTheLastAnswer(t *testing.T) {
	perform(t, sandbox.Config{Expires: 72 * time.Hour, RevokeOnReuse: true}, func(t *testing.T, s *stage) {
		old := s.vault.peek("a")
		for range 2 * journal.Generations {
			_ = s.keeper.Refresh(t.Context(), "a")
			time.Sleep(time.Minute)
		}
		newest := s.state()
		s.stopWith(func() { s.vault.put("a", old) })
		s.keeper.Put(s.account("a"))
		if a := s.state(); a.Fingerprint != newest.Fingerprint || a.Generation < newest.Generation {
			t.Errorf("%s (%s), generation %d #%s; the newest was %d #%s", a.State, a.Reason, a.Generation, a.Fingerprint, newest.Generation, newest.Fingerprint)
		}
		time.Sleep(100 * time.Hour)
		s.wantState(keeper.StateFresh, "")
		s.wantChain()
		if n := s.sandbox.Counts().Reuses; n != 0 {
			t.Errorf("%d reuses", n)
		}
	})
}

// A secret is written and not read back: the person is told that it was not stored.
func TestSecretThatWasSaidNotToBeStoredIsNot(t *testing.T) {
	perform(t, threeDays, func(t *testing.T, s *stage) {
		written := false
		s.vault.breakWith(func(op string, _ int) error {
			written = written || op == "set"
			if op == "get" && written {
				return errors.New("no answer in time")
			}
			return nil
		})
		if err := s.keeper.SetSecret(t.Context(), "a", "another"); err == nil {
			t.Error("no error")
		}
		s.wantState(keeper.StateLocked, keeper.ReasonKeychain)
		s.vault.breakWith(nil)
		time.Sleep(2 * time.Minute)
		s.wantState(keeper.StateFresh, "")
		if s.vault.record(t, "a").ClientSecret == "another" {
			t.Error("it was stored all the same")
		}
	})
}
