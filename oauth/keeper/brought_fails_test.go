package keeper_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"freshkey/oauth"
	"freshkey/oauth/keeper"
	"freshkey/oauth/sandbox"
)

// A provider that loses its last write knows the refresh token before it, as after any refresh.
func TestProviderThatForgetsWhatItGaveForABroughtTokenTakesThatAgain(t *testing.T) {
	perform(t, threeDays, func(t *testing.T, s *stage) {
		s.sandbox.Kill()
		_ = s.keeper.Refresh(t.Context(), "a")
		brought := firstToken(t, s.sandbox)
		_ = s.sandbox.Break(sandbox.Rollback, 1)
		if err := s.bring(brought.Refresh, "", yes); err != nil {
			t.Fatal(err)
		}
		s.sandbox.Heal()
		time.Sleep(80 * time.Hour)
		s.wantState(keeper.StateFresh, "")
		s.wantKept()
	})
}

// However the provider misbehaves: what it has not spent can be brought again, or is the account's, which has a chain that lives.
func TestWhateverBecomesOfABroughtTokenIsTold(t *testing.T) {
	for _, dead := range []bool{false, true} {
		for _, fault := range sandbox.Faults() {
			t.Run(fmt.Sprint(fault, ", the chain before is dead: ", dead), func(t *testing.T) {
				perform(t, sandbox.Config{}, func(t *testing.T, s *stage) {
					if dead {
						s.sandbox.Kill()
						_ = s.keeper.Refresh(t.Context(), "a")
					}
					before, brought := s.state(), firstToken(t, s.sandbox)
					_ = s.sandbox.Break(fault, 1)
					err := s.bring(brought.Refresh, brought.OpenID, yes)
					s.sandbox.Heal()
					x, failed := errors.AsType[*oauth.Error](err)
					switch a := s.state(); {
					case err == nil && a.State != keeper.StateFresh && fault != sandbox.TruncateLate: // of which the refresh token alone can be read
						t.Errorf("it went well, and the account is %s (%s)", a.State, a.Reason)
					case failed && x.Class == oauth.Uncertain:
						if err := s.bring(brought.Refresh, "", yes); !errors.Is(err, keeper.ErrDuplicate) && !errors.Is(err, keeper.ErrSpent) {
							t.Errorf("what may be spent is taken once more: %v", err)
						}
					case failed && (a.Fingerprint != before.Fingerprint || a.State != before.State || !a.UsableUntil.Equal(before.UsableUntil)):
						t.Errorf("%v, and the account is %s (%s) #%s, was %s #%s", err, a.State, a.Reason, a.Fingerprint, before.State, before.Fingerprint)
					case failed && x.Class != oauth.Dead:
						if err := s.bring(brought.Refresh, brought.OpenID, yes); err != nil {
							t.Errorf("it was not spent, and is not taken again: %v", err)
						}
					}
					time.Sleep(time.Hour)
					if a := s.state(); !dead && (a.State != keeper.StateFresh || !slices.Contains(s.sandbox.Counts().Live, a.Fingerprint) && err != nil) {
						t.Errorf("an hour later: %s (%s)", a.State, a.Reason)
					}
				})
			})
		}
	}
}

// What has not come yet takes nothing away that works: neither a lost answer, nor one that is long in coming.
func TestTokenAtHandIsServedUntilTheNextChainHasCome(t *testing.T) {
	for _, fault := range []sandbox.Fault{sandbox.Drop, sandbox.Stall, sandbox.Garbage, sandbox.HTML} {
		t.Run(string(fault), func(t *testing.T) {
			perform(t, threeDays, func(t *testing.T, s *stage) {
				mine, brought := s.vault.record(t, "a").Grant.Token.Access, firstToken(t, s.sandbox)
				_ = s.sandbox.Break(fault, 1)
				done := make(chan error, 1)
				go func() { done <- s.bring(brought.Refresh, "", yes) }()
				time.Sleep(time.Second)
				asked := time.Now()
				if token, err := s.keeper.Access(t.Context(), "a", keeper.DefaultValidity); err != nil || token.Access != mine || time.Since(asked) > 15*time.Second {
					t.Errorf("on its way: %v after %v", err, time.Since(asked))
				}
				<-done
				if token, err := s.keeper.Access(t.Context(), "a", keeper.DefaultValidity); err != nil || token.Access != mine && s.state().State != keeper.StateFresh {
					t.Errorf("in doubt: %v", err)
				}
			})
		})
	}
}

// What was sent stays known, whatever comes after it and whatever the keychain forgets.
func TestTokenThatWasBroughtAndSpentIsNotTakenOnceMore(t *testing.T) {
	for name, meanwhile := range map[string]func(t *testing.T, s *stage, before []byte){
		"nothing": func(*testing.T, *stage, []byte) {},
		"a refresh": func(t *testing.T, s *stage, _ []byte) {
			time.Sleep(time.Minute)
			_ = s.keeper.Refresh(t.Context(), "a")
		},
		"a sign-in":           func(t *testing.T, s *stage, _ []byte) { _ = s.keeper.SignIn(t.Context(), "a", s.code(""), yes) },
		"another is brought":  func(t *testing.T, s *stage, _ []byte) { _ = s.bring(firstToken(t, s.sandbox).Refresh, "", yes) },
		"the keychain forgot": func(t *testing.T, s *stage, before []byte) { s.goesBackTo(before) },
	} {
		for _, fault := range []sandbox.Fault{sandbox.Truncate, sandbox.Drop, sandbox.Garbage, sandbox.WrongTypes} {
			t.Run(fmt.Sprint(fault, ", then ", name), func(t *testing.T) {
				perform(t, sandbox.Config{}, func(t *testing.T, s *stage) {
					brought, before := firstToken(t, s.sandbox), s.vault.peek("a")
					_ = s.sandbox.Break(fault, 1)
					_ = s.bring(brought.Refresh, brought.OpenID, yes)
					s.sandbox.Heal()
					meanwhile(t, s, before)
					presented := s.sandbox.Counts().Presented[brought.Refresh.Fingerprint()]
					err := s.keeper.Add(t.Context(), s.account("b"), s.sandbox.ClientSecret(), oauth.Token{Refresh: brought.Refresh, Issued: time.Now()}, nothing)
					if again := s.sandbox.Counts().Presented[brought.Refresh.Fingerprint()]; err == nil || again != presented {
						t.Errorf("%v: it was sent %d times, then %d", err, presented, again)
					}
				})
			})
		}
	}
}

