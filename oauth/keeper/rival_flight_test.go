package keeper_test

import (
	"context"
	"testing"
	"time"

	"freshkey/oauth/keeper"
	"freshkey/oauth/sandbox"
)

func TestTwoOwnersInFlight(t *testing.T) {
	perform(t, sandbox.Config{Expires: 72 * time.Hour, RevokeOnReuse: true}, func(t *testing.T, s *stage) {
		twoOwners(t, s)
		s.sandbox.Delay(3 * time.Second)
		go s.keeper.Refresh(context.Background(), "b")
		time.Sleep(time.Second)
		s.keeper.Put(s.account("a"))
		_ = s.keeper.Refresh(t.Context(), "a")
		s.sleep(10 * time.Second)
		b, _ := s.keeper.Account("b")
		if n := s.sandbox.Counts().Reuses; n != 0 {
			t.Errorf("%d reuses; a is %s, b is %s", n, s.state().State, b.State)
		}
	})
}

// Both are due at a restart; the answer takes a second.
func TestTwoOwnersAtARestart(t *testing.T) {
	for range 6 {
		perform(t, sandbox.Config{Expires: 72 * time.Hour, RevokeOnReuse: true}, func(t *testing.T, s *stage) {
			twoOwners(t, s)
			s.stop()
			time.Sleep(80 * time.Hour)
			s.sandbox.Delay(time.Second)
			s.start()
			s.keeper.Put(s.account("b"))
			s.keeper.Put(s.account("a"))
			s.sleep(time.Minute)
			if n := s.sandbox.Counts().Reuses; n != 0 {
				t.Errorf("%d reuses", n)
			}
		})
	}
}

func TestRivalDropped(t *testing.T) {
	perform(t, sandbox.Config{Expires: 72 * time.Hour, RevokeOnReuse: true}, func(t *testing.T, s *stage) {
		twoOwners(t, s)
		_ = s.keeper.Refresh(t.Context(), "b")
		s.keeper.Put(s.account("a"))
		_ = s.keeper.Refresh(t.Context(), "a")
		s.wantState(keeper.StateSignIn, keeper.ReasonRival)
		_ = s.keeper.Drop(t.Context(), "b") // taken out by hand
		s.sleep(100 * time.Hour)
		s.keeper.Put(s.account("b")) // and put back
		s.sleep(100 * time.Hour)
		b, _ := s.keeper.Account("b")
		if n := s.sandbox.Counts().Reuses; n != 0 || b.State != keeper.StateFresh {
			t.Errorf("%d reuses; a %s (%s), b is %s (%s)", n, s.state().State, s.state().Reason, b.State, b.Reason)
		}
	})
}

// Two owners at a restart with a keychain that takes a moment.
func TestTwoOwnersAtARestartSlowKeychain(t *testing.T) {
	for range 6 {
		perform(t, sandbox.Config{Expires: 72 * time.Hour, RevokeOnReuse: true}, func(t *testing.T, s *stage) {
			twoOwners(t, s)
			s.stop()
			time.Sleep(80 * time.Hour)
			s.sandbox.Delay(time.Second)
			s.vault.slow = func(string) time.Duration { return 300 * time.Millisecond }
			s.start()
			s.keeper.Put(s.account("b"))
			s.keeper.Put(s.account("a"))
			s.sleep(time.Minute)
			b, _ := s.keeper.Account("b")
			if n := s.sandbox.Counts().Reuses; n != 0 {
				t.Errorf("%d reuses; a %s (%s) b %s (%s)", n, s.state().State, s.state().Reason, b.State, b.Reason)
			}
		})
	}
}

func twoOwners(t *testing.T, s *stage) {
	token, _ := s.keeper.Access(t.Context(), "a", 0)
	if err := s.keeper.Drop(t.Context(), "a"); err != nil {
		t.Fatal(err)
	}
	if err := s.keeper.Add(t.Context(), s.account("b"), s.sandbox.ClientSecret(), token, nothing); err != nil {
		t.Fatal(err)
	}
}

// a gives way to b, and then a signs in as somebody else: b has the chain to itself.
func TestAccountThatGaveWayGoesOnOnceTheOtherHasAnotherChain(t *testing.T) {
	perform(t, sandbox.Config{Expires: 72 * time.Hour, RevokeOnReuse: true}, func(t *testing.T, s *stage) {
		twoOwners(t, s)
		s.keeper.Put(s.account("a"))
		s.sleep(time.Second)
		_ = s.keeper.Refresh(t.Context(), "b")
		if b, _ := s.keeper.Account("b"); b.Reason != keeper.ReasonRival {
			t.Fatalf("b is %s (%s)", b.State, b.Reason)
		}
		if err := s.keeper.SignIn(t.Context(), "a", s.code("other"), yes); err != nil {
			t.Fatal(err)
		}
		s.sleep(100 * time.Hour)
		b, _ := s.keeper.Account("b")
		if n := s.sandbox.Counts().Reuses; n != 0 || b.State != keeper.StateFresh || b.Generation < 2 {
			t.Errorf("%d reuses; a %s (%s), b %s (%s), generation %d", n, s.state().State, s.state().Reason, b.State, b.Reason, b.Generation)
		}
	})
}

// b is refreshing while a is asked to, and b's network is away: one of the two goes on with the chain.
func TestTwoOwnersDoNotGiveWayToEachOther(t *testing.T) {
	perform(t, sandbox.Config{Expires: 72 * time.Hour, RevokeOnReuse: true}, func(t *testing.T, s *stage) {
		twoOwners(t, s)
		s.sandbox.Delay(3 * time.Second)
		_ = s.sandbox.Break(sandbox.Unavailable, 1)
		go s.keeper.Refresh(context.Background(), "b")
		time.Sleep(time.Second)
		s.keeper.Put(s.account("a"))
		_ = s.keeper.Refresh(t.Context(), "a")
		s.wantState(keeper.StateSignIn, keeper.ReasonRival)
		s.sandbox.Delay(0)
		s.sleep(100 * time.Hour)
		b, _ := s.keeper.Account("b")
		if n := s.sandbox.Counts().Reuses; n != 0 || (b.State == keeper.StateFresh) == (s.state().State == keeper.StateFresh) {
			t.Errorf("%d reuses; a %s (%s), b %s (%s)", n, s.state().State, s.state().Reason, b.State, b.Reason)
		}
	})
}
