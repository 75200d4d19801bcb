package keeper_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"freshkey/oauth"
	"freshkey/oauth/journal"
	"freshkey/oauth/keeper"
	"freshkey/oauth/sandbox"
)

// addMany adds n accounts beside "a".
func (s *stage) addMany(n int) {
	s.t.Helper()
	for i := range n {
		if err := s.keeper.Add(s.t.Context(), s.account(fmt.Sprintf("b%d", i)), s.sandbox.ClientSecret(), firstToken(s.t, s.sandbox), nothing); err != nil {
			s.t.Fatal(err)
		}
	}
}

// The person said yes; then the keychain did not take the grant, and the process ended.
func TestConfirmedSignInThatIsNotSavedIsFoundAgain(t *testing.T) {
	perform(t, threeDays, func(t *testing.T, s *stage) {
		s.vault.breakWith(failsAfter(1))
		if err := s.keeper.SignIn(t.Context(), "a", s.code("other"), yes); err != nil {
			t.Fatal(err)
		}
		s.wantState(keeper.StateUnsaved, keeper.ReasonKeychain)
		theirs := s.state()
		s.stopWith(func() { s.vault.breakWith(nil) })
		s.keeper.Put(s.account("a"))
		time.Sleep(time.Minute)
		if a := s.state(); a.Fingerprint != theirs.Fingerprint || a.Generation != theirs.Generation || a.State != keeper.StateFresh {
			t.Errorf("after the restart it is %s, generation %d #%s; the sign-in brought #%s", a.State, a.Generation, a.Fingerprint, theirs.Fingerprint)
		}
		s.wantKept()
	})
}

// Only a newer generation overtakes; what a keychain finds in a backup is an older one.
func TestOlderRecordNeverOvertakesTheNewer(t *testing.T) {
	for _, fault := range []sandbox.Fault{sandbox.Unavailable, sandbox.Gateway, sandbox.HTML, sandbox.Settings} {
		for _, sealsGone := range []bool{false, true} {
			t.Run(fmt.Sprint(fault, sealsGone), func(t *testing.T) {
				perform(t, threeDays, func(t *testing.T, s *stage) {
					old := s.vault.peek("a")
					_ = s.keeper.Refresh(t.Context(), "a")
					newest := s.state()
					_ = s.sandbox.Break(fault, 1)
					s.vault.breakWith(func(_ string, n int) error {
						if n == 3 { // read, intent written, read back; then it goes back
							s.vault.values["a"] = old
							for _, f := range seals(t, s) {
								if sealsGone {
									_ = os.Remove(f)
								}
							}
						}
						return nil
					})
					err := s.keeper.Refresh(t.Context(), "a")
					s.vault.breakWith(nil)
					if a := s.state(); err == nil || a.Generation < newest.Generation {
						t.Errorf("%v: generation %d in place of %d", err, a.Generation, newest.Generation)
					}
					time.Sleep(5 * time.Hour)
					if r := s.vault.record(t, "a"); r.Grant.Generation < newest.Generation || r.Knows(oauth.Secret("")) != journal.Unknown {
						t.Errorf("stored is generation %d", r.Grant.Generation)
					}
				})
			})
		}
	}
}

// After a restore from a backup the archive must not take the new answers for the oldest.
func TestGenerationsGoOnAboveTheHighestSealed(t *testing.T) {
	perform(t, threeDays, func(t *testing.T, s *stage) {
		old := s.vault.peek("a")
		for range 20 {
			_ = s.keeper.Refresh(t.Context(), "a")
			time.Sleep(time.Second)
		}
		s.stopWith(func() { s.vault.put("a", old) })
		s.keeper.Put(s.account("a"))
		time.Sleep(time.Second)
		if err := s.keeper.SignIn(t.Context(), "a", s.code(""), yes); err != nil {
			t.Fatal(err)
		}
		if g := s.state().Generation; g <= 21 {
			t.Errorf("generation %d; the answers of 21 are sealed", g)
		}
		backup := s.vault.peek("a")
		for range 3 {
			_ = s.keeper.Refresh(t.Context(), "a")
			time.Sleep(time.Second)
		}
		s.stopWith(func() { s.vault.put("a", backup) })
		s.keeper.Put(s.account("a"))
		time.Sleep(time.Second)
		s.wantKept()
	})
}

