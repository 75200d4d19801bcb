package keeper_test

import (
	"errors"
	"io/fs"
	"testing"
	"time"

	"freshkey/oauth/keeper"
)

// The keychain was locked a moment; the clock is set back while it answers again. Nobody else has noticed before the write ends.
func TestClockSetBackWhileALockedKeychainOpens(t *testing.T) {
	for name, c := range map[string]struct{ noticed, again bool }{"noticed in time": {true, true}, "no restart": {false, false}, "a restart": {false, true}} {
		t.Run(name, func(t *testing.T) {
			perform(t, threeDays, func(t *testing.T, s *stage) {
				s.jump.Store(int64(8 * time.Hour))
				s.sleep(2 * time.Minute)
				_ = s.keeper.Refresh(t.Context(), "a")
				won := time.Now()
				s.sleep(20 * time.Hour)
				s.vault.breakWith(always("get", fs.ErrPermission))
				_ = s.keeper.Refresh(t.Context(), "a")
				s.wantState(keeper.StateLocked, keeper.ReasonLocked)
				s.sleep(10 * time.Minute)
				s.net.down.Store(true)
				s.vault.slow = func(string) time.Duration { return 8 * time.Second }
				s.vault.breakWith(nil)
				s.sleep(time.Until(time.Now().Add(s.state().Next.Sub(time.Now().Add(8*time.Hour)))) + time.Second) // the keychain is being read
				s.jump.Store(0)
				if c.noticed {
					s.keeper.Reschedule(0)
				}
				s.sleep(time.Minute)
				a := s.state()
				mem, stored := a.UsableUntil, s.vault.record(t, "a").Grant.Token.Expires
				if c.again {
					s.restart()
					s.sleep(time.Minute)
				}
				s.sleep(time.Until(won.Add(73 * time.Hour)))
				a = s.state()
				if tok, err := s.keeper.Access(t.Context(), "a", time.Hour); err == nil {
					t.Errorf("won %v ago for 72h: %s until %v, valid for %v; before the restart memory said %v, the keychain %v", time.Since(won), a.State, a.UsableUntil, tok.ValidFor(time.Now()), mem, stored)
				}
			})
		})
	}
}

// The provider asked for ten hours; the keychain is locked; the clock is set back while it is read again.
func TestWaitWhileALockedKeychainOpens(t *testing.T) {
	for name, noticed := range map[string]bool{"control: noticed in time": true, "not noticed": false} {
		t.Run(name, func(t *testing.T) {
			perform(t, threeDays, func(t *testing.T, s *stage) {
				s.jump.Store(int64(8 * time.Hour))
				s.sleep(2 * time.Minute)
				requests := s.replies("429 Too Many Requests\r\nRetry-After: 36000\r\nContent-Length: 0\r\n\r\n")
				_ = s.keeper.Refresh(t.Context(), "a")
				end := time.Now().Add(10 * time.Hour)
				s.vault.breakWith(always("get", fs.ErrPermission))
				s.sleep(11 * time.Minute) // the provider's wait stands in front of the keychain
				_, _ = s.keeper.Access(t.Context(), "a", 71*time.Hour)
				err := s.keeper.SetSecret(t.Context(), "a", s.sandbox.ClientSecret())
				var v *keeper.VaultError
				if !errors.As(err, &v) {
					t.Fatal("not the scene", err)
				}
				s.sleep(10 * time.Minute)
				s.vault.slow = func(string) time.Duration { return 8 * time.Second }
				s.vault.breakWith(nil)
				s.sleep(s.state().Next.Sub(time.Now().Add(8*time.Hour)) + time.Second)
				s.jump.Store(0)
				if noticed {
					s.keeper.Reschedule(0)
				}
				s.sleep(2 * time.Minute)
				a := s.state()
				if over := a.Next.Sub(end); over > time.Hour {
					t.Errorf("%d requests; the provider's wait ends in %v; %s (%s), next in %v", requests(), time.Until(end), a.State, a.Reason, time.Until(a.Next))
				}
			})
		})
	}
}
