package keeper_test

import (
	"context"
	"testing"
	"time"

	"freshkey/oauth"
	"freshkey/oauth/keeper"
	"freshkey/oauth/sandbox"
)

func (s *stage) setBackAt(d, by time.Duration) {
	time.AfterFunc(d, func() { s.jump.Add(-int64(by)); s.keeper.Reschedule(0) })
}

// The clock is set back while the keychain takes a sign-in's intent; the sign-in comes to nothing.
func TestClockSetBackInFrontOfASignIn(t *testing.T) {
	for name, at := range map[string]time.Duration{"control: behind it": time.Minute, "meanwhile": 12 * time.Second} {
		t.Run(name, func(t *testing.T) {
			perform(t, threeDays, func(t *testing.T, s *stage) {
				s.sleep(time.Minute)
				_ = s.keeper.Refresh(t.Context(), "a")
				won := time.Now()
				s.sleep(20 * time.Hour)
				s.net.down.Store(true)
				s.vault.slow = func(string) time.Duration { return 9 * time.Second }
				s.setBackAt(at, 8*time.Hour)
				err := s.keeper.SignIn(t.Context(), "a", oauth.AuthorizationGrant{Code: "code"}, no)
				s.sleep(time.Until(won.Add(73 * time.Hour)))
				a := s.state()
				if tok, err2 := s.keeper.Access(t.Context(), "a", time.Hour); err2 == nil {
					t.Errorf("sign-in %v; won %v ago for 72h: %s until %v (%v real), valid for %v", err, time.Since(won), a.State, a.UsableUntil, time.Now(), tok.ValidFor(time.Now().Add(-8*time.Hour)))
				}
			})
		})
	}
}

// … a new client secret.
func TestClockSetBackWhileASecretIsStored(t *testing.T) {
	for name, at := range map[string]time.Duration{"control: behind it": time.Minute, "meanwhile": 12 * time.Second} {
		t.Run(name, func(t *testing.T) {
			perform(t, threeDays, func(t *testing.T, s *stage) {
				s.sleep(time.Minute)
				_ = s.keeper.Refresh(t.Context(), "a")
				won := time.Now()
				s.sleep(20 * time.Hour)
				s.vault.slow = func(string) time.Duration { return 9 * time.Second }
				s.setBackAt(at, 8*time.Hour)
				err := s.keeper.SetSecret(t.Context(), "a", s.sandbox.ClientSecret())
				s.net.down.Store(true)
				s.sleep(time.Until(won.Add(73 * time.Hour)))
				a := s.state()
				if tok, err2 := s.keeper.Access(t.Context(), "a", time.Hour); err2 == nil {
					t.Errorf("secret %v; won %v ago for 72h: %s until %v (%v real), valid for %v", err, time.Since(won), a.State, a.UsableUntil, time.Now(), tok.ValidFor(time.Now().Add(-8*time.Hour)))
				}
			})
		})
	}
}

// Online, tokens of two hours: fresh after the expiry.
func TestClockSetBackWhileASecretIsStoredFresh(t *testing.T) {
	for name, at := range map[string]time.Duration{"control: behind it": time.Minute, "meanwhile": 12 * time.Second} {
		t.Run(name, func(t *testing.T) {
			perform(t, sandbox.Config{Expires: 2 * time.Hour}, func(t *testing.T, s *stage) {
				s.jump.Store(int64(time.Hour))
				s.sleep(2 * time.Minute)
				_ = s.keeper.Refresh(t.Context(), "a")
				won := time.Now()
				s.sleep(70 * time.Minute)
				s.vault.slow = func(string) time.Duration { return 9 * time.Second }
				s.setBackAt(at, time.Hour)
				if err := s.keeper.SetSecret(t.Context(), "a", s.sandbox.ClientSecret()); err != nil {
					t.Fatal(err)
				}
				s.sleep(time.Until(won.Add(2*time.Hour + 5*time.Minute)))
				a := s.state()
				tok, err := s.keeper.Access(t.Context(), "a", keeper.DefaultValidity)
				if a.State == keeper.StateFresh && a.Generation == 2 {
					t.Errorf("won %v ago for two hours, and it is %s, handed out as valid for %v (%v)", time.Since(won), a.State, tok.ValidFor(time.Now()), err)
				}
			})
		})
	}
}

