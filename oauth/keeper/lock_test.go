package keeper_test

import (
	"context"
	"errors"
	"io/fs"
	"testing"
	"testing/synctest"
	"time"

	"freshkey/oauth/keeper"
)

// lock locks, and waits until the tokens have left memory.
func (s *stage) lock(pause bool) {
	s.t.Helper()
	s.keeper.Lock(pause)
	synctest.Wait()
	s.wantHidden()
}

func (s *stage) wantHidden() {
	s.t.Helper()
	synctest.Wait()
	in, stored := s.keeper.InMemory("a").Grant.Token, s.vault.record(s.t, "a").Grant.Token
	if stored.Access == "" || in.Access == stored.Access || in.MACKey == stored.MACKey {
		s.t.Error("the tokens are in memory")
	}
}

// wantServed fails unless what is handed out is what the provider gave.
func (s *stage) wantServed() {
	s.t.Helper()
	got, err := s.keeper.Access(s.t.Context(), "a", keeper.DefaultValidity)
	if stored := s.vault.record(s.t, "a").Grant.Token; err != nil || got.Access != stored.Access || got.MACKey != stored.MACKey || got.Access == "" {
		s.t.Errorf("not what the keychain holds is handed out: %v", err)
	}
}

// A locked Freshkey has nothing to hand out but what the keychain gives, and loses nothing for that.
func TestLockedTokensAreTheKeychainsAlone(t *testing.T) {
	perform(t, threeDays, func(t *testing.T, s *stage) {
		_ = s.keeper.Refresh(t.Context(), "a")
		s.lock(false)
		s.wantServed()
		s.wantHidden()
		s.vault.breakWith(always("get", fs.ErrPermission))
		if _, err := s.keeper.Access(t.Context(), "a", keeper.DefaultValidity); keeper.AsVaultError(err).Reason != keeper.ReasonLocked {
			t.Errorf("served past a locked keychain: %v", err)
		}
		s.vault.breakWith(nil)
		s.sleep(200 * time.Hour) // refreshes go on
		s.wantState(keeper.StateFresh, "")
		s.wantHidden()
		s.wantChain()
		s.wantServed()
		s.keeper.Unlock()
		s.wantServed()
		if in := s.keeper.InMemory("a"); in.IsHidden() {
			t.Error("unlocked, and each token is fetched anew")
		}
	})
}

// Whatever is stored while the tokens are out of memory, they are not stored away.
func TestNoWriteForgetsWhatIsOutOfMemory(t *testing.T) {
	for name, write := range map[string]func(*testing.T, *stage){
		"another secret": func(t *testing.T, s *stage) {
			if err := s.keeper.SetSecret(t.Context(), "a", s.sandbox.ClientSecret()); err != nil {
				t.Error(err)
			}
		},
		"a confirmed endpoint": func(t *testing.T, s *stage) {
			if err := s.keeper.Confirm(t.Context(), "a", s.state().Origins); err != nil {
				t.Error(err)
			}
		},
		"a refused sign-in": func(t *testing.T, s *stage) {
			_ = s.keeper.SignIn(t.Context(), "a", s.code("someone"), func(_ context.Context, had, got string) bool { return false })
		},
		"a clock that was set back": func(_ *testing.T, s *stage) {
			s.jump.Store(int64(-time.Hour))
			s.sleep(5 * time.Minute)
		},
		"a refresh without an answer": func(t *testing.T, s *stage) {
			s.net.down.Store(true)
			_ = s.keeper.Refresh(t.Context(), "a")
			s.net.down.Store(false)
		},
		"a lock within a lock": func(_ *testing.T, s *stage) { s.lock(false) },
	} {
		t.Run(name, func(t *testing.T) {
			perform(t, threeDays, func(t *testing.T, s *stage) {
				_ = s.keeper.Refresh(t.Context(), "a")
				before := s.vault.record(t, "a").Grant.Token
				s.lock(false)
				write(t, s)
				synctest.Wait()
				if after := s.vault.record(t, "a").Grant.Token; after.Access != before.Access || after.MACKey != before.MACKey || after.Refresh != before.Refresh {
					t.Error("the token is not what it was")
				}
				s.wantHidden()
				s.restart()
				s.wantServed()
				s.wantChain()
			})
		})
	}
}