// goesBackTo has the account read anew from a keychain that holds what it held before.
func (s *stage) goesBackTo(record []byte) {
	s.stopWith(func() { s.vault.put("a", record) })
	s.keeper.Put(s.account("a"))
	s.state()
}

// It is stored before anything is sent; and goes on by itself where the process did not come to that.
func TestBroughtTokenThatWasNotSentIsNeitherLostNorCalledSpent(t *testing.T) {
	perform(t, sandbox.Config{}, func(t *testing.T, s *stage) {
		s.sandbox.Kill()
		_ = s.keeper.Refresh(t.Context(), "a")
		brought := firstToken(t, s.sandbox)
		s.vault.breakWith(diesAfter(1))
		_ = s.bring(brought.Refresh, "", yes)
		s.stop()
		s.vault.breakWith(nil)
		if !slices.Contains(s.sandbox.Counts().Live, brought.Refresh.Fingerprint()) {
			t.Fatal("it was sent")
		}
		s.start()
		s.keeper.Put(s.account("a"))
		time.Sleep(time.Minute)
		s.wantState(keeper.StateFresh, "")
		s.wantKept()
	})
}

func TestProviderThatNeverSpendsIsAskedAgainWithWhatWasBrought(t *testing.T) {
	perform(t, sandbox.Config{}, func(t *testing.T, s *stage) {
		other := s.account("a")
		other.Provider.Rotation = oauth.RotatesNever
		s.keeper.Put(other)
		s.replies("200 OK\r\nConnection: close\r\n\r\n"+`{"access_token":"AT2","expi`,
			"200 OK\r\nConnection: close\r\n\r\n"+`{"access_token":"AT2","expires_in":259200}`)
		if err := s.bring("R3_static", s.state().OpenID, yes); err == nil {
			t.Fatal("half an answer was taken")
		}
		if err := s.bring("R3_static", s.state().OpenID, yes); err != nil {
			t.Error(err)
		}
		s.wantState(keeper.StateFresh, "")
	})
}

// An account that was taken out of the settings while it had the token, and is put back while that is on its way, waits for what becomes of it.
func TestOwnerOfOldGivesWayAndIsNotKilled(t *testing.T) {
	perform(t, sandbox.Config{}, func(t *testing.T, s *stage) {
		brought := firstToken(t, s.sandbox)
		if err := s.keeper.Add(t.Context(), s.account("b"), s.sandbox.ClientSecret(), brought, nothing); err != nil {
			t.Fatal(err)
		}
		if err := s.keeper.Drop(t.Context(), "b"); err != nil {
			t.Fatal(err)
		}
		_ = s.sandbox.Break(sandbox.Unavailable, 1)
		s.sandbox.Delay(2 * time.Second)
		done := make(chan error)
		go func() { done <- s.bring(brought.Refresh, "", yes) }()
		time.Sleep(time.Second)
		s.keeper.Put(s.account("b"))
		_ = s.keeper.Refresh(t.Context(), "b")
		<-done
		s.sandbox.Delay(0)
		s.sandbox.Heal()
		time.Sleep(24 * time.Hour)
		if b, err := s.keeper.Account("b"); err != nil || b.State != keeper.StateFresh {
			t.Errorf("%s (%s) %v", b.State, b.Reason, err)
		}
	})
}

// Somebody has agreed to the end of one chain, and not to that of the one which has come since.
func TestChainThatCameWhileSomebodyWasAskedIsNotReplaced(t *testing.T) {
	perform(t, sandbox.Config{}, func(t *testing.T, s *stage) {
		s.sandbox.Kill()
		_ = s.keeper.Refresh(t.Context(), "a")
		brought := firstToken(t, s.sandbox)
		signsIn := func(context.Context, string, string) bool {
			if err := s.keeper.SignIn(t.Context(), "a", s.code("another"), yes); err != nil {
				t.Error(err)
			}
			return true
		}
		if err := s.bring(brought.Refresh, brought.OpenID, signsIn); !errors.Is(err, keeper.ErrEdited) {
			t.Errorf("%v, and the account is %s's", err, s.state().OpenID)
		}
		s.wantState(keeper.StateFresh, "")
		s.wantKept()
	})
}

func TestNobodySpendsWhatIsNotWantedAnyMore(t *testing.T) {
	perform(t, sandbox.Config{}, func(t *testing.T, s *stage) {
		brought := firstToken(t, s.sandbox)
		ctx, cancel := context.WithCancel(t.Context())
		busy := func(context.Context, string, string) bool {
			s.sandbox.Delay(2 * time.Second)
			go func() { _ = s.keeper.Refresh(context.Background(), "a") }()
			time.Sleep(time.Second)
			return true
		}
		go func() { time.Sleep(1500 * time.Millisecond); cancel() }()
		if err := s.keeper.Bring(ctx, "a", brought.Refresh, brought.OpenID, busy); !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
		if !slices.Contains(s.sandbox.Counts().Live, brought.Refresh.Fingerprint()) {
			t.Error("it is spent")
		}
	})
}
