package keeper_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"
	"time"

	"freshkey/oauth"
	"freshkey/oauth/journal"
	"freshkey/oauth/keeper"
	"freshkey/oauth/sandbox"
)

// code is what a person who says yes at the sandbox's sign-in page brings home.
func (s *stage) code(person string) oauth.AuthorizationGrant {
	s.t.Helper()
	a := s.account("a")
	page, err := oauth.AuthorizeURL(a.Provider, a.ClientID, a.RedirectURI, "xyz", "")
	if err != nil {
		s.t.Fatal(err)
	}
	w := httptest.NewRecorder()
	s.sandbox.ServeHTTP(w, httptest.NewRequest(http.MethodGet, page+"&person="+person, nil))
	code, err := oauth.ReadRedirect(oauth.BuiltIn(), w.Header().Get("Location"), "xyz")
	if err != nil {
		s.t.Fatal(err)
	}
	return oauth.AuthorizationGrant{Code: code}
}

func yes(context.Context, string, string) bool { return true }
func no(context.Context, string, string) bool  { return false }

// wantKept fails unless the stored chain is one the provider takes.
func (s *stage) wantKept() {
	s.t.Helper()
	stored := s.vault.record(s.t, "a").Grant.Token.Refresh.Fingerprint()
	if live := s.sandbox.Counts().Live; !slices.Contains(live, stored) {
		s.t.Fatalf("the provider takes %v, stored is %s", live, stored)
	}
}

func TestSignInReplacesADeadChainOnly(t *testing.T) {
	perform(t, sandbox.Config{}, func(t *testing.T, s *stage) {
		s.sandbox.Kill()
		_ = s.keeper.Refresh(t.Context(), "a")
		s.wantState(keeper.StateSignIn, oauth.ReasonRefused)
		if err := s.keeper.SignIn(t.Context(), "a", s.code(""), no); err != nil {
			t.Fatal(err)
		}
		s.wantState(keeper.StateFresh, "")
		if a := s.state(); a.Cause != journal.CauseSignIn || a.Generation != 2 {
			t.Errorf("generation %d, %s", a.Generation, a.Cause)
		}
		time.Sleep(100 * 24 * time.Hour)
		s.wantState(keeper.StateFresh, "")
		s.wantKept()
	})
}

func TestSignInThatFailsLeavesTheChainAlone(t *testing.T) {
	for _, fault := range []sandbox.Fault{sandbox.Drop, sandbox.ResetAfter, sandbox.Garbage, sandbox.HTML, sandbox.Settings, sandbox.Unavailable, sandbox.Truncate, "wrong"} {
		t.Run(string(fault), func(t *testing.T) {
			perform(t, sandbox.Config{}, func(t *testing.T, s *stage) {
				code := s.code("")
				if fault == "wrong" {
					code.Code = "C3_wrong"
				} else {
					_ = s.sandbox.Break(fault, 1)
				}
				before := s.vault.record(t, "a")
				err := s.keeper.SignIn(t.Context(), "a", code, yes)
				if x, ok := errors.AsType[*oauth.Error](err); !ok || x.Class == oauth.Dead || x.Class == oauth.Uncertain {
					t.Errorf("%v", err)
				}
				s.wantState(keeper.StateFresh, "")
				if after := s.vault.record(t, "a"); after.Grant.Token.Refresh != before.Grant.Token.Refresh || after.Intent != nil {
					t.Error("the record is another")
				}
				s.wantKept()
			})
		})
	}
}

func TestSignInOfAnotherPersonIsAskedAbout(t *testing.T) {
	perform(t, sandbox.Config{}, func(t *testing.T, s *stage) {
		mine := s.state().Fingerprint
		if err := s.keeper.SignIn(t.Context(), "a", s.code("other"), no); !errors.Is(err, keeper.ErrOther) {
			t.Errorf("%v", err)
		}
		s.wantState(keeper.StateFresh, "")
		if a := s.state(); a.Fingerprint != mine {
			t.Error("the chain is another's")
		}
		if err := s.keeper.SignIn(t.Context(), "a", s.code("other"), yes); err != nil {
			t.Fatal(err)
		}
		if s.vault.record(t, "a").Previous != nil {
			t.Error("the way back leads to another person's chain")
		}
		s.wantKept()
	})
}

