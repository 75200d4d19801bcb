package keeper_test

import (
	"context"
	"errors"
	"io/fs"
	"testing"
	"time"

	"freshkey/oauth"
	"freshkey/oauth/keeper"
	"freshkey/oauth/sandbox"
)

// Somebody has agreed, and then the answer is under way: whatever happens meanwhile, it becomes the account's.
func TestChainThatIsOnItsWayIsSeenThrough(t *testing.T) {
	for name, meanwhile := range map[string]func(s *stage, cancel func()){
		"the keychain locks":   func(s *stage, _ func()) { s.vault.breakWith(always("", fs.ErrPermission)) },
		"nobody waits for it":  func(_ *stage, cancel func()) { cancel() },
		"the agent is to end":  func(s *stage, _ func()) { s.quit() },
		"its token is added":   func(*stage, func()) {},
		"the account is asked": func(s *stage, _ func()) { go func() { _ = s.keeper.Refresh(context.Background(), "a") }() },
	} {
		t.Run(name, func(t *testing.T) {
			perform(t, threeDays, func(t *testing.T, s *stage) {
				brought := firstToken(t, s.sandbox)
				s.sandbox.Delay(2 * time.Second)
				ctx, cancel := context.WithCancel(t.Context())
				defer cancel()
				done := make(chan error)
				go func() {
					done <- s.keeper.Bring(ctx, "a", brought.Refresh, brought.OpenID, yes)
				}()
				time.Sleep(time.Second)
				err := s.keeper.Add(t.Context(), s.account("b"), s.sandbox.ClientSecret(), brought, nothing)
				if kept, ok := errors.AsType[*keeper.KeptError](err); !ok || kept.Account != "a" {
					t.Errorf("another account got it while it was on its way: %v", err)
				}
				meanwhile(s, cancel)
				if err := <-done; err != nil {
					t.Error(err)
				}
				s.sandbox.Delay(0)
				s.vault.breakWith(nil)
				s.restart()
				time.Sleep(5 * time.Minute)
				if a := s.state(); a.State != keeper.StateFresh || a.OpenID != brought.OpenID {
					t.Errorf("%s (%s), %s's", a.State, a.Reason, a.OpenID)
				}
				s.wantKept()
			})
		})
	}
}

// The question has a time of its own, and may be answered when that of the sign-in is over.
func TestYesThatComesLateCounts(t *testing.T) {
	for range 6 { // of two channels that are ready, select takes either
		perform(t, threeDays, func(t *testing.T, s *stage) {
			brought := firstToken(t, s.sandbox)
			ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
			defer cancel()
			late := func(context.Context, string, string) bool { time.Sleep(2 * time.Minute); return true }
			if err := s.keeper.Bring(ctx, "a", brought.Refresh, brought.OpenID, late); err != nil {
				t.Error(err)
			}
			s.wantKept()
			if a := s.state(); a.OpenID != brought.OpenID {
				t.Errorf("it is %s's", a.OpenID)
			}
		})
	}
}

// It was said whose the chain is, and the provider need not repeat it. Nobody is asked once it is spent, whoever's it turns out to be.
func TestNobodyIsAskedAboutAChainThatIsSpent(t *testing.T) {
	perform(t, threeDays, func(t *testing.T, s *stage) {
		asked := 0
		agree := func(context.Context, string, string) bool { asked++; return true }
		bring := func(answer, said, want string) {
			t.Helper()
			asked = 0
			s.replies("200 OK\r\nConnection: close\r\n\r\n" + answer)
			err := s.bring(oauth.Secret("R3_"+want+said), said, agree)
			if got := s.state().OpenID; err != nil || got != want || asked != 1 {
				t.Errorf("%v, it is %q's, asked %d times", err, got, asked)
			}
		}
		mine := s.state().OpenID
		bring(`{"access_token":"AT2","refresh_token":"RT2","expires_in":259200}`, mine, mine)
		bring(`{"access_token":"AT3","refresh_token":"RT3","expires_in":259200}`, "somebody", "somebody")
		bring(`{"access_token":"AT4","refresh_token":"RT4","expires_in":259200,"openId":"another"}`, "somebody", "another")
	})
}

// It may be the only copy of the next one, and other settings or a later version may be able to read it.
func TestUnreadableAnswerToAChainThatWasBroughtIsKept(t *testing.T) {
	perform(t, threeDays, func(t *testing.T, s *stage) {
		s.replies("200 OK\r\nConnection: close\r\n\r\n" + `%%%{"access_token":"AT2","refresh_token":"RT2","expires_in":259200}`)
		if err := s.bring("R3_brought", s.state().OpenID, yes); err == nil {
			t.Error("it was read")
		}
		s.wantState(keeper.StateUncertain, oauth.ReasonUnreadable)
		for _, again := range []error{
			s.bring("R3_brought", "", yes),
			s.keeper.Add(t.Context(), s.account("b"), s.sandbox.ClientSecret(), oauth.Token{Refresh: "R3_brought"}, nothing),
		} {
			if !errors.Is(again, keeper.ErrDuplicate) {
				t.Errorf("what may have been spent is taken again: %v", again)
			}
		}
		if _, _, err := s.keeper.Departing(t.Context(), "a"); !errors.Is(err, keeper.ErrDoubt) {
			t.Errorf("the account leaves without it: %v", err)
		}
		if r := s.vault.record(t, "a"); len(r.Unparsed) != 1 || len(seals(t, s)) != 1 {
			t.Errorf("%d noted, %d sealed", len(r.Unparsed), len(seals(t, s)))
		}
	})
}

func TestWhatHasChangedWhileSomebodyWasAskedCounts(t *testing.T) {
	perform(t, sandbox.Config{}, func(t *testing.T, s *stage) {
		brought, hits := firstToken(t, s.sandbox), s.hits()
		edits := func(context.Context, string, string) bool {
			other := s.account("a")
			other.ClientID = "123"
			s.keeper.Put(other)
			return true
		}
		if err := s.bring(brought.Refresh, "", edits); !errors.Is(err, keeper.ErrEdited) || s.hits() != hits {
			t.Errorf("%v: it was brought for another app, and %d requests went out", err, s.hits()-hits)
		}
	})
}
