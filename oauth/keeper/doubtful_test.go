package keeper_test

import (
	"errors"
	"testing"
	"time"

	"freshkey/oauth"
	"freshkey/oauth/keeper"
	"freshkey/oauth/sandbox"
)

// What became of a refresh token stays in doubt until an answer settles it, whatever happens in between.
func TestDoubtOutlivesWhatComesBetween(t *testing.T) {
	for name, between := range map[string]func(*stage){
		"a busy provider": func(s *stage) {
			_ = s.sandbox.Break(sandbox.Busy, 1)
			_ = s.keeper.Refresh(s.t.Context(), "a")
		},
		"refused settings": func(s *stage) {
			_ = s.sandbox.Break(sandbox.Settings, 1)
			_ = s.keeper.Refresh(s.t.Context(), "a")
		},
		"a sign-in that was killed": func(s *stage) {
			writes := 0
			s.vault.breakWith(func(op string, _ int) error {
				if op == "set" {
					if writes++; writes > 1 {
						return errDead
					}
				}
				return nil
			})
			_ = s.keeper.SignIn(s.t.Context(), "a", oauth.AuthorizationGrant{Code: "no such code"}, yes)
		},
	} {
		t.Run(name, func(t *testing.T) {
			perform(t, sandbox.Config{}, func(t *testing.T, s *stage) {
				_ = s.sandbox.Break(sandbox.Drop, 1)
				_ = s.keeper.Refresh(t.Context(), "a")
				sent := s.state().Sent
				between(s)
				s.stop()
				s.vault.breakWith(nil)
				s.start()
				s.keeper.Put(s.account("a"))
				want := keeper.StateUncertain
				if name == "refused settings" { // which a person has to mend first
					want = keeper.StateMisconfigured
				}
				if a := s.state(); a.State != want || !a.Sent.Equal(sent) {
					t.Errorf("after a restart it is %s (%s), sent %v, want %s since %v", a.State, a.Reason, a.Sent, want, sent)
				}
				_ = s.keeper.Refresh(t.Context(), "a")
				s.wantState(keeper.StateSignIn, keeper.ReasonLostAnswer)
			})
		})
	}
}

func TestDoubtIsShownWhileTheNetworkIsAway(t *testing.T) {
	perform(t, sandbox.Config{}, func(t *testing.T, s *stage) {
		_ = s.sandbox.Break(sandbox.Drop, 1)
		_ = s.keeper.Refresh(t.Context(), "a")
		sent := s.state().Sent
		s.net.down.Store(true)
		time.Sleep(2 * time.Minute)
		if a := s.state(); a.State != keeper.StateUncertain || !a.Sent.Equal(sent) || a.Next.IsZero() {
			t.Errorf("it is %s (%s), sent %v", a.State, a.Reason, a.Sent)
		}
		s.net.down.Store(false)
		s.keeper.Reschedule(keeper.AfterOnline)
		time.Sleep(keeper.AfterOnline + 6*time.Second)
		s.wantState(keeper.StateSignIn, keeper.ReasonLostAnswer)
	})
}

// The answer that cannot be read now may be the only copy of the next token; refusals in the same strange form follow it.
func TestFirstUnreadableAnswerIsKeptHoweverManyFollow(t *testing.T) {
	perform(t, sandbox.Config{ErrorStatus: 200}, func(t *testing.T, s *stage) {
		known := s.account("a")
		strange := known
		strange.Provider, _ = known.Provider.Resolve()
		strange.Provider.Name, strange.Provider.Prefix = "mine", "%%%"
		s.keeper.Put(strange)
		_ = s.keeper.Refresh(t.Context(), "a")
		time.Sleep(30 * time.Hour)
		if hits := s.sandbox.Counts().Hits; hits < 12 {
			t.Fatalf("%d requests", hits)
		}
		s.keeper.Put(known)
		s.restart()
		time.Sleep(time.Second)
		s.wantState(keeper.StateFresh, "")
		s.wantChain()
	})
}

// A failed edit or sign-in leaves the account locked; what is tried again is the keychain, not the provider.
func TestFailedEditSpendsNothing(t *testing.T) {
	for name, edit := range map[string]func(*stage) error{
		"secret": func(s *stage) error { return s.keeper.SetSecret(s.t.Context(), "a", "new") },
		"sign-in": func(s *stage) error {
			return s.keeper.SignIn(s.t.Context(), "a", oauth.AuthorizationGrant{Code: "x"}, yes)
		},
	} {
		t.Run(name, func(t *testing.T) {
			perform(t, sandbox.Config{Expires: 72 * time.Hour}, func(t *testing.T, s *stage) {
				a := s.account("a")
				a.HeldUntil = time.Now().Add(10 * time.Hour)
				s.keeper.Put(a)
				s.vault.breakWith(always("", errors.New("locked")))
				if err := edit(s); err == nil {
					t.Fatal("edited without a keychain")
				}
				s.wantState(keeper.StateLocked, keeper.ReasonKeychain)
				s.vault.breakWith(nil)
				time.Sleep(2 * time.Minute)
				s.wantState(keeper.StateHeld, "")
				a.HeldUntil = time.Time{}
				s.keeper.Put(a)
				time.Sleep(2 * time.Minute)
				s.wantState(keeper.StateFresh, "")
				if hits := s.sandbox.Counts().Hits; hits != 0 {
					t.Errorf("%d requests", hits)
				}
			})
		})
	}
}

func TestTokenThatWorksIsHandedOutWhileARefreshStalls(t *testing.T) {
	perform(t, sandbox.Config{Expires: time.Hour}, func(t *testing.T, s *stage) {
		time.Sleep(46 * time.Minute)
		_ = s.sandbox.Break(sandbox.Stall, 1)
		start := time.Now()
		token, err := s.keeper.Access(t.Context(), "a", keeper.DefaultValidity)
		if waited := time.Since(start); err != nil || token.ValidFor(time.Now()) <= 0 || waited > 15*time.Second {
			t.Errorf("after %v: %v", waited, err)
		}
		start = time.Now() // and who comes after the first does not wait again
		token, err = s.keeper.Access(t.Context(), "a", keeper.DefaultValidity)
		if waited := time.Since(start); err != nil || token.ValidFor(time.Now()) <= 0 || waited > time.Second {
			t.Errorf("the second, after %v: %v", waited, err)
		}
	})
}

// After a lost answer a sign-in brings the same refresh token: it works, so nothing is in doubt any more.
func TestSignInThatBringsTheSameTokenEndsTheDoubt(t *testing.T) {
	perform(t, threeDays, func(t *testing.T, s *stage) {
		token, _ := s.keeper.Access(t.Context(), "a", 0)
		_ = s.sandbox.Break(sandbox.ResetAfter, 1)
		_ = s.keeper.Refresh(t.Context(), "a")
		s.wantState(keeper.StateUncertain, oauth.ReasonNoAnswer)
		s.replies("200 OK\r\nConnection: close\r\n\r\n&&&START&&&{\"access_token\":\"AT2\",\"refresh_token\":\"" + string(token.Refresh) + "\",\"expires_in\":259200,\"openId\":\"" + token.OpenID + "\"}")
		if err := s.keeper.SignIn(t.Context(), "a", oauth.AuthorizationGrant{Code: "a code"}, yes); err != nil {
			t.Fatal(err)
		}
		s.wantState(keeper.StateFresh, "")
		s.restart()
		if a := s.state(); a.State != keeper.StateFresh {
			t.Errorf("after a restart: %s (%s)", a.State, a.Reason)
		}
	})
}
