package keeper_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"
	"time"

	"freshkey/oauth"
	"freshkey/oauth/journal"
	"freshkey/oauth/keeper"
	"freshkey/oauth/sandbox"
)

// Where a refresh spends no token, an answer that is lost is no loss, and nobody is frightened.
func TestLostAnswerIsOnlyWaitedForWhereNoTokenIsSpent(t *testing.T) {
	plain := sandbox.Config{Dialect: sandbox.Plain, Rotation: oauth.RotatesNever, RevokeOnReuse: true}
	for _, fault := range []sandbox.Fault{sandbox.Drop, sandbox.Garbage, sandbox.Gateway, sandbox.ResetAfter} {
		for _, killed := range []bool{false, true} {
			t.Run(string(fault), func(t *testing.T) {
				perform(t, plain, func(t *testing.T, s *stage) {
					_ = s.sandbox.Break(fault, 1)
					err := s.keeper.Refresh(t.Context(), "a")
					if x, ok := errors.AsType[*oauth.Error](err); !ok || x.Class != oauth.Transient {
						t.Fatal(err)
					}
					if killed {
						s.restart()
					}
					if a := s.state(); a.State != keeper.StateWaiting || !a.Sent.IsZero() {
						t.Errorf("state %s (%s), sent %v", a.State, a.Reason, a.Sent)
					}
					s.sleep(time.Hour)
					s.wantState(keeper.StateFresh, "")
					s.wantChain()
				})
			})
		}
	}
}

// A process that died over a refresh leaves its intent behind. It means nothing where no token is spent.
func TestInterruptedRefreshIsMadeAgainWhereNoTokenIsSpent(t *testing.T) {
	perform(t, sandbox.Config{Dialect: sandbox.Plain, Rotation: oauth.RotatesNever}, func(t *testing.T, s *stage) {
		s.sandbox.Delay(time.Second)
		go func() { _ = s.keeper.Refresh(t.Context(), "a") }()
		s.sleep(time.Millisecond)
		left, aside := s.vault.peek("a"), filepath.Join(t.TempDir(), "aside") // as a kill leaves it: with the intent, and without an answer
		if err := os.CopyFS(aside, os.DirFS(s.dir)); err != nil {
			t.Fatal(err)
		}
		s.sleep(2 * time.Second)
		s.stopWith(func() {
			s.vault.put("a", left)
			if err := errors.Join(os.RemoveAll(s.dir), os.CopyFS(s.dir, os.DirFS(aside))); err != nil {
				t.Fatal(err)
			}
		})
		s.keeper.Put(s.account("a"))
		s.wantState(keeper.StateWaiting, keeper.ReasonInterrupted)
		s.sleep(time.Hour)
		s.wantState(keeper.StateFresh, "")
	})
}

// A provider that answers a spent token again for a while heals its own lost answers, if it is asked in that while.
func TestLostAnswerIsFetchedAgainWithinTheGrace(t *testing.T) {
	for _, killed := range []bool{false, true} {
		perform(t, sandbox.Config{Dialect: sandbox.Plain, Grace: 20 * time.Second, RevokeOnReuse: true}, func(t *testing.T, s *stage) {
			_ = s.sandbox.Break(sandbox.Drop, 2)
			if err := s.keeper.Refresh(t.Context(), "a"); err == nil {
				t.Fatal("no error")
			}
			if killed {
				s.restart()
			}
			s.sleep(19 * time.Second)
			s.wantState(keeper.StateFresh, "")
			s.wantChain()
			if c := s.sandbox.Counts(); c.Reuses != 0 || c.Hits != 3 {
				t.Errorf("%d requests, %d reuses", c.Hits, c.Reuses)
			}
		})
	}
}

// Behind the grace a spent token is a spent token: it waits like any other, and the provider's word is final.
func TestGraceThatHasPassedIsNoReasonToHurry(t *testing.T) {
	perform(t, sandbox.Config{Dialect: sandbox.Plain, Grace: 2 * time.Second, RevokeOnReuse: true}, func(t *testing.T, s *stage) {
		_ = s.sandbox.Break(sandbox.Drop, 1)
		s.sandbox.Delay(3 * time.Second)
		_ = s.keeper.Refresh(t.Context(), "a")
		s.wantState(keeper.StateUncertain, oauth.ReasonNoAnswer)
		s.sleep(5 * time.Second)
		s.wantState(keeper.StateUncertain, oauth.ReasonNoAnswer)
		if c := s.sandbox.Counts(); c.Hits != 1 {
			t.Errorf("%d requests", c.Hits)
		}
		s.sleep(2 * time.Minute)
		s.wantState(keeper.StateSignIn, keeper.ReasonLostAnswer)
	})
}

