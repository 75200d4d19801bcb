package keeper_test

import (
	"errors"
	"os"
	"testing"
	"time"

	"freshkey/oauth"
	"freshkey/oauth/journal"
	"freshkey/oauth/keeper"
	"freshkey/oauth/sandbox"
)

// The keychain forgets its last writes, back to the intent of an earlier refresh.
func TestBackToAnIntentForgetsNoDoubt(t *testing.T) {
	perform(t, threeDays, func(t *testing.T, s *stage) {
		w := s.writes(func() { _ = s.keeper.Refresh(t.Context(), "a") })
		r, _ := journal.Decode(w[0])
		if r.Intent == nil {
			t.Fatal("no intent")
		}
		_ = s.sandbox.Break(sandbox.Drop, 1)
		_ = s.keeper.Refresh(t.Context(), "a")
		s.wantState(keeper.StateUncertain, oauth.ReasonNoAnswer)
		s.stopWith(func() { s.vault.put("a", w[0]) })
		s.keeper.Put(s.account("a"))
		a := s.state()
		t.Logf("after restart: %s (%s) gen %d, next in %v", a.State, a.Reason, a.Generation, time.Until(a.Next))
		if a.State != keeper.StateUncertain {
			t.Errorf("it was uncertain, the token is spent; it is %s (%s), next in %v", a.State, a.Reason, time.Until(a.Next))
		}
		_ = s.keeper.Refresh(t.Context(), "a")
		a = s.state()
		t.Logf("in the end: %s (%s)", a.State, a.Reason)
		if a.Reason != keeper.ReasonLostAnswer {
			t.Errorf("an answer was lost; said is %s (%s)", a.State, a.Reason)
		}
	})
}

func TestBackToAnIntentForgetsNoRefusal(t *testing.T) {
	perform(t, threeDays, func(t *testing.T, s *stage) {
		w := s.writes(func() { _ = s.keeper.Refresh(t.Context(), "a") })
		s.sandbox.Kill()
		_ = s.keeper.Refresh(t.Context(), "a")
		s.wantState(keeper.StateSignIn, oauth.ReasonRefused)
		s.stopWith(func() { s.vault.put("a", w[0]) })
		s.keeper.Put(s.account("a"))
		s.sleep(time.Hour)
		if a := s.state(); a.State != keeper.StateSignIn {
			t.Errorf("the chain is dead; it is %s (%s), next in %v", a.State, a.Reason, time.Until(a.Next))
		}
	})
}

func TestBackToAnIntentIsTheLiveChain(t *testing.T) {
	perform(t, threeDays, func(t *testing.T, s *stage) {
		w := s.writes(func() { _ = s.keeper.Refresh(t.Context(), "a") })
		_ = s.keeper.Refresh(t.Context(), "a")
		_ = s.keeper.Refresh(t.Context(), "a")
		s.stopWith(func() { s.vault.put("a", w[0]) })
		s.keeper.Put(s.account("a"))
		s.sleep(time.Hour)
		a := s.state()
		t.Logf("%s (%s) gen %d", a.State, a.Reason, a.Generation)
		s.wantChain()
	})
}

// A backup older than the archive, and the disk does not give the answers for a moment.
func TestBackupWhileTheArchiveIsOutOfReach(t *testing.T) {
	perform(t, sandbox.Config{Expires: 72 * time.Hour, RevokeOnReuse: true}, func(t *testing.T, s *stage) {
		old := s.vault.peek("a")
		for range 12 {
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
		_ = s.keeper.Refresh(t.Context(), "a")
		a := s.state()
		t.Logf("%s (%s)", a.State, a.Reason)
		for _, f := range left {
			_ = errors.Join(os.Remove(f), os.Rename(f+".aside", f))
		}
		s.sleep(100 * time.Hour)
		if n := s.sandbox.Counts().Reuses; n != 0 || s.state().State != keeper.StateFresh {
			t.Errorf("%d reuses, %s (%s)", n, s.state().State, s.state().Reason)
		}
	})
}

// As TestBackToAnIntentForgetsDoubt, but the doubt is about a token one generation further.
func TestBackToAnIntentKeepsTheDoubt(t *testing.T) {
	perform(t, threeDays, func(t *testing.T, s *stage) {
		w := s.writes(func() { _ = s.keeper.Refresh(t.Context(), "a") })
		_ = s.keeper.Refresh(t.Context(), "a")
		_ = s.keeper.Refresh(t.Context(), "a")
		_ = s.sandbox.Break(sandbox.Drop, 1)
		_ = s.keeper.Refresh(t.Context(), "a")
		s.wantState(keeper.StateUncertain, oauth.ReasonNoAnswer)
		s.stopWith(func() { s.vault.put("a", w[0]) })
		s.keeper.Put(s.account("a"))
		a := s.state()
		t.Logf("after restart: %s (%s) gen %d", a.State, a.Reason, a.Generation)
		_ = s.keeper.Refresh(t.Context(), "a")
		a = s.state()
		t.Logf("then: %s (%s) gen %d", a.State, a.Reason, a.Generation)
		_ = s.keeper.Refresh(t.Context(), "a")
		if a = s.state(); a.Reason != keeper.ReasonLostAnswer {
			t.Errorf("an answer was lost; said is %s (%s)", a.State, a.Reason)
		}
	})
}

// A control: back to the record without an intent, the doubt is kept.
func TestBackWithoutAnIntent(t *testing.T) {
	perform(t, threeDays, func(t *testing.T, s *stage) {
		_ = s.keeper.Refresh(t.Context(), "a")
		old := s.vault.peek("a")
		_ = s.keeper.Refresh(t.Context(), "a")
		_ = s.keeper.Refresh(t.Context(), "a")
		_ = s.sandbox.Break(sandbox.Drop, 1)
		_ = s.keeper.Refresh(t.Context(), "a")
		s.stopWith(func() { s.vault.put("a", old) })
		s.keeper.Put(s.account("a"))
		s.wantState(keeper.StateUncertain, oauth.ReasonNoAnswer)
	})
}

// The backup scene with a provider that revokes nothing: the answers are back, and nobody looks.
func TestBackupOutOfReachThenBack(t *testing.T) {
	perform(t, threeDays, func(t *testing.T, s *stage) {
		old := s.vault.peek("a")
		for range 12 {
			_ = s.keeper.Refresh(t.Context(), "a")
		}
		var left []string
		s.stopWith(func() {
			s.vault.put("a", old)
			left = seals(t, s)
			for _, f := range left {
				_ = os.Rename(f, f+".aside")
				_ = os.Symlink(f, f)
			}
		})
		s.keeper.Put(s.account("a"))
		s.sleep(time.Minute)
		_ = s.keeper.Refresh(t.Context(), "a")
		a := s.state()
		t.Logf("out of reach: %s (%s), reuses %d", a.State, a.Reason, s.sandbox.Counts().Reuses)
		for _, f := range left {
			_ = os.Remove(f)
			_ = os.Rename(f+".aside", f)
		}
		s.sleep(100 * time.Hour)
		a = s.state()
		if a.State == keeper.StateSignIn {
			t.Errorf("100 h after the answers are back: %s (%s), the live token is sealed", a.State, a.Reason)
		}
	})
}

// writes captures each value written.
func (s *stage) writes(f func()) [][]byte {
	var all [][]byte
	prev := s.vault.peek("a")
	s.vault.breakWith(func(op string, _ int) error {
		if v := s.vault.values["a"]; string(v) != string(prev) {
			all, prev = append(all, v), v
		}
		return nil
	})
	f()
	s.vault.breakWith(nil)
	return all
}
