package keeper_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"freshkey/oauth"
	"freshkey/oauth/keeper"
)

// The newest token is refused, the one before it is sent, and that answer is lost. The keychain goes back.
func TestLostAnswerOfThePreviousTokenIsKnownFarBack(t *testing.T) {
	for _, far := range []int{0, 1, 3, 10} {
		t.Run(fmt.Sprint(far), func(t *testing.T) {
			perform(t, threeDays, func(t *testing.T, s *stage) {
				before := s.vault.peek("a")
				var all []string
				for n := range max(far, 1) {
					all = append(all, fmt.Sprintf("200 OK\r\nConnection: close\r\n\r\n{\"access_token\":\"AT%d\",\"expires_in\":259200,\"refresh_token\":\"RT%d\"}", n, n))
				}
				all = append(all, spent, "500 Internal Server Error\r\nConnection: close\r\n\r\n", "200 OK\r\nConnection: close\r\n\r\n{\"access_token\":\"ATX\",\"expires_in\":259200,\"refresh_token\":\"RTX\"}")
				_ = s.replies(all...)
				for range max(far, 1) {
					if err := s.keeper.Refresh(t.Context(), "a"); err != nil {
						t.Fatal(err)
					}
					s.sleep(20 * time.Second)
				}
				_ = s.keeper.Refresh(t.Context(), "a")
				if a := s.state(); a.State != keeper.StateUncertain {
					t.Fatal("not the scene", a.State, a.Reason)
				}
				s.stopWith(func() {
					if far > 0 {
						s.vault.put("a", before)
					}
				})
				s.keeper.Put(s.account("a"))
				_ = s.state()
				s.sleep(5 * time.Minute)
				b := s.state()
				if b.State != keeper.StateFresh {
					t.Error("lost")
				}
			})
		})
	}
}

// Ten rotations, then the answer of the newest is lost, and a person signs in. The keychain is restored from a backup older than the
// answers that are kept. The lost token is pasted under another name.
func TestTokenWhoseAnswerWasLostIsNotAcceptedFarBack(t *testing.T) {
	for name, back := range map[string]bool{"control": false, "far": true} {
		t.Run(name, func(t *testing.T) {
			perform(t, threeDays, func(t *testing.T, s *stage) {
				before, me := s.vault.peek("a"), s.state().OpenID
				var all []string
				for n := range 10 {
					all = append(all, fmt.Sprintf("200 OK\r\nConnection: close\r\n\r\n{\"access_token\":\"AT%d\",\"expires_in\":259200,\"refresh_token\":\"RT%d\"}", n, n))
				}
				all = append(all, "500 Internal Server Error\r\nConnection: close\r\n\r\n",
					"200 OK\r\nConnection: close\r\n\r\n{\"access_token\":\"ATS\",\"expires_in\":259200,\"refresh_token\":\"RTS\",\"openId\":\""+me+"\"}", spent)
				requests := s.replies(all...)
				for n := range 11 {
					if n > 0 {
						s.sleep(20 * time.Second)
					}
					_ = s.keeper.Refresh(t.Context(), "a")
				}
				s.wantState(keeper.StateUncertain, oauth.ReasonServer)
				if err := s.keeper.SignIn(t.Context(), "a", oauth.AuthorizationGrant{Code: "code"}, no); err != nil {
					t.Fatal(err)
				}
				s.stopWith(func() {
					if back {
						s.vault.put("a", before)
					}
				})
				s.keeper.Put(s.account("a"))
				s.wantState(keeper.StateFresh, "")
				n := requests()
				err := s.keeper.Add(t.Context(), s.account("b"), s.sandbox.ClientSecret(), oauth.Token{Refresh: "RT9", Issued: time.Now()}, nothing)
				s.sleep(time.Minute)
				if !errors.Is(err, keeper.ErrSpent) {
					t.Errorf("RT9 was sent, its answer was lost: added as b (%v), and sent again: %d requests", err, requests()-n)
				}
			})
		})
	}
}

// RT1 is refused, the one before it brings RT2. The keychain goes back to before RT1. RT1 is pasted under another name.
func TestSkippedTokenIsNotAcceptedAgain(t *testing.T) {
	for name, back := range map[string]bool{"control": false, "back": true} {
		t.Run(name, func(t *testing.T) {
			perform(t, threeDays, func(t *testing.T, s *stage) {
				before := s.vault.peek("a")
				requests := s.replies("200 OK\r\nConnection: close\r\n\r\n{\"access_token\":\"AT1\",\"expires_in\":259200,\"refresh_token\":\"RT1\"}", spent,
					"200 OK\r\nConnection: close\r\n\r\n{\"access_token\":\"AT2\",\"expires_in\":259200,\"refresh_token\":\"RT2\"}", spent)
				_ = s.keeper.Refresh(t.Context(), "a")
				s.sleep(time.Minute)
				if err := s.keeper.Refresh(t.Context(), "a"); err != nil {
					t.Fatal(err)
				}
				s.stopWith(func() {
					if back {
						s.vault.put("a", before)
					}
				})
				s.keeper.Put(s.account("a"))
				s.wantState(keeper.StateFresh, "")
				n := requests()
				err := s.keeper.Add(t.Context(), s.account("b"), s.sandbox.ClientSecret(), oauth.Token{Refresh: "RT1", Issued: time.Now()}, nothing)
				s.sleep(time.Minute)
				if !errors.Is(err, keeper.ErrSpent) {
					t.Errorf("added as b (%v), and sent again: %d requests; a generation %d", err, requests()-n, s.state().Generation)
				}
			})
		})
	}
}

// Signed in again over a live chain (T2, with T1 as the way back). The provider refuses T2 (it lost its last write); T1 is sent, and the
// answer is lost on the way. The keychain goes back to before the sign-in.
func TestLostAnswerOfThePreviousTokenOutlivesAKeychainThatGoesBack(t *testing.T) {
	for name, back := range map[string]bool{"control": false, "the keychain went back": true} {
		t.Run(name, func(t *testing.T) {
			perform(t, threeDays, func(t *testing.T, s *stage) {
				before, old := s.vault.peek("a"), s.vault.record(t, "a").Grant.Token
				requests := s.replies(
					"200 OK\r\nConnection: close\r\n\r\n{\"access_token\":\"AT2\",\"expires_in\":259200,\"refresh_token\":\"RT2\",\"openId\":\""+old.OpenID+"\"}",
					spent, "500 Internal Server Error\r\nConnection: close\r\n\r\n",
					"200 OK\r\nConnection: close\r\n\r\n{\"access_token\":\"AT4\",\"expires_in\":259200,\"refresh_token\":\"RT4\",\"openId\":\""+old.OpenID+"\"}")
				if err := s.keeper.SignIn(t.Context(), "a", oauth.AuthorizationGrant{Code: "code"}, no); err != nil {
					t.Fatal(err)
				}
				s.sleep(time.Minute)
				err := s.keeper.Refresh(t.Context(), "a")
				if requests() != 3 {
					t.Fatal("not the scene", err, requests())
				}
				s.wantState(keeper.StateUncertain, oauth.ReasonServer)
				if back {
					s.stopWith(func() { s.vault.put("a", before) })
				} else {
					s.stopWith(func() {})
				}
				s.keeper.Put(s.account("a"))
				a := s.state()
				s.sleep(5 * time.Minute)
				b := s.state()
				if b.State != keeper.StateFresh {
					t.Errorf("at once %s (%s), later %s (%s), generation %d; %d requests", a.State, a.Reason, b.State, b.Reason, b.Generation, requests())
				}
			})
		})
	}
}
