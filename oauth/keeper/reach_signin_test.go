package keeper_test

import (
	"errors"
	"os"
	"testing"
	"time"

	"freshkey/oauth/keeper"
)

// outOfReach makes all sealed files unreadable.
func (s *stage) outOfReach() {
	for _, f := range seals(s.t, s) {
		_ = errors.Join(os.Rename(f, f+".aside"), os.Symlink(f, f))
	}
}

// The keychain is restored from a backup while the disk gives no answers; a person signs in to have it work; then the disk is back.
func TestOlderChainDoesNotOvertakeASignIn(t *testing.T) {
	perform(t, threeDays, func(t *testing.T, s *stage) {
		old := s.vault.peek("a")
		for range 5 {
			_ = s.keeper.Refresh(t.Context(), "a")
		}
		var left []string
		s.stopWith(func() {
			s.vault.put("a", old)
			left = seals(t, s)
			for _, f := range left {
				_ = errors.Join(os.Rename(f, f+".aside"), os.Symlink(f, f))
			}
		})
		s.keeper.Put(s.account("a"))
		s.sleep(time.Minute)
		s.wantState(keeper.StateWaiting, keeper.ReasonOutOfReach)
		if err := s.keeper.SignIn(t.Context(), "a", s.code("other"), yes); err != nil {
			t.Fatal(err)
		}
		mine := s.state()
		for _, f := range left {
			_ = errors.Join(os.Remove(f), os.Rename(f+".aside", f))
		}
		s.sleep(time.Hour)
		if a := s.state(); a.Fingerprint != mine.Fingerprint {
			t.Errorf("signed in as %q; an hour after the disk is back it is %q's again, generation %d, %s", mine.OpenID, a.OpenID, a.Generation, a.State)
		}
	})
}

// Home was restored from a backup: the keychain is older, the answers belong to root. A person signs in; that does not help.
func TestSignInHelpsWhereTheArchiveStaysOutOfReach(t *testing.T) {
	perform(t, threeDays, func(t *testing.T, s *stage) {
		old := s.vault.peek("a")
		for range 5 {
			_ = s.keeper.Refresh(t.Context(), "a")
		}
		s.stopWith(func() { s.vault.put("a", old); s.outOfReach() })
		s.keeper.Put(s.account("a"))
		s.sleep(time.Minute)
		s.wantState(keeper.StateWaiting, keeper.ReasonOutOfReach)
		if err := s.keeper.SignIn(t.Context(), "a", s.code("other"), yes); err != nil {
			t.Fatal(err)
		}
		s.sleep(100 * time.Hour)
		_, err := s.keeper.Access(t.Context(), "a", keeper.DefaultValidity)
		a := s.state()
		err2 := s.keeper.SignIn(t.Context(), "a", s.code("other"), yes)
		b := s.state()
		if a.State != keeper.StateFresh {
			t.Errorf("100 h after a sign-in that went well: %s (%s), expired %v ago, Access: %v; one more sign-in (%v): %s (%s)", a.State, a.Reason, time.Since(a.UsableUntil), err, err2, b.State, b.Reason)
		}
	})
}

// A sealed answer out of reach, and a sign-in that went well.
func TestSignInEndsOutOfReach(t *testing.T) {
	perform(t, threeDays, func(t *testing.T, s *stage) {
		s.vault.breakWith(failsAfter(1))
		_ = s.keeper.Refresh(t.Context(), "a")
		s.stopWith(func() { s.vault.breakWith(nil); s.outOfReach() })
		s.keeper.Put(s.account("a"))
		s.sleep(10 * time.Minute)
		s.wantState(keeper.StateWaiting, keeper.ReasonOutOfReach)
		if err := s.keeper.SignIn(t.Context(), "a", s.code("other"), yes); err != nil {
			t.Fatal(err)
		}
		a := s.state()
		s.sleep(2 * time.Minute)
		b := s.state()
		if a.State != keeper.StateFresh {
			t.Errorf("signed in, stored: %s (%s), next in %v; later %s (%s)", a.State, a.Reason, time.Until(a.Next), b.State, b.Reason)
		}
	})
}

// A sealed answer is out of reach; the settings become unusable (a typing error); the disk is back.
func TestOutOfReachWithSettingsThatCannotBeUsed(t *testing.T) {
	perform(t, threeDays, func(t *testing.T, s *stage) {
		if err := s.keeper.Refresh(t.Context(), "a"); err != nil {
			t.Fatal(err)
		}
		old := s.vault.peek("a")
		_ = old
		s.sleep(time.Minute)
		if err := s.keeper.Refresh(t.Context(), "a"); err != nil {
			t.Fatal(err)
		}
		var left []string
		s.stopWith(func() {
			s.vault.put("a", old)
			left = seals(t, s)
			s.outOfReach()
		})
		s.keeper.Put(s.account("a"))
		s.sleep(time.Minute)
		s.wantState(keeper.StateWaiting, keeper.ReasonOutOfReach)
		s.keeper.Put(s.unusable())
		for _, f := range left {
			_ = errors.Join(os.Remove(f), os.Rename(f+".aside", f))
		}
		s.sleep(5 * time.Minute)
		reads := 0
		s.vault.breakWith(func(op string, _ int) error { reads++; return nil })
		s.sleep(10 * time.Minute)
		s.vault.breakWith(nil)
		if a := s.state(); reads > 20 || a.State != keeper.StateMisconfigured {
			t.Errorf("every answer can be read and the settings cannot be used; said is %s (%s), next %v from now; %d calls of the keychain in ten minutes", a.State, a.Reason, time.Until(a.Next), reads)
		}
	})
}
