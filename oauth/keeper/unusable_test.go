package keeper_test

import (
	"testing"
	"time"

	"freshkey/oauth"
	"freshkey/oauth/keeper"
	"freshkey/oauth/sandbox"
)

// unusable are settings that no request can be made with.
func (s *stage) unusable() oauth.Account {
	a := s.account("a")
	a.Provider.TokenURL = "http://elsewhere.example/token" // in the clear
	return a
}

// A keychain that went back, and settings that nobody can use until they are mended: what is sealed is found then, at once.
func TestSealedAnswerIsFoundOnceTheSettingsAreMended(t *testing.T) {
	for name, play := range map[string]struct {
		fault sandbox.Fault
		state keeper.State
	}{
		"an answer":     {"", keeper.StateFresh},
		"a lost answer": {sandbox.Drop, keeper.StateUncertain},
	} {
		t.Run(name, func(t *testing.T) {
			perform(t, threeDays, func(t *testing.T, s *stage) {
				_ = s.keeper.Refresh(t.Context(), "a")
				old := s.vault.peek("a")
				_ = s.keeper.Refresh(t.Context(), "a")
				_ = s.sandbox.Break(play.fault, 1)
				_ = s.keeper.Refresh(t.Context(), "a")
				hits := s.sandbox.Counts().Hits
				s.stopWith(func() { s.vault.put("a", old) })
				s.keeper.Put(s.unusable())
				s.wantState(keeper.StateMisconfigured, oauth.ReasonSettings)
				_ = s.keeper.Refresh(t.Context(), "a")
				_ = s.keeper.SetSecret(t.Context(), "a", s.sandbox.ClientSecret()) // stores the record there is
				s.keeper.Put(s.account("a"))
				s.sleep(time.Second)
				if a := s.state(); a.State != play.state {
					t.Errorf("%s (%s), generation %d", a.State, a.Reason, a.Generation)
				}
				if n := s.sandbox.Counts().Hits - hits; n != 0 {
					t.Errorf("%d requests for what lies on the disk", n)
				}
				if play.fault == "" {
					s.wantChain()
				}
			})
		})
	}
}

// The same, and a person asks in the moment the settings are mended.
func TestNothingIsSentBeforeWhatIsSealedWasRead(t *testing.T) {
	for name, ask := range map[string]func(*stage){
		"a refresh": func(s *stage) { _ = s.keeper.Refresh(s.t.Context(), "a") },
		"a token":   func(s *stage) { _, _ = s.keeper.Access(s.t.Context(), "a", 0) },
		"a sign-in": func(s *stage) { _ = s.keeper.SignIn(s.t.Context(), "a", s.code(""), no) },
	} {
		t.Run(name, func(t *testing.T) {
			perform(t, sandbox.Config{Expires: 72 * time.Hour, RevokeOnReuse: true}, func(t *testing.T, s *stage) {
				old := s.vault.peek("a")
				_ = s.keeper.Refresh(t.Context(), "a")
				_ = s.keeper.Refresh(t.Context(), "a")
				s.stopWith(func() { s.vault.put("a", old) })
				s.keeper.Put(s.unusable())
				s.wantState(keeper.StateMisconfigured, oauth.ReasonSettings)
				s.keeper.Put(s.account("a"))
				ask(s)
				if n := s.sandbox.Counts().Reuses; n != 0 {
					t.Errorf("%d reuses", n)
				}
				s.wantKept()
			})
		})
	}
}
