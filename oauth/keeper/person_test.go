package keeper_test

import (
	"context"
	"errors"
	"os"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"freshkey/oauth"
	"freshkey/oauth/keeper"
	"freshkey/oauth/sandbox"
)

// A sign-in's answer without a refresh token puts a working chain out of service.
func TestSignInWithoutARefreshTokenReplacesNoLiveChain(t *testing.T) {
	perform(t, threeDays, func(t *testing.T, s *stage) {
		code := s.code("")
		mine := s.state()
		s.replies("200 OK\r\nConnection: close\r\n\r\n{\"access_token\":\"AT\",\"expires_in\":3600,\"openId\":\"" + mine.OpenID + "\"}")
		err := s.keeper.SignIn(t.Context(), "a", code, yes)
		s.net.answerWith(nil)
		time.Sleep(200 * time.Hour)
		if a := s.state(); a.State != keeper.StateFresh {
			t.Errorf("sign-in said %v; the live chain is now %s (%s)", err, a.State, a.Reason)
		}
		s.wantChain()
	})
}

// And where the answer says nothing of the person, the only copy of the live refresh token is thrown away.
func TestSignInWithoutARefreshTokenLeavesTheOnlyCopy(t *testing.T) {
	perform(t, threeDays, func(t *testing.T, s *stage) {
		code := s.code("")
		live := s.vault.record(t, "a").Grant.Token.Refresh
		s.replies("200 OK\r\nConnection: close\r\n\r\n{\"access_token\":\"AT\",\"expires_in\":3600}")
		_ = s.keeper.SignIn(t.Context(), "a", code, yes)
		if !strings.Contains(string(s.vault.peek("a")), live.Reveal()) {
			t.Error("the keychain holds neither the live refresh token nor any other")
		}
	})
}

// An account whose grant does not say whose it is; the sign-in of another person breaks off before its openId.
func TestBrokenOffSignInIsAskedAboutForANamelessChainToo(t *testing.T) {
	perform(t, threeDays, func(t *testing.T, s *stage) {
		_ = s.keeper.Remove(t.Context(), "a")
		mine := firstToken(t, s.sandbox)
		mine.OpenID = "" // pasted: access_token, refresh_token, expires_in
		if err := s.keeper.Add(t.Context(), s.account("a"), s.sandbox.ClientSecret(), mine, nothing); err != nil {
			t.Fatal(err)
		}
		_ = s.sandbox.Break(sandbox.TruncateLate, 1)
		asked := false
		err := s.keeper.SignIn(t.Context(), "a", s.code("other"), func(context.Context, string, string) bool { asked = true; return false })
		time.Sleep(time.Hour)
		if a := s.state(); !asked || a.Fingerprint != mine.Refresh.Fingerprint() {
			t.Errorf("asked: %v, error %v; another person's chain %s (%s) is in the place of a live one", asked, err, a.Fingerprint, a.OpenID)
		}
		if strings.Contains(string(s.vault.peek("a")), mine.Refresh.Reveal()) == false {
			t.Error("and the live refresh token is gone from the keychain")
		}
	})
}

// A token known to be spent, or refused, is forgotten by the sign-in that follows; it is taken again and presented again.
func TestRefusedTokenStaysKnownThroughASignIn(t *testing.T) {
	perform(t, threeDays, func(t *testing.T, s *stage) {
		old := s.vault.record(t, "a").Grant.Token.Refresh
		_ = s.sandbox.Break(sandbox.Drop, 1)
		_ = s.keeper.Refresh(t.Context(), "a")
		_ = s.keeper.Refresh(t.Context(), "a")
		s.wantState(keeper.StateSignIn, keeper.ReasonLostAnswer)
		if err := s.keeper.SignIn(t.Context(), "a", s.code(""), yes); err != nil {
			t.Fatal(err)
		}
		before := s.sandbox.Counts().Presented[old.Fingerprint()]
		err := s.keeper.Add(t.Context(), s.account("b"), s.sandbox.ClientSecret(), oauth.Token{Refresh: old, Issued: time.Now()}, nothing)
		if !errors.Is(err, keeper.ErrSpent) {
			t.Errorf("a spent token is taken: %v", err)
		}
		time.Sleep(time.Minute)
		if n := s.sandbox.Counts().Presented[old.Fingerprint()]; n != before {
			t.Errorf("and was presented %d times more", n-before)
		}
	})
}

