package keeper_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"freshkey/oauth"
	"freshkey/oauth/keeper"
	"freshkey/oauth/sandbox"
)

// The refusal of other settings, sealed and not stored, is pinned on the settings of the next start.
func TestSealedRefusalIsOfTheSettingsThatWereSent(t *testing.T) {
	perform(t, threeDays, func(t *testing.T, s *stage) {
		wrong := s.account("a")
		wrong.ClientID = "another app"
		s.keeper.Put(wrong)
		_ = s.sandbox.Break(sandbox.Dead, 1)
		s.vault.breakWith(failsAfter(1)) // the intent; then the process dies
		_ = s.keeper.Refresh(t.Context(), "a")
		s.stopWith(func() { s.vault.breakWith(nil) })
		s.sandbox.Heal()
		s.keeper.Put(s.account("a")) // config.json was mended while the agent was not running
		time.Sleep(time.Hour)
		if a := s.state(); a.State != keeper.StateFresh {
			t.Errorf("a live chain that these settings never presented is %s (%s)", a.State, a.Reason)
		}
		s.wantChain()
		time.Sleep(200 * time.Hour)
		s.wantState(keeper.StateFresh, "")
	})
}

// The same while it runs: the keychain fails for a moment, the settings are mended, the process is killed.
func TestSettingsMendedBetweenARefusalAndItsStoring(t *testing.T) {
	perform(t, threeDays, func(t *testing.T, s *stage) {
		wrong := s.account("a")
		wrong.ClientID = "another app"
		s.keeper.Put(wrong)
		_ = s.sandbox.Break(sandbox.Dead, 1)
		s.vault.breakWith(failsAfter(1))
		_ = s.keeper.Refresh(t.Context(), "a")
		s.keeper.Put(s.account("a"))
		s.stopWith(func() { s.vault.breakWith(nil) })
		s.keeper.Put(s.account("a"))
		time.Sleep(200 * time.Hour)
		s.wantState(keeper.StateFresh, "")
	})
}

// The previous token, refused before, is presented again after the next refusal.
func TestRefusedTokenIsNoWayBack(t *testing.T) {
	perform(t, threeDays, func(t *testing.T, s *stage) {
		_ = s.keeper.Refresh(t.Context(), "a")
		_ = s.sandbox.Break(sandbox.Rollback, 1)
		_ = s.keeper.Refresh(t.Context(), "a")
		forgotten := s.state().Fingerprint
		_ = s.keeper.Refresh(t.Context(), "a") // refused; the one before it works
		s.wantState(keeper.StateFresh, "")
		s.sandbox.Kill()
		_ = s.keeper.Refresh(t.Context(), "a")
		if n := s.sandbox.Counts().Presented[forgotten]; n != 1 {
			t.Errorf("a token that was refused by this server was presented %d times", n)
		}
	})
}

// The refusal is forgotten when the keychain goes back, and the refused token is presented again.
func TestRefusalOutlivesAKeychainThatGoesBack(t *testing.T) {
	perform(t, threeDays, func(t *testing.T, s *stage) {
		old := s.vault.peek("a")
		name := s.state().Fingerprint
		s.sandbox.Kill()
		_ = s.keeper.Refresh(t.Context(), "a")
		s.wantState(keeper.StateSignIn, oauth.ReasonRefused)
		s.stopWith(func() { s.vault.put("a", old) })
		s.keeper.Put(s.account("a"))
		if a := s.state(); a.State != keeper.StateSignIn {
			t.Errorf("the chain is dead, and it is %s (%s)", a.State, a.Reason)
		}
		time.Sleep(100 * time.Hour)
		if n := s.sandbox.Counts().Presented[name]; n != 1 {
			t.Errorf("the refused token was presented %d times", n)
		}
	})
}

