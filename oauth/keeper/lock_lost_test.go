package keeper_test

import (
	"context"
	"testing"
	"time"

	"freshkey/oauth"
	"freshkey/oauth/sandbox"
)

// An access token that the keychain has lost, or has an older one of, is not handed out as an empty or an expired one.
func TestNothingIsHandedOutForATokenThatIsLost(t *testing.T) {
	for name, lose := range map[string]func(s *stage, old []byte){
		"lost":      func(s *stage, _ []byte) { _ = s.vault.Delete(context.Background(), "a") },
		"gone back": func(s *stage, old []byte) { s.vault.put("a", old) },
		"both, late": func(s *stage, old []byte) {
			s.vault.put("a", old)
			s.sleep(time.Hour)
			_ = s.vault.Delete(context.Background(), "a")
		},
	} {
		t.Run(name, func(t *testing.T) {
			perform(t, threeDays, func(t *testing.T, s *stage) {
				_ = s.keeper.Refresh(t.Context(), "a")
				old := s.vault.peek("a")
				s.sleep(time.Minute)
				_ = s.keeper.Refresh(t.Context(), "a")
				s.lock(true)
				lose(s, old)
				if got, err := s.keeper.Access(t.Context(), "a", time.Hour); err == nil && got.Access == "" {
					t.Error("an empty token is handed out")
				}
				s.keeper.Unlock()
				s.sleep(5 * time.Minute)
				s.wantServed()
				s.wantChain()
			})
		})
	}
}

// A provider that does not rotate has one refresh token for many access tokens: the older one is not taken for the newer.
func TestOlderAccessTokenIsNotPassedForTheNewerOne(t *testing.T) {
	perform(t, threeDays, func(t *testing.T, s *stage) {
		answer := func(access string) {
			s.replies("200 OK\r\nConnection: close\r\n\r\n{\"access_token\":\"" + access + "\",\"expires_in\":3600}")
		}
		answer("older")
		_ = s.keeper.Refresh(t.Context(), "a")
		old := s.vault.peek("a")
		s.sleep(50 * time.Minute)
		answer("newer")
		_ = s.keeper.Refresh(t.Context(), "a")
		s.keeper.Lock(true)
		s.state()
		s.vault.put("a", old)
		s.sleep(15 * time.Minute)
		if got, err := s.keeper.Access(t.Context(), "a", 10*time.Minute); err == nil && got.Access == "older" {
			t.Error("a token that has expired is handed out")
		}
	})
}

// Whose account it is outlives the loss: another person's sign-in is asked about all the same.
func TestLockForgetsNobody(t *testing.T) {
	perform(t, threeDays, func(t *testing.T, s *stage) {
		_ = s.keeper.Refresh(t.Context(), "a")
		s.lock(false)
		_ = s.vault.Delete(t.Context(), "a")
		_ = s.sandbox.Break(sandbox.Dead, 5)
		_ = s.keeper.Refresh(t.Context(), "a")
		s.sandbox.Heal()
		asked := false
		_ = s.keeper.SignIn(t.Context(), "a", s.code("someone"), func(context.Context, string, string) bool { asked = true; return false })
		if !asked {
			t.Error("another person took the account over unasked")
		}
	})
}

// What is added to a locked Freshkey leaves memory like the rest.
func TestAddedWhileLockedLeavesMemory(t *testing.T) {
	perform(t, threeDays, func(t *testing.T, s *stage) {
		s.lock(false)
		if err := s.keeper.Add(t.Context(), s.account("b"), s.sandbox.ClientSecret(), firstToken(t, s.sandbox), nothing); err != nil {
			t.Fatal(err)
		}
		if in := s.keeper.InMemory("b"); !in.IsHidden() && in.Grant.Token.Access != oauth.Secret("") {
			t.Error("its tokens are in memory")
		}
	})
}