func TestSpentTokenIsNotTakenAgain(t *testing.T) {
	perform(t, threeDays, func(t *testing.T, s *stage) {
		var spent []oauth.Secret
		for range 5 {
			spent = append(spent, s.vault.record(t, "a").Grant.Token.Refresh)
			if err := s.keeper.Refresh(t.Context(), "a"); err != nil {
				t.Fatal(err)
			}
		}
		s.restart()
		for n, refresh := range spent {
			err := s.keeper.Add(t.Context(), s.account("b"), s.sandbox.ClientSecret(), oauth.Token{Refresh: refresh, Issued: time.Now()}, nothing)
			if !errors.Is(err, keeper.ErrSpent) {
				t.Errorf("token %d: %v", n, err)
			}
			if known := journal.Knows(s.vault.peek("a"), refresh); known != journal.UsedUp {
				t.Errorf("token %d is %d to who reads the record", n, known)
			}
		}
		time.Sleep(time.Minute)
		if c := s.sandbox.Counts(); c.Reuses != 0 {
			t.Errorf("%d reuses", c.Reuses)
		}
	})
}

// An answer that breaks off behind its refresh token does not say whose it is.
func TestSignInThatDoesNotSayWhoseItIsIsAskedAbout(t *testing.T) {
	perform(t, threeDays, func(t *testing.T, s *stage) {
		mine := s.state()
		for _, agreed := range []bool{false, true} {
			_ = s.sandbox.Break(sandbox.TruncateLate, 1)
			asked := ""
			err := s.keeper.SignIn(t.Context(), "a", s.code("other"), func(_ context.Context, had, got string) bool {
				asked = had + " or " + got
				return agreed
			})
			if asked != mine.OpenID+" or " {
				t.Errorf("asked about %q", asked)
			}
			if a := s.state(); !agreed && (!errors.Is(err, keeper.ErrOther) || a.Fingerprint != mine.Fingerprint) {
				t.Errorf("%v, and the chain is #%s", err, a.Fingerprint)
			}
		}
		time.Sleep(100 * time.Hour)
		if r := s.vault.record(t, "a"); r.Grant.Token.OpenID == mine.OpenID || r.Grant.Token.OpenID == "" {
			t.Errorf("it is %q's in the end", r.Grant.Token.OpenID)
		}
		s.wantKept()
	})
}

func TestDroppedUnsavedAccountGoesOnceItIsSaved(t *testing.T) {
	perform(t, threeDays, func(t *testing.T, s *stage) {
		s.vault.breakWith(failsAfter(1))
		_ = s.keeper.Refresh(t.Context(), "a")
		if err := s.keeper.Drop(t.Context(), "a"); err == nil {
			t.Error("dropped, and its grant is nowhere")
		}
		s.vault.breakWith(nil)
		time.Sleep(5 * time.Minute)
		if a, err := s.keeper.Account("a"); !errors.Is(err, keeper.ErrNoAccount) {
			t.Errorf("still there: %s, generation %d", a.State, a.Generation)
		}
		s.wantChain()
	})
}

func TestPanicInTheHistorySpendsNothing(t *testing.T) {
	perform(t, threeDays, func(t *testing.T, s *stage) {
		s.note = func(keeper.Event) { panic("history") }
		_ = s.keeper.Refresh(t.Context(), "a")
		time.Sleep(10 * time.Minute)
		s.wantState(keeper.StateFresh, "")
		if n := s.sandbox.Counts().Hits; n != 1 {
			t.Errorf("%d rotations", n)
		}
	})
}

// The home of a user may be called anything.
func TestSealsAreFoundInAFolderOfAnyName(t *testing.T) {
	perform(t, threeDays, func(t *testing.T, s *stage) {
		s.stop()
		s.dir += "/a[b]*?\\c"
		s.start()
		s.keeper.Put(s.account("a"))
		before := s.vault.peek("a")
		_ = s.keeper.Refresh(t.Context(), "a")
		s.stopWith(func() { s.vault.put("a", before) })
		s.keeper.Put(s.account("a"))
		time.Sleep(time.Second)
		s.wantChain()
		if !strings.Contains(s.dir, "[") {
			t.Error("no test")
		}
	})
}
