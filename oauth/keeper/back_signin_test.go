package keeper_test

import (
	"errors"
	"testing"
	"time"

	"freshkey/oauth"
	"freshkey/oauth/keeper"
)

// A nameless token that was pasted is refused, a person signs in; the keychain goes back to what was pasted.
func TestSignInOverARefusedNamelessChainOutlivesAKeychainThatGoesBack(t *testing.T) {
	perform(t, threeDays, func(t *testing.T, s *stage) {
		s.nameless()
		before := s.vault.peek("a")
		s.sandbox.Kill()
		_ = s.keeper.Refresh(t.Context(), "a")
		s.wantState(keeper.StateSignIn, oauth.ReasonRefused)
		if err := s.keeper.SignIn(t.Context(), "a", s.code("me"), no); err != nil {
			t.Fatal(err)
		}
		s.wantState(keeper.StateFresh, "")
		mine := s.state()
		s.stopWith(func() { s.vault.put("a", before) })
		s.keeper.Put(s.account("a"))
		s.sleep(24 * time.Hour)
		a := s.state()
		s.restart()
		b := s.state()
		if a.Fingerprint != mine.Fingerprint {
			t.Errorf("signed in, and the answer is sealed; a day after the restart it is %s (%s), generation %d (after one more restart %s, generation %d)", a.State, a.Reason, a.Generation, b.State, b.Generation)
		}
	})
}

// A sign-in over a nameless, refused chain is sealed and not saved; the client's id is edited; the process ends.
func TestUnsavedSignInOutlivesAnEdit(t *testing.T) {
	for name, edited := range map[string]bool{"control": false, "edited": true} {
		t.Run(name, func(t *testing.T) {
			perform(t, threeDays, func(t *testing.T, s *stage) {
				s.nameless()
				s.sandbox.Kill()
				_ = s.keeper.Refresh(t.Context(), "a")
				s.wantState(keeper.StateSignIn, oauth.ReasonRefused)
				s.vault.breakWith(failsAfter(1))
				if err := s.keeper.SignIn(t.Context(), "a", s.code("me"), no); err != nil {
					t.Fatal(err)
				}
				mine := s.state()
				if mine.State != keeper.StateUnsaved || mine.Detail != "" {
					t.Fatal("not the scene", mine.State, mine.Detail)
				}
				later := s.account("a")
				if edited {
					later.Provider.TokenURL = "http://localhost:1/oauth2/token" // the same server by its other name
				}
				s.keeper.Put(later)
				s.stopWith(func() { s.vault.breakWith(nil) })
				s.keeper.Put(later)
				s.sleep(time.Hour)
				if a := s.state(); a.Fingerprint != mine.Fingerprint {
					t.Errorf("signed in, sealed, served; after the restart it is %s (%s), generation %d", a.State, a.Reason, a.Generation)
				}
			})
		})
	}
}

// A token's answer is lost, a person signs in; the keychain goes back to before. Brought forward, the spent token is the way back again.
func TestSpentTokenIsNoWayBackAfterAKeychainThatWentBack(t *testing.T) {
	for name, back := range map[string]bool{"control": false, "the keychain went back": true} {
		t.Run(name, func(t *testing.T) {
			perform(t, threeDays, func(t *testing.T, s *stage) {
				before, old := s.vault.peek("a"), s.vault.record(t, "a").Grant.Token
				s.replies("500 Internal Server Error\r\nConnection: close\r\n\r\n", "400 Bad Request\r\nConnection: close\r\n\r\n{\"error\":96009}",
					"200 OK\r\nConnection: close\r\n\r\n{\"access_token\":\"AT2\",\"expires_in\":259200,\"refresh_token\":\"RT2\",\"openId\":\""+old.OpenID+"\"}",
					"200 OK\r\nConnection: close\r\n\r\n{\"access_token\":\"AT3\",\"expires_in\":259200,\"refresh_token\":\"RT3\"}")
				_ = s.keeper.Refresh(t.Context(), "a")
				_ = s.keeper.Refresh(t.Context(), "a")
				s.wantState(keeper.StateSignIn, keeper.ReasonLostAnswer)
				if err := s.keeper.SignIn(t.Context(), "a", oauth.AuthorizationGrant{Code: "code"}, no); err != nil {
					t.Fatal(err)
				}
				if back {
					s.stopWith(func() { s.vault.put("a", before) })
					s.keeper.Put(s.account("a"))
				}
				s.wantState(keeper.StateFresh, "")
				if err := s.keeper.Refresh(t.Context(), "a"); err != nil {
					t.Fatal(err)
				}
				err := s.keeper.Add(t.Context(), s.account("b"), s.sandbox.ClientSecret(), old, nothing)
				if !errors.Is(err, keeper.ErrSpent) {
					t.Errorf("a spent and refused token is taken for a new account: %v", err)
				}
			})
		})
	}
}

