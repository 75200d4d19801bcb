package keeper_test

import (
	"context"
	"errors"
	"os"
	"testing"
	"time"

	"freshkey/oauth"
	"freshkey/oauth/keeper"
)

// Yes comes after a refresh; the keychain does not take the grant; the process ends.
func TestConfirmedAfterARefreshAndUnsavedIsFoundAgain(t *testing.T) {
	for name, meanwhile := range map[string]func(*stage){
		"control":   func(*stage) {},
		"a refresh": func(s *stage) { _ = s.keeper.Refresh(s.t.Context(), "a") },
	} {
		t.Run(name, func(t *testing.T) {
			perform(t, threeDays, func(t *testing.T, s *stage) {
				err := s.keeper.SignIn(t.Context(), "a", s.code("other"), func(context.Context, string, string) bool {
					meanwhile(s)
					s.vault.breakWith(always("set", errors.New("no answer in time")))
					return true
				})
				if err != nil {
					t.Fatal(err)
				}
				s.wantState(keeper.StateUnsaved, keeper.ReasonKeychain)
				theirs := s.state()
				s.stopWith(func() { s.vault.breakWith(nil) })
				s.keeper.Put(s.account("a"))
				time.Sleep(time.Minute)
				if a := s.state(); a.Fingerprint != theirs.Fingerprint {
					t.Errorf("said yes, sealed, served; after a restart it is %q again, generation %d (theirs %q)", a.OpenID, a.Generation, theirs.OpenID)
				}
			})
		})
	}
}

// The same, saved, and the keychain forgets its last write.
func TestConfirmedAfterARefreshOutlivesAForgetfulKeychain(t *testing.T) {
	perform(t, threeDays, func(t *testing.T, s *stage) {
		var before []byte
		err := s.keeper.SignIn(t.Context(), "a", s.code("other"), func(context.Context, string, string) bool {
			_ = s.keeper.Refresh(t.Context(), "a")
			before = s.vault.peek("a")
			return true
		})
		if err != nil {
			t.Fatal(err)
		}
		theirs := s.state()
		s.stopWith(func() { s.vault.put("a", before) })
		s.keeper.Put(s.account("a"))
		time.Sleep(time.Minute)
		if a := s.state(); a.Fingerprint != theirs.Fingerprint {
			t.Errorf("it is %q again, generation %d; signed in was %q", a.OpenID, a.Generation, theirs.OpenID)
		}
	})
}

// A sign-in's question counts as the first to have spent the token; the true first is thrown away.
func TestFirstUnreadableAnswerOutlivesAQuestion(t *testing.T) {
	for name, asked := range map[string]bool{"control": false, "with a question": true} {
		t.Run(name, func(t *testing.T) {
			perform(t, threeDays, func(t *testing.T, s *stage) {
				code := s.code("other")
				var requests func() int
				spend := func() {
					requests = s.replies("200 OK\r\nConnection: close\r\n\r\n%%%{\"access_token\":\"AT2\",\"refresh_token\":\"RT2\",\"expires_in\":259200}",
						"200 OK\r\nConnection: close\r\n\r\n%%%{\"error\":96009}")
					_ = s.keeper.Refresh(t.Context(), "a")
					s.wantState(keeper.StateUncertain, oauth.ReasonUnreadable)
				}
				if asked {
					err := s.keeper.SignIn(t.Context(), "a", code, func(context.Context, string, string) bool { spend(); return false })
					if !errors.Is(err, keeper.ErrOther) {
						t.Fatal(err)
					}
				} else {
					spend()
				}
				time.Sleep(30 * time.Hour)
				n := requests()
				later := s.account("a")
				later.Provider, _ = later.Provider.Resolve()
				later.Provider.Prefix = "%%%"
				s.stop()
				s.start()
				s.keeper.Put(later)
				time.Sleep(time.Minute)
				if a := s.state(); a.State != keeper.StateFresh || a.Generation != 2 {
					t.Errorf("%s (%s), generation %d after %d requests: the only copy of the next token is gone", a.State, a.Reason, a.Generation, n)
				}
			})
		})
	}
}

// Neither disk nor keychain takes a refresh's answer; "no" at a sign-in's question makes the keeper forget to seal it when the disk is back.
func TestNoForgetsNoUnwrittenAnswer(t *testing.T) {
	for name, asked := range map[string]bool{"control": false, "with a question": true} {
		t.Run(name, func(t *testing.T) {
			perform(t, threeDays, func(t *testing.T, s *stage) {
				spend := func() {
					s.vault.breakWith(failsAfter(1))
					s.sandbox.Delay(time.Second)
					time.AfterFunc(time.Second/2, func() {
						_ = os.Rename(s.dir, s.dir+".aside")
						_ = os.WriteFile(s.dir, nil, 0o600)
					})
					_ = s.keeper.Refresh(t.Context(), "a")
					if a := s.state(); a.State != keeper.StateUnsaved || a.Detail != keeper.DetailUnsealed {
						t.Fatalf("%s %s", a.State, a.Detail)
					}
				}
				if code := s.code("other"); asked {
					_ = s.keeper.SignIn(t.Context(), "a", code, func(context.Context, string, string) bool { spend(); return false })
				} else {
					spend()
				}
				mine := s.state()
				_ = os.Remove(s.dir)
				_ = os.Rename(s.dir+".aside", s.dir)
				time.Sleep(5 * time.Minute)
				a := s.state()
				s.stopWith(func() { s.vault.breakWith(nil) })
				s.keeper.Put(s.account("a"))
				time.Sleep(time.Second)
				if b := s.state(); b.Fingerprint != mine.Fingerprint {
					t.Errorf("five minutes after the disk came back it was %s %q; after the restart generation %d, %s (%s)", a.State, a.Detail, b.Generation, b.State, b.Reason)
				}
			})
		})
	}
}
