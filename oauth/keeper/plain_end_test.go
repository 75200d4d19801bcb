package keeper_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"freshkey/oauth"
	"freshkey/oauth/keeper"
	"freshkey/oauth/sandbox"
)

// A refresh token whose end no refresh puts off is not used more often for that, and the person is told when it ends.
func TestEndThatNothingPutsOffIsSaidAndHurriesNobody(t *testing.T) {
	perform(t, sandbox.Config{Dialect: sandbox.Plain, Rotation: oauth.RotatesNever, Expires: time.Hour, Life: 24 * time.Hour}, func(t *testing.T, s *stage) {
		begun := s.state().Issued
		s.sleep(20 * time.Hour)
		if a := s.state(); a.State != keeper.StateFresh || !a.SignInBy.Equal(begun.Add(24*time.Hour)) || !a.SignInSoon.Equal(begun.Add(18*time.Hour)) {
			t.Errorf("%s, by %v, told at %v", a.State, a.SignInBy, a.SignInSoon)
		}
		s.sleep(20 * time.Hour)
		if c := s.sandbox.Counts(); c.Hits > 60 {
			t.Errorf("%d requests in forty hours", c.Hits)
		}
	})
}

// A grace is for an answer that got lost, not for a provider that is down.
func TestGraceDefeatsNoWaitWhileTheProviderIsDown(t *testing.T) {
	perform(t, sandbox.Config{Dialect: sandbox.Plain, Grace: 30 * time.Minute, RevokeOnReuse: true}, func(t *testing.T, s *stage) {
		_ = s.sandbox.Break(sandbox.Drop, -1)
		_ = s.keeper.Refresh(t.Context(), "a")
		s.sleep(26 * time.Minute)
		if c := s.sandbox.Counts(); c.Hits < 4 || c.Hits > 14 {
			t.Errorf("%d requests", c.Hits)
		}
		s.sandbox.Heal()
		s.sleep(3 * time.Minute) // the last try within the grace
		s.wantState(keeper.StateFresh, "")
		s.wantChain()
	})
}

// A file that says never of a provider that rotates is not believed for long.
func TestProviderThatWasSeenToRotateMayHaveSpentTheToken(t *testing.T) {
	perform(t, sandbox.Config{Dialect: sandbox.Plain}, func(t *testing.T, s *stage) {
		account := s.account("a")
		account.Provider.Rotation = oauth.RotatesNever
		s.keeper.Put(account)
		if err := s.keeper.Refresh(t.Context(), "a"); err != nil {
			t.Fatal(err)
		}
		_ = s.sandbox.Break(sandbox.Drop, 1)
		s.sleep(time.Minute)
		if err := s.keeper.Refresh(t.Context(), "a"); err == nil {
			t.Fatal("no error")
		}
		s.wantState(keeper.StateUncertain, oauth.ReasonNoAnswer)
	})
}

// Who gives a sign-in on another device up keeps the chain there is, also if the provider says yes in that very moment.
func TestDeviceSignInThatIsGivenUpReplacesNothing(t *testing.T) {
	perform(t, sandbox.Config{Dialect: sandbox.Plain}, func(t *testing.T, s *stage) {
		d, err := s.keeper.BeginDevice(t.Context(), "a")
		if err != nil {
			t.Fatal(err)
		}
		s.sandbox.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, d.Complete, nil))
		s.sandbox.Delay(10 * time.Second)
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(time.Second, cancel)
		if err := s.keeper.SignIn(ctx, "a", oauth.AuthorizationGrant{Code: d.Code, Device: true}, yes); !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
		s.sleep(time.Minute)
		if a := s.state(); a.State != keeper.StateFresh || a.Generation != 1 {
			t.Errorf("%s, generation %d", a.State, a.Generation)
		}
		s.restart()
		if a := s.state(); a.Generation != 1 {
			t.Errorf("after a restart: generation %d", a.Generation)
		}
		if err := s.keeper.Refresh(t.Context(), "a"); err != nil {
			t.Error(err)
		}
	})
}

func TestAccountWithoutAChainHasNothingToRevoke(t *testing.T) {
	perform(t, sandbox.Config{Dialect: sandbox.Plain}, func(t *testing.T, s *stage) {
		if err := s.keeper.Add(t.Context(), s.account("b"), s.sandbox.ClientSecret(), oauth.Token{}, nothing); err != nil {
			t.Fatal(err)
		}
		if err := s.keeper.Revoke(t.Context(), "b"); err != nil {
			t.Error(err)
		}
	})
}

// A session's end is told with each answer, in whole seconds of what is left, and moves by none of them.
func TestEndOfASessionIsSaidAlthoughEachAnswerTellsItAnew(t *testing.T) {
	perform(t, sandbox.Config{Dialect: sandbox.Plain, Expires: time.Hour, Life: 240 * time.Hour, Session: true}, func(t *testing.T, s *stage) {
		end := s.state().Issued.Add(240 * time.Hour)
		s.sleep(100*time.Hour + 300*time.Millisecond)
		if a := s.state(); a.State != keeper.StateFresh || a.SignInBy.Sub(end).Abs() > 2*time.Second {
			t.Errorf("%s, by %v, want %v", a.State, a.SignInBy, end)
		}
		s.sleep(130 * time.Hour)
		if c := s.sandbox.Counts(); c.Hits > 320 {
			t.Errorf("%d requests in 230 hours", c.Hits)
		}
	})
}