// The same, and the sign-in's chain is withdrawn: the spent token is presented once more.
func TestSpentTokenIsNotPresentedAgainAfterAKeychainThatWentBack(t *testing.T) {
	for name, back := range map[string]bool{"control": false, "the keychain went back": true} {
		t.Run(name, func(t *testing.T) {
			perform(t, threeDays, func(t *testing.T, s *stage) {
				before, old := s.vault.peek("a"), s.vault.record(t, "a").Grant.Token
				requests := s.replies("500 Internal Server Error\r\nConnection: close\r\n\r\n", "400 Bad Request\r\nConnection: close\r\n\r\n{\"error\":96009}",
					"200 OK\r\nConnection: close\r\n\r\n{\"access_token\":\"AT2\",\"expires_in\":259200,\"refresh_token\":\"RT2\",\"openId\":\""+old.OpenID+"\"}",
					"400 Bad Request\r\nConnection: close\r\n\r\n{\"error\":96009}")
				_ = s.keeper.Refresh(t.Context(), "a")
				_ = s.keeper.Refresh(t.Context(), "a")
				if err := s.keeper.SignIn(t.Context(), "a", oauth.AuthorizationGrant{Code: "code"}, no); err != nil {
					t.Fatal(err)
				}
				if back {
					s.stopWith(func() { s.vault.put("a", before) })
					s.keeper.Put(s.account("a"))
				}
				s.wantState(keeper.StateFresh, "")
				_ = s.keeper.Refresh(t.Context(), "a")
				if n := requests(); n != 4 {
					t.Errorf("%d requests: the token that was refused is presented again", n)
				}
			})
		})
	}
}

// A way back that was presented and refused is forgotten by the sign-in that follows.
func TestRefusedWayBackStaysKnownThroughASignIn(t *testing.T) {
	perform(t, threeDays, func(t *testing.T, s *stage) {
		old := s.vault.record(t, "a").Grant.Token
		me := `,"openId":"` + old.OpenID + `"}`
		const ok = "200 OK\r\nConnection: close\r\n\r\n{\"expires_in\":259200,"
		s.replies(ok+`"access_token":"AT2","refresh_token":"RT2"`+me,
			"500 Internal Server Error\r\nConnection: close\r\n\r\n", spent, spent,
			ok+`"access_token":"AT3","refresh_token":"RT3"`+me)
		if err := s.keeper.SignIn(t.Context(), "a", oauth.AuthorizationGrant{Code: "code"}, no); err != nil { // the old chain is alive, and the way back
			t.Fatal(err)
		}
		for range 3 {
			_ = s.keeper.Refresh(t.Context(), "a")
		}
		if err := s.keeper.SignIn(t.Context(), "a", oauth.AuthorizationGrant{Code: "code"}, no); err != nil {
			t.Fatal(err)
		}
		s.wantState(keeper.StateFresh, "")
		err := s.keeper.Add(t.Context(), s.account("b"), s.sandbox.ClientSecret(), oauth.Token{Refresh: old.Refresh, Issued: time.Now()}, nothing)
		if !errors.Is(err, keeper.ErrSpent) {
			t.Errorf("a token that was presented and refused is taken for a new account: %v", err)
		}
	})
}

// Far back: what came between is in the files' names.
func TestSpentTokensBetweenStayKnown(t *testing.T) {
	perform(t, threeDays, func(t *testing.T, s *stage) {
		before := s.vault.peek("a")
		for range 10 {
			_ = s.keeper.Refresh(t.Context(), "a")
		}
		last := s.vault.record(t, "a").Previous.Token // its answer is still sealed, under its own fingerprint
		_ = s.keeper.Refresh(t.Context(), "a")
		s.stopWith(func() { s.vault.put("a", before) })
		s.keeper.Put(s.account("a"))
		s.wantState(keeper.StateFresh, "")
		s.wantChain()
		err := s.keeper.Add(t.Context(), s.account("b"), s.sandbox.ClientSecret(), oauth.Token{Refresh: last.Refresh, Issued: time.Now()}, nothing)
		if !errors.Is(err, keeper.ErrSpent) {
			t.Errorf("the token that was spent last but one is taken for a new account: %v", err)
		}
	})
}
