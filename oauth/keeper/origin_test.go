package keeper_test

import (
	"encoding/json"
	"errors"
	"slices"
	"testing"
	"time"

	"freshkey/oauth"
	"freshkey/oauth/keeper"
)

// diverted are the account's settings as somebody wrote them who can write config.json, and wants what is sent.
func (s *stage) diverted(field func(*oauth.Provider) *string) oauth.Account {
	a := s.account("a")
	*field(&a.Provider) = "http://127.0.0.1:2/somewhere"
	return a
}

func tokenURL(p *oauth.Provider) *string     { return &p.TokenURL }
func authorizeURL(p *oauth.Provider) *string { return &p.AuthorizeURL }
func apiURL(p *oauth.Provider) *string       { return &p.APIURL }

func (s *stage) hits() int { return s.sandbox.Counts().Hits }

// Whoever can write the settings file does not get the secrets, by none of the ways they are sent, now or after a restart.
func TestSecretsStayWhereTheyWereGivenFor(t *testing.T) {
	for name, field := range map[string]func(*oauth.Provider) *string{"token endpoint": tokenURL, "sign-in page": authorizeURL, "API": apiURL} {
		t.Run(name, func(t *testing.T) {
			perform(t, threeDays, func(t *testing.T, s *stage) {
				if err := s.keeper.Refresh(t.Context(), "a"); err != nil {
					t.Fatal(err)
				}
				code, hits := s.code(""), s.hits()
				s.keeper.Put(s.diverted(field))
				for _, when := range []string{"at once", "after a restart"} {
					s.wantState(keeper.StateMisconfigured, keeper.ReasonEndpointChanged)
					if got := s.state().Detail; got != "http://127.0.0.1:2" {
						t.Errorf("%s: says %q", when, got)
					}
					for what, err := range map[string]error{
						"refresh": s.keeper.Refresh(t.Context(), "a"), "sign-in": s.keeper.SignIn(t.Context(), "a", code, nil), "trust": s.keeper.Trust(t.Context(), "a"),
					} {
						if x, ok := errors.AsType[*oauth.Error](err); !ok || x.Class != oauth.Misconfigured || x.Reason != keeper.ReasonEndpointChanged {
							t.Errorf("%s, %s: %v", when, what, err)
						}
					}
					s.stopWith(func() {})
					s.keeper.Put(s.diverted(field))
				}
				s.sleep(100 * time.Hour) // it would have been due
				if _, err := s.keeper.Access(t.Context(), "a", time.Hour); err == nil {
					t.Error("a token was won")
				}
				if n := s.hits() - hits; n != 0 {
					t.Errorf("%d requests went out", n)
				}
				s.keeper.Put(s.account("a"))
				s.sleep(time.Minute)
				s.wantState(keeper.StateFresh, "")
				s.wantChain()
			})
		})
	}
}

// The access token that was won is served on: it is on this computer already.
func TestTokenIsServedWhileItsEndpointIsInQuestion(t *testing.T) {
	perform(t, threeDays, func(t *testing.T, s *stage) {
		_ = s.keeper.Refresh(t.Context(), "a")
		s.keeper.Put(s.diverted(tokenURL))
		if token, err := s.keeper.Access(t.Context(), "a", keeper.DefaultValidity); err != nil || token.Access == "" {
			t.Errorf("no token: %v", err)
		}
	})
}

// A person says yes to what was shown, and to nothing else; then it lasts.
func TestEndpointChangesByAPersonsWord(t *testing.T) {
	perform(t, threeDays, func(t *testing.T, s *stage) {
		elsewhere := s.diverted(tokenURL)
		s.keeper.Put(elsewhere)
		shown := s.state()
		if !slices.Equal(shown.Confirmed, []string{"http://127.0.0.1:1"}) || !slices.Equal(shown.Origins, []string{"http://127.0.0.1:1", "http://127.0.0.1:2"}) {
			t.Fatalf("shown: %v, was %v", shown.Origins, shown.Confirmed)
		}
		third := s.diverted(tokenURL)
		third.Provider.TokenURL = "http://127.0.0.1:3/token"
		s.keeper.Put(third) // while the person was thinking
		if err := s.keeper.Confirm(t.Context(), "a", shown.Origins); !errors.Is(err, keeper.ErrOrigins) {
			t.Errorf("confirmed what was not shown: %v", err)
		}
		s.wantState(keeper.StateMisconfigured, keeper.ReasonEndpointChanged)
		elsewhere.Provider.TokenURL = "http://127.0.0.1:2/oauth2/token"
		s.keeper.Put(elsewhere)
		if err := s.keeper.Confirm(t.Context(), "a", shown.Origins); err != nil {
			t.Fatal(err)
		}
		if err := s.keeper.Refresh(t.Context(), "a"); err != nil {
			t.Fatal(err)
		}
		s.stopWith(func() {})
		s.keeper.Put(elsewhere)
		s.sleep(100 * time.Hour)
		s.wantState(keeper.StateFresh, "")
		s.wantChain()
	})
}

// A record of version 0.1 names no origin. What its settings say when it is first sent counts from then on, and is stored before.
func TestOldRecordIsBoundBeforeItIsSent(t *testing.T) {
	perform(t, threeDays, func(t *testing.T, s *stage) {
		var old map[string]json.RawMessage
		if err := json.Unmarshal(s.vault.peek("a"), &old); err != nil {
			t.Fatal(err)
		}
		if _, ok := old["origins"]; !ok {
			t.Fatal("a new account's record is not bound")
		}
		delete(old, "origins")
		data, _ := json.Marshal(old)
		s.stopWith(func() { s.vault.put("a", data) })
		s.keeper.Put(s.account("a"))
		s.wantState(keeper.StateFresh, "")
		s.net.down.Store(true)
		_ = s.keeper.Refresh(t.Context(), "a")
		if got := s.vault.record(t, "a").Origins; !slices.Equal(got, []string{"http://127.0.0.1:1"}) {
			t.Errorf("bound to %v", got)
		}
		s.keeper.Put(s.diverted(tokenURL))
		s.wantState(keeper.StateMisconfigured, keeper.ReasonEndpointChanged)
	})
}