// The clock is set back while a new account's record is stored; the agent is started anew.
func TestClockSetBackWhileAnAccountIsAdded(t *testing.T) {
	for name, again := range map[string]bool{"control": false, "a restart": true} {
		t.Run(name, func(t *testing.T) {
			perform(t, threeDays, func(t *testing.T, s *stage) {
				_ = s.keeper.Remove(t.Context(), "a")
				s.jump.Store(int64(8 * time.Hour))
				time.Sleep(2 * time.Minute)
				won := time.Now()
				tok := firstToken(t, s.sandbox)
				tok.Issued, tok.Expires = tok.Issued.Add(8*time.Hour), tok.Expires.Add(8*time.Hour)
				s.vault.slow = func(string) time.Duration { return 9 * time.Second }
				s.setBackAt(5*time.Second, 8*time.Hour)
				if err := s.keeper.Add(t.Context(), s.account("a"), s.sandbox.ClientSecret(), tok, nothing); err != nil {
					t.Fatal(err)
				}
				s.sleep(10 * time.Hour)
				s.net.down.Store(true)
				if again {
					s.restart()
				}
				s.sleep(time.Until(won.Add(73 * time.Hour)))
				a := s.state()
				if tok, err := s.keeper.Access(t.Context(), "a", time.Hour); err == nil {
					t.Errorf("won %v ago for 72h: %s until %v, valid for %v", time.Since(won), a.State, a.UsableUntil, tok.ValidFor(time.Now()))
				}
			})
		})
	}
}

// The clock is set back while an answer is on its way that breaks off behind its refresh token.
func TestClockSetBackDuringATruncatedAnswer(t *testing.T) {
	for name, back := range map[string]bool{"control": false, "set back": true} {
		t.Run(name, func(t *testing.T) {
			perform(t, threeDays, func(t *testing.T, s *stage) {
				s.sleep(time.Minute)
				_ = s.keeper.Refresh(t.Context(), "a")
				won := time.Now()
				s.sleep(20 * time.Hour)
				s.sandbox.Delay(20 * time.Second)
				_ = s.sandbox.Break(sandbox.TruncateLate, 1)
				by := 8 * time.Hour
				if !back {
					by = 0
				}
				s.setBackAt(10*time.Second, by)
				_ = s.keeper.Refresh(t.Context(), "a")
				s.net.down.Store(true)
				s.sleep(time.Until(won.Add(73 * time.Hour)))
				a := s.state()
				if tok, err := s.keeper.Access(t.Context(), "a", time.Hour); err == nil {
					t.Errorf("won %v ago for 72h: %s until %v, valid for %v", time.Since(won), a.State, a.UsableUntil, tok.ValidFor(time.Now().Add(-by)))
				}
			})
		})
	}
}

// The question whether another person's sign-in is right is open while the clock is set back.
func TestClockSetBackDuringAQuestion(t *testing.T) {
	for name, when := range map[string]string{"control: before": "before", "during": "during"} {
		t.Run(name, func(t *testing.T) {
			perform(t, threeDays, func(t *testing.T, s *stage) {
				s.jump.Store(int64(8 * time.Hour))
				s.sleep(2 * time.Minute)
				right := func() { s.jump.Store(0); s.keeper.Reschedule(0) }
				if when == "before" {
					right()
				}
				won := time.Now()
				err := s.keeper.SignIn(t.Context(), "a", s.code("other"), func(context.Context, string, string) bool {
					time.Sleep(2 * time.Minute)
					right()
					time.Sleep(2 * time.Minute)
					return true
				})
				if err != nil {
					t.Fatal(err)
				}
				s.net.down.Store(true)
				s.sleep(time.Until(won.Add(73 * time.Hour)))
				a := s.state()
				if tok, err := s.keeper.Access(t.Context(), "a", time.Hour); err == nil {
					t.Errorf("won %v ago for 72h: %s until %v, valid for %v", time.Since(won), a.State, a.UsableUntil, tok.ValidFor(time.Now()))
				}
			})
		})
	}
}

// Online: the token of a sign-in whose question was open while the clock was set back is replaced at once.
func TestNeedlessRefreshAfterAQuestion(t *testing.T) {
	for name, when := range map[string]string{"control: before": "before", "during": "during"} {
		t.Run(name, func(t *testing.T) {
			perform(t, threeDays, func(t *testing.T, s *stage) {
				s.jump.Store(int64(8 * time.Hour))
				s.sleep(2 * time.Minute)
				right := func() { s.jump.Store(0); s.keeper.Reschedule(0) }
				if when == "before" {
					right()
				}
				s.sleep(2 * time.Minute)
				err := s.keeper.SignIn(t.Context(), "a", s.code("other"), func(context.Context, string, string) bool {
					time.Sleep(2 * time.Minute)
					right()
					time.Sleep(2 * time.Minute)
					return true
				})
				if err != nil {
					t.Fatal(err)
				}
				hits := s.sandbox.Counts().Hits
				s.sleep(time.Hour)
				if n := s.sandbox.Counts().Hits - hits; n > 0 {
					t.Errorf("%d requests within an hour for a token of 72 h that was won five minutes ago; %s generation %d", n, s.state().State, s.state().Generation)
				}
			})
		})
	}
}
