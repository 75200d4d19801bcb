package keeper_test

import (
	"testing"
	"time"

	"freshkey/oauth"
	"freshkey/oauth/keeper"
)

// A nameless token was pasted, its answers name the person; much later the chain is withdrawn and the same person signs in. The
// keychain is restored from a backup older than the answers that are kept: the sign-in is sealed, and "sign in" is said.
func TestSignInBehindARestoreFarBack(t *testing.T) {
	for name, far := range map[string]int{"control: near": 3, "far": 10} {
		t.Run(name, func(t *testing.T) {
			perform(t, threeDays, func(t *testing.T, s *stage) {
				_ = s.nameless()
				before := s.vault.peek("a")
				for range far {
					if err := s.keeper.Refresh(t.Context(), "a"); err != nil {
						t.Fatal(err)
					}
				}
				s.wantState(keeper.StateFresh, "")
				me := s.state().OpenID
				if me == "" {
					t.Fatal("not the scene: nameless still")
				}
				s.replies(spent)
				_ = s.keeper.Refresh(t.Context(), "a")
				s.wantState(keeper.StateSignIn, oauth.ReasonRefused)
				s.replies("200 OK\r\nConnection: close\r\n\r\n{\"access_token\":\"AT2\",\"expires_in\":259200,\"refresh_token\":\"RT2\",\"openId\":\"" + me + "\"}")
				if err := s.keeper.SignIn(t.Context(), "a", oauth.AuthorizationGrant{Code: "code"}, no); err != nil {
					t.Fatal(err)
				}
				mine := s.state()
				s.stopWith(func() { s.vault.put("a", before) })
				s.keeper.Put(s.account("a"))
				s.sleep(24 * time.Hour)
				a := s.state()
				s.restart()
				b := s.state()
				if a.Fingerprint != mine.Fingerprint {
					t.Errorf("signed in (generation %d, sealed, nobody was asked); a day after the restore %s (%s), generation %d; after one more restart %s (%s), generation %d", mine.Generation, a.State, a.Reason, a.Generation, b.State, b.Reason, b.Generation)
				}
			})
		})
	}
}

// A nameless token is refused, a person signs in; the settings are edited; the keychain goes back to what was pasted.
func TestSignInOverARefusedNamelessChainAnEditAndAKeychainThatGoesBack(t *testing.T) {
	for name, edited := range map[string]bool{"control": false, "edited": true} {
		t.Run(name, func(t *testing.T) {
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
				later := s.account("a")
				if edited {
					later.Provider.TokenURL = "http://localhost:1/oauth2/token" // the same server by its other name
				}
				s.keeper.Put(later)
				hits := s.sandbox.Counts().Hits
				s.stopWith(func() { s.vault.put("a", before) })
				s.keeper.Put(later)
				s.sleep(100 * time.Hour)
				a := s.state()
				if a.Fingerprint != mine.Fingerprint && a.Generation < 3 {
					t.Errorf("signed in, stored and sealed; after the restart it is %s (%s), generation %d, %d requests more, %d reuses", a.State, a.Reason, a.Generation, s.sandbox.Counts().Hits-hits, s.sandbox.Counts().Reuses)
				}
			})
		})
	}
}

// The same, and more restarts.
func TestSignInOutlivesAnEditAndAKeychainThatGoesBack(t *testing.T) {
	perform(t, threeDays, func(t *testing.T, s *stage) {
		s.nameless()
		before := s.vault.peek("a")
		s.sandbox.Kill()
		_ = s.keeper.Refresh(t.Context(), "a")
		if err := s.keeper.SignIn(t.Context(), "a", s.code("me"), no); err != nil {
			t.Fatal(err)
		}
		mine := s.state()
		later := s.account("a")
		later.Provider.TokenURL = "http://localhost:1/oauth2/token"
		s.keeper.Put(later)
		s.stopWith(func() { s.vault.put("a", before) })
		s.keeper.Put(later)
		s.sleep(time.Hour)
		for range 3 {
			s.stop()
			s.start()
			s.keeper.Put(later)
			s.sleep(24 * time.Hour)
		}
		a := s.state()
		s.stop()
		s.start()
		s.keeper.Put(s.account("a")) // the settings of before
		s.sleep(time.Hour)
		b := s.state()
		if a.Generation == 1 {
			t.Errorf("won was %s; now %s (%s), generation %d; with the settings of before %s (%s), generation %d", mine.Fingerprint, a.State, a.Reason, a.Generation, b.State, b.Reason, b.Generation)
		}
	})
}

// A nameless token was pasted and refreshed (refreshes do not say whose they are). The chain is withdrawn: both candidates are refused. A
// person signs in (nobody is replaced, nobody is asked). The settings are edited; the keychain goes back to before the refusals.
func TestSignInOverTwoRefusedNamelessTokensAnEditAndAKeychainThatGoesBack(t *testing.T) {
	for name, edited := range map[string]bool{"control": false, "edited": true} {
		t.Run(name, func(t *testing.T) {
			perform(t, threeDays, func(t *testing.T, s *stage) {
				s.nameless()
				requests := s.replies("200 OK\r\nConnection: close\r\n\r\n{\"access_token\":\"AT2\",\"expires_in\":259200,\"refresh_token\":\"RT2\"}",
					spent, spent,
					"200 OK\r\nConnection: close\r\n\r\n{\"access_token\":\"AT3\",\"expires_in\":259200,\"refresh_token\":\"RT3\",\"openId\":\"me\"}",
					spent)
				if err := s.keeper.Refresh(t.Context(), "a"); err != nil {
					t.Fatal(err)
				}
				before := s.vault.peek("a")
				s.sleep(time.Hour)
				_ = s.keeper.Refresh(t.Context(), "a")
				s.wantState(keeper.StateSignIn, oauth.ReasonRefused)
				if err := s.keeper.SignIn(t.Context(), "a", oauth.AuthorizationGrant{Code: "code"}, no); err != nil {
					t.Fatal(err)
				}
				s.wantState(keeper.StateFresh, "")
				mine, n := s.state(), requests()
				later := s.account("a")
				if edited {
					later.Provider.TokenURL = "http://localhost:1/oauth2/token" // the same server by its other name
				}
				s.keeper.Put(later)
				s.stopWith(func() { s.vault.put("a", before) })
				s.keeper.Put(later)
				s.sleep(time.Hour)
				s.stopWith(func() {})
				s.keeper.Put(later)
				s.sleep(24 * time.Hour)
				a := s.state()
				if a.Fingerprint != mine.Fingerprint {
					t.Errorf("signed in (generation %d, %s), stored and sealed; after the restart it is %s (%s), generation %d %s, %d requests more", mine.Generation, mine.Fingerprint, a.State, a.Reason, a.Generation, a.Fingerprint, requests()-n)
				}
			})
		})
	}
}
