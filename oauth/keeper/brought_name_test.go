package keeper_test

import (
	"testing"
	"time"

	"freshkey/oauth/keeper"
	"freshkey/oauth/sandbox"
)

// One person's token is not served under the name of another, whose chain was brought and is in doubt; it is served again once that is refused.
func TestTokenAtHandIsNotServedUnderAnotherPersonsName(t *testing.T) {
	perform(t, threeDays, func(t *testing.T, s *stage) {
		_ = s.keeper.Refresh(t.Context(), "a")
		mine := s.vault.record(t, "a").Grant.Token
		for _, whose := range []string{"", "somebody else"} { // of the first nobody says whose it is
			_ = s.sandbox.Break(sandbox.Drop, 1)
			_ = s.bring(firstToken(t, s.sandbox).Refresh, whose, yes)
			s.sandbox.Heal()
		}
		s.sandbox.Heal()
		_ = s.sandbox.Break(sandbox.Unavailable, 1000)
		for range 2 {
			if token, err := s.keeper.Access(t.Context(), "a", keeper.DefaultValidity); err == nil && token.OpenID != mine.OpenID {
				t.Errorf("a token of %q is said to be %q's", mine.OpenID, token.OpenID)
			}
			time.Sleep(time.Minute)
		}
		s.sandbox.Heal()
		time.Sleep(time.Hour)
		if token, err := s.keeper.Access(t.Context(), "a", keeper.DefaultValidity); err != nil || token.OpenID != mine.OpenID {
			t.Errorf("what was brought is refused, and the token is %q's: %v", token.OpenID, err)
		}
	})
}