func TestRefreshTokenThatEndsFirstIsUsedInTime(t *testing.T) {
	perform(t, sandbox.Config{Dialect: sandbox.Plain, Expires: 72 * time.Hour, Life: time.Hour}, func(t *testing.T, s *stage) {
		s.restart()
		if a := s.state(); a.Next.After(a.Issued.Add(50 * time.Minute)) {
			t.Errorf("issued %v, next %v: the refresh token is dead by then", a.Issued, a.Next)
		}
		s.sleep(10 * time.Hour)
		s.wantState(keeper.StateFresh, "")
		if a := s.state(); a.Generation < 12 {
			t.Errorf("generation %d after ten hours", a.Generation)
		}
	})
}

// However often it is refreshed, such a chain ends; the person is told before, and the sign-in begins the time anew.
func TestPersonIsToldBeforeTheChainEnds(t *testing.T) {
	perform(t, sandbox.Config{Dialect: sandbox.Plain}, func(t *testing.T, s *stage) {
		account := s.account("a")
		account.Provider.RefreshLifetime.Absolute = oauth.Seconds(30 * 24 * time.Hour)
		s.keeper.Put(account)
		begun := s.state().Issued
		s.sleep(20 * 24 * time.Hour)
		s.stopWith(func() {}) // the record tells
		s.keeper.Put(account)
		a := s.state()
		if want := begun.Add(30 * 24 * time.Hour); !a.SignInBy.Equal(want) || !a.SignInSoon.Equal(want.Add(-72*time.Hour)) || a.Generation < 5 {
			t.Errorf("by %v, told at %v, want %v; generation %d", a.SignInBy, a.SignInSoon, want, a.Generation)
		}
		if err := s.keeper.SignIn(t.Context(), "a", s.code(""), yes); err != nil {
			t.Fatal(err)
		}
		if a := s.state(); a.SignInBy.Sub(a.Issued) != 30*24*time.Hour {
			t.Errorf("after the sign-in: by %v, issued %v", a.SignInBy, a.Issued)
		}
		s.sandbox.Kill()
		_ = s.keeper.Refresh(t.Context(), "a")
		if a := s.state(); a.State != keeper.StateSignIn || !a.SignInBy.IsZero() {
			t.Errorf("%s, and by %v", a.State, a.SignInBy)
		}
	})
}

// A refresh token that ends unless it is used is nobody's trouble while it is used.
func TestUnusedRefreshTokenIsSpokenOfOnlyWhileNothingUsesIt(t *testing.T) {
	perform(t, sandbox.Config{Dialect: sandbox.Plain, Life: 200 * time.Hour}, func(t *testing.T, s *stage) {
		if a := s.state(); !a.SignInBy.IsZero() {
			t.Errorf("fresh, and by %v", a.SignInBy)
		}
		_ = s.sandbox.Break(sandbox.Settings, -1)
		_ = s.keeper.Refresh(t.Context(), "a")
		a := s.state()
		if want := a.Issued.Add(200 * time.Hour); a.State != keeper.StateMisconfigured || !a.SignInBy.Equal(want) || !a.SignInSoon.Equal(want.Add(-50*time.Hour)) {
			t.Errorf("%s, by %v, told at %v, want by %v", a.State, a.SignInBy, a.SignInSoon, want)
		}
	})
}

func TestSignInOnAnotherDeviceSpendsNothingUntilThePersonAgrees(t *testing.T) {
	perform(t, sandbox.Config{Dialect: sandbox.Plain}, func(t *testing.T, s *stage) {
		d, err := s.keeper.BeginDevice(t.Context(), "a")
		if err != nil {
			t.Fatal(err)
		}
		code := oauth.AuthorizationGrant{Code: d.Code, Device: true}
		for range 5 {
			s.sleep(d.Interval)
			err := s.keeper.SignIn(t.Context(), "a", code, no)
			if x, ok := errors.AsType[*oauth.Error](err); !ok || x.Code != oauth.DevicePending {
				t.Fatal(err)
			}
			s.wantState(keeper.StateFresh, "")
		}
		if a := s.state(); a.Generation != 1 {
			t.Errorf("generation %d", a.Generation)
		}
		if err := s.keeper.Refresh(t.Context(), "a"); err != nil { // meanwhile
			t.Error(err)
		}
		s.sandbox.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, d.Complete, nil))
		if err := s.keeper.SignIn(t.Context(), "a", code, yes); err != nil {
			t.Fatal(err)
		}
		if a := s.state(); a.Generation != 3 || a.Cause != journal.CauseSignIn {
			t.Errorf("generation %d by %s", a.Generation, a.Cause)
		}
		s.wantKept()
	})
}