func TestSignInInterruptedAfterItsAnswerIsFinished(t *testing.T) {
	perform(t, sandbox.Config{}, func(t *testing.T, s *stage) {
		s.sandbox.Kill()
		_ = s.keeper.Refresh(t.Context(), "a")
		s.vault.breakWith(diesAfter(1)) // the intent was written; the process dies with the answer sealed
		_ = s.keeper.SignIn(t.Context(), "a", s.code(""), yes)
		s.stop()
		s.vault.breakWith(nil)
		s.start()
		s.keeper.Put(s.account("a"))
		s.wantState(keeper.StateFresh, "")
		s.wantKept()
	})
}

func TestSignInInterruptedBeforeItsAnswerRaisesNoDoubt(t *testing.T) {
	perform(t, sandbox.Config{}, func(t *testing.T, s *stage) {
		r := s.vault.record(t, "a")
		r = r.WithIntent(r.NewIntent(r.Grant.Token.Refresh, 1, journal.CauseSignIn, journal.Target{}, time.Now()))
		data, _ := r.Encode()
		s.vault.put("a", data)
		s.restart()
		s.wantState(keeper.StateFresh, "")
		if err := s.keeper.Refresh(t.Context(), "a"); err != nil {
			t.Error(err)
		}
		s.wantChain()
	})
}

func TestAccountWithoutATokenWaitsForItsSignIn(t *testing.T) {
	perform(t, sandbox.Config{}, func(t *testing.T, s *stage) {
		if err := s.keeper.Remove(t.Context(), "a"); err != nil {
			t.Fatal(err)
		}
		if err := s.keeper.Add(t.Context(), s.account("a"), s.sandbox.ClientSecret(), oauth.Token{}, nothing); err != nil {
			t.Fatal(err)
		}
		s.wantState(keeper.StateSignIn, keeper.ReasonNotSignedIn)
		s.restart()
		s.wantState(keeper.StateSignIn, keeper.ReasonNotSignedIn)
		if err := s.keeper.SignIn(t.Context(), "a", s.code(""), no); err != nil {
			t.Fatal(err)
		}
		s.wantState(keeper.StateFresh, "")
		s.wantKept()
	})
}

func TestHeldAccountIsLeftAlone(t *testing.T) {
	perform(t, sandbox.Config{Expires: 10 * time.Hour}, func(t *testing.T, s *stage) {
		a := s.account("a")
		a.HeldUntil = time.Now().Add(9 * time.Hour)
		s.keeper.Put(a)
		s.wantState(keeper.StateHeld, "")
		if err := s.keeper.Refresh(t.Context(), "a"); !errors.Is(err, keeper.ErrHeld) {
			t.Errorf("refreshed: %v", err)
		}
		time.Sleep(8*time.Hour + 50*time.Minute) // it would have been due long ago
		if _, err := s.keeper.Access(t.Context(), "a", 5*time.Hour); !errors.Is(err, keeper.ErrHeld) {
			t.Errorf("%v", err)
		}
		if _, err := s.keeper.Access(t.Context(), "a", keeper.DefaultValidity); err != nil {
			t.Error(err)
		}
		if n := s.sandbox.Counts().Hits; n != 0 {
			t.Errorf("%d requests", n)
		}
		time.Sleep(11 * time.Minute)
		s.wantState(keeper.StateFresh, "")
		if n := s.sandbox.Counts().Hits; n != 1 {
			t.Errorf("%d requests after the hold", n)
		}
	})
}

func TestHoldEndsWithTheTokenItIsFor(t *testing.T) {
	perform(t, sandbox.Config{Expires: 2 * time.Hour}, func(t *testing.T, s *stage) {
		a := s.account("a")
		a.HeldUntil = time.Now().Add(48 * time.Hour)
		s.keeper.Put(a)
		time.Sleep(2*time.Hour + time.Minute)
		if n := s.sandbox.Counts().Hits; n != 1 {
			t.Errorf("%d requests", n)
		}
		a.HeldUntil = time.Time{}
		s.keeper.Put(a)
		s.wantState(keeper.StateFresh, "")
	})
}