// A refusal by other settings, and the doubt: the mended settings' own lost answer. The sealed answer of a request is
// judged by codes of other settings.
func TestSealedSettingsRefusalIsOfTheSettingsThatWereSent(t *testing.T) {
	perform(t, threeDays, func(t *testing.T, s *stage) {
		wrong := s.account("a")
		wrong.ClientID = "another app"
		s.keeper.Put(wrong)
		_ = s.sandbox.Break(sandbox.Settings, 1)
		s.vault.breakWith(failsAfter(1))
		_ = s.keeper.Refresh(t.Context(), "a")
		s.stopWith(func() { s.vault.breakWith(nil) })
		s.keeper.Put(s.account("a"))
		if a := s.state(); a.State == keeper.StateMisconfigured {
			t.Errorf("settings that were never sent are %s (%s %s)", a.State, a.Reason, a.Detail)
		}
	})
}

// Due for ever and never tried: next is the zero time.
func TestDueAccountIsNeverStuck(t *testing.T) {
	perform(t, sandbox.Config{}, func(t *testing.T, s *stage) {
		right := s.account("a")
		wrong := right
		wrong.ClientID = "another app"
		_ = s.sandbox.Break(sandbox.Dead, 1)
		s.keeper.Put(wrong)
		_ = s.keeper.Refresh(t.Context(), "a")
		s.wantState(keeper.StateSignIn, oauth.ReasonRefused)
		reads := 0
		s.vault.breakWith(func(op string, _ int) error {
			if op == "get" {
				if reads++; reads == 2 { // the intent is stored, reading it back takes too long
					return errors.New("no answer in time")
				}
			}
			return nil
		})
		s.keeper.Put(right)
		time.Sleep(100 * time.Millisecond)
		s.wantState(keeper.StateLocked, keeper.ReasonKeychain)
		s.vault.breakWith(nil)
		s.restart()
		time.Sleep(24 * time.Hour)
		a := s.state()
		if a.State != keeper.StateFresh || s.sandbox.Counts().Refreshes == 0 {
			t.Errorf("a day later: %s (%s), next %v, %d refreshes", a.State, a.Reason, a.Next, s.sandbox.Counts().Refreshes)
		}
	})
}

// The wait a Dead answer asks for.
func TestNextCandidateWaitsForRetryAfter(t *testing.T) {
	perform(t, threeDays, func(t *testing.T, s *stage) {
		_ = s.keeper.Refresh(t.Context(), "a")
		time.Sleep(time.Minute)
		requests := s.replies("400 Bad Request\r\nRetry-After: 1200\r\nConnection: close\r\n\r\n{\"error\":96009}")
		_ = s.keeper.Refresh(t.Context(), "a")
		if n := requests(); n != 1 {
			t.Errorf("%d requests at once although the provider asked for twenty minutes", n)
		}
	})
}

// As B1, by a record of version 0.1 and a clock that was wrong.
func TestRefusalOfVersion01ByAWrongClockIsTried(t *testing.T) {
	perform(t, sandbox.Config{Expires: time.Hour}, func(t *testing.T, s *stage) {
		s.stopWith(func() {
			r := s.vault.record(t, "a")
			previous := r.Grant
			r.Previous = &previous
			r.Grant.Generation, r.Grant.Cause = 2, "asked"
			r.Grant.Token.Refresh = "another"
			r.Grant.Token.Issued, r.Grant.Token.Expires = time.Now().Add(time.Hour), time.Now().Add(2*time.Hour) // by a clock that was wrong
			data, _ := r.Encode()
			s.vault.put("a", []byte(strings.Replace(string(data), `{"v":1,`, `{"v":1,"refused":"`+oauth.Secret("another").Fingerprint()+`",`, 1))) // version 0.1: refused, and a way back left
		})
		s.keeper.Put(s.account("a"))
		time.Sleep(30 * time.Minute)
		if n := s.sandbox.Counts().Hits; n == 0 {
			a := s.state()
			t.Errorf("half an hour later nothing was tried: %s (%s), next %v", a.State, a.Reason, a.Next)
		}
	})
}