// A keychain that loses the record while the tokens are out of memory costs the access token, and not the chain.
func TestChainOutlivesAKeychainThatForgetsWhileLocked(t *testing.T) {
	perform(t, threeDays, func(t *testing.T, s *stage) {
		_ = s.keeper.Refresh(t.Context(), "a")
		s.lock(false)
		s.vault.breakWith(nil)
		_ = s.vault.Delete(t.Context(), "a")
		s.sleep(200 * time.Hour)
		s.wantState(keeper.StateFresh, "")
		s.wantChain()
		s.wantServed()
	})
}

// Who wants nothing refreshed while the desk is empty has it so, and a token is still there for the asking.
func TestPausedRefreshesWaitForTheUnlocking(t *testing.T) {
	perform(t, threeDays, func(t *testing.T, s *stage) {
		_ = s.keeper.Refresh(t.Context(), "a")
		hits := s.hits()
		s.lock(true)
		s.sleep(100 * time.Hour)
		if a := s.state(); s.hits() != hits || a.State != keeper.StateWaiting || !a.Next.IsZero() {
			t.Errorf("%d requests; %s, next %v", s.hits()-hits, a.State, a.Next)
		}
		s.wantServed()
		s.lock(true)
		s.sleep(100 * time.Hour)
		s.keeper.Unlock()
		s.sleep(time.Minute)
		s.wantState(keeper.StateFresh, "")
		s.wantChain()
	})
}

// Nobody is told that a token can be had which only a locked keychain has, whatever was locked first and whoever says it; and nothing is held back,
// read or written for that.
func TestTokenThatALockedKeychainKeepsBackIsNotSaidToBeUsable(t *testing.T) {
	perform(t, threeDays, func(t *testing.T, s *stage) {
		_ = s.keeper.Refresh(t.Context(), "a")
		wants := func(keptBack bool) {
			t.Helper()
			s.wantState(keeper.StateFresh, "")
			if got := s.state(); got.KeptBack != keptBack || got.UsableUntil.IsZero() {
				t.Errorf("kept back: %v; the token ends at %v", got.KeptBack, got.UsableUntil)
			}
		}
		hears := func(with error) {
			s.vault.breakWith(nil)
			if with != nil {
				s.vault.breakWith(always("", with))
			}
			s.keeper.AskKeychain(t.Context())
		}
		hears(fs.ErrPermission) // what is in memory is served
		wants(false)
		s.wantServed()
		s.askVault.Store(true) // a setting of later
		s.keeper.Reconsider()
		wants(true)
		s.askVault.Store(false)
		s.keeper.Reconsider()
		wants(false)
		hears(nil)
		s.lock(false)
		wants(false)
		hears(fs.ErrPermission)
		wants(true)
		hears(nil) // of another one
		wants(false)
		hears(errors.New("gone"))
		wants(true)
		s.vault.breakWith(nil)
		s.wantServed() // which asks it
		wants(false)
		s.vault.breakWith(always("set", errors.New("read only")))
		s.keeper.AskKeychain(t.Context())
		wants(false)
		s.vault.breakWith(nil)
		s.wantChain()
	})
}

// With the setting, a locked keychain hands out nothing; without it, what was read before is served.
func TestKeychainIsAskedForEachTokenIfThatIsWanted(t *testing.T) {
	perform(t, threeDays, func(t *testing.T, s *stage) {
		_ = s.keeper.Refresh(t.Context(), "a")
		s.wantServed()
		s.vault.breakWith(always("", fs.ErrPermission))
		s.wantServed()
		s.askVault.Store(true)
		_, err := s.keeper.Access(t.Context(), "a", keeper.DefaultValidity)
		if v, ok := errors.AsType[*keeper.VaultError](err); !ok || v.Reason != keeper.ReasonLocked {
			t.Errorf("handed out past a locked keychain: %v", err)
		}
		s.vault.breakWith(nil)
		s.wantServed()
	})
}