// Quitting in front of the question about the person throws the sign-in's chain away, though nobody said no.
func TestQuitAtTheQuestionKeepsTheSealedAnswer(t *testing.T) {
	perform(t, threeDays, func(t *testing.T, s *stage) {
		go func() {
			_ = s.keeper.SignIn(t.Context(), "a", s.code("other"), func(ctx context.Context, _, _ string) bool { <-ctx.Done(); return false })
		}()
		time.Sleep(time.Second)
		synctest.Wait()
		n := len(seals(t, s))
		s.stop()
		if after := len(seals(t, s)); after != n {
			t.Errorf("%d sealed answers before quitting, %d after", n, after)
		}
		s.start()
	})
}

// A sign-in's question (the agent waits ten minutes for it) holds a due token back until it has expired.
func TestQuestionHoldsNoDueTokenBack(t *testing.T) {
	perform(t, sandbox.Config{Expires: 20 * time.Minute}, func(t *testing.T, s *stage) {
		time.Sleep(13 * time.Minute)
		go func() {
			_ = s.keeper.SignIn(t.Context(), "a", s.code("other"), func(context.Context, string, string) bool { time.Sleep(9 * time.Minute); return false })
		}()
		time.Sleep(8 * time.Minute)
		if a := s.state(); a.State != keeper.StateFresh {
			t.Errorf("%s (%s), next %v, usable until %v", a.State, a.Reason, a.Next, a.UsableUntil)
		}
		time.Sleep(time.Hour)
	})
}

// The first sign-in of an account, and a panic behind its seal.
func TestPanicBehindTheFirstSignInLosesNothing(t *testing.T) {
	perform(t, threeDays, func(t *testing.T, s *stage) {
		_ = s.keeper.Remove(t.Context(), "a")
		if err := s.keeper.Add(t.Context(), s.account("a"), s.sandbox.ClientSecret(), oauth.Token{}, nothing); err != nil {
			t.Fatal(err)
		}
		sets := 0
		s.vault.breakWith(func(op string, _ int) error {
			if op == "set" {
				if sets++; sets == 2 {
					panic("planted")
				}
			}
			return nil
		})
		_ = s.keeper.SignIn(t.Context(), "a", s.code(""), yes)
		time.Sleep(10 * time.Minute)
		s.wantState(keeper.StateFresh, "")
		s.wantKept()
	})
}

// Nameless, refused by other settings only (alive): another person's whole sign-in takes its place unasked.
func TestNamelessChainRefusedUnderOtherSettingsIsAskedAbout(t *testing.T) {
	perform(t, threeDays, func(t *testing.T, s *stage) {
		_ = s.keeper.Remove(t.Context(), "a")
		mine := firstToken(t, s.sandbox)
		mine.OpenID = ""
		wrong := s.account("a")
		wrong.ClientID = "another app"
		if err := s.keeper.Add(t.Context(), wrong, s.sandbox.ClientSecret(), mine, nothing); err != nil {
			t.Fatal(err)
		}
		_ = s.sandbox.Break(sandbox.Dead, 1)
		_ = s.keeper.Refresh(t.Context(), "a")
		s.sandbox.Heal()
		held := s.account("a")
		held.HeldUntil = time.Now().Add(time.Hour) // so that the mended settings do not refresh at once
		s.keeper.Put(held)
		asked := false
		_ = s.keeper.SignIn(t.Context(), "a", s.code("other"), func(context.Context, string, string) bool { asked = true; return false })
		if !asked || !strings.Contains(string(s.vault.peek("a")), mine.Refresh.Reveal()) {
			t.Errorf("asked: %v; a live refresh token is gone, another person's is in its place", asked)
		}
	})
}

// A sign-in meanwhile is a nil pointer.
func TestSignInWhileASealIsOutOfReach(t *testing.T) {
	perform(t, threeDays, func(t *testing.T, s *stage) {
		_ = s.sandbox.Break(sandbox.Garbage, 1)
		_ = s.keeper.Refresh(t.Context(), "a")
		path := seals(t, s)[0]
		_ = os.Remove(path)
		_ = os.Mkdir(path, 0o700)
		_ = s.vault.Delete(t.Context(), "a")
		err := s.keeper.SignIn(t.Context(), "a", s.code("sandbox-user"), nil)
		if err != nil && err.Error() == "internal error" {
			t.Errorf("panic: %v; state %+v", err, s.state().State)
		}
	})
}
