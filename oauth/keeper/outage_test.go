package keeper_test

import (
	"fmt"
	"io/fs"
	"testing"
	"time"

	"freshkey/oauth"
	"freshkey/oauth/keeper"
	"freshkey/oauth/sandbox"
)

// The provider is well again, one account has its token, and the others wait for an end that was guessed while nothing answered.
func TestEndOfAnOutageIsNewsToEveryAccountOfTheEndpoint(t *testing.T) {
	for name, outage := range map[string]struct{ begin, end func(*stage) }{
		"it could not answer": {func(s *stage) { _ = s.sandbox.Break(sandbox.Unavailable, -1) }, func(s *stage) { _ = s.sandbox.Break(sandbox.Unavailable, 0) }},
		"no way led there":    {func(s *stage) { s.net.down.Store(true) }, func(s *stage) { s.net.down.Store(false) }},
		"and a restart": {func(s *stage) { _ = s.sandbox.Break(sandbox.Unavailable, -1) }, func(s *stage) {
			_ = s.sandbox.Break(sandbox.Unavailable, 0)
			s.restart()
			for n := range 5 {
				s.keeper.Put(s.account(fmt.Sprintf("b%d", n)))
			}
		}},
	} {
		t.Run(name, func(t *testing.T) {
			perform(t, sandbox.Config{Expires: 8 * time.Hour}, func(t *testing.T, s *stage) {
				s.addMany(5)
				outage.begin(s)
				time.Sleep(20 * time.Hour)
				for range 1000 { // until all of them have failed a moment ago
					if soonest(t, s, 5) > 30*time.Second {
						break
					}
					time.Sleep(time.Second)
				}
				outage.end(s)
				time.Sleep(time.Second)
				if left := soonest(t, s, 5); left < 20*time.Second {
					t.Fatalf("one would be tried again in %v", left)
				}
				if err := s.keeper.Refresh(t.Context(), "a"); err != nil {
					t.Fatal(err)
				}
				time.Sleep(10 * time.Second)
				for n := range 5 {
					if b, err := s.keeper.Account(fmt.Sprintf("b%d", n)); err != nil || b.State != keeper.StateFresh {
						t.Errorf("ten seconds later %s is %s (%s), and is tried again in %v: %v", b.ID, b.State, b.Reason, time.Until(b.Next), err)
					}
				}
			})
		})
	}
}

// soonest is how long it is until the first of n accounts, or the one beside them, is tried again.
func soonest(t *testing.T, s *stage, n int) time.Duration {
	t.Helper()
	first := time.Until(s.state().Next) // when it succeeds, the others are tried too
	for i := range n {
		b, err := s.keeper.Account(fmt.Sprintf("b%d", i))
		if err != nil {
			t.Fatal(err)
		}
		first = min(first, time.Until(b.Next))
	}
	return first
}

// A provider does not answer for one app, and does for all others: their successes are no reason to ask for that one.
func TestAccountThatAloneFailsKeepsItsWaits(t *testing.T) {
	perform(t, sandbox.Config{Expires: 8 * time.Hour}, func(t *testing.T, s *stage) {
		s.addMany(1)
		_ = s.sandbox.Break(sandbox.Unavailable, -1)
		_ = s.keeper.Refresh(t.Context(), "b0")
		for range 5 {
			b, _ := s.keeper.Account("b0")
			s.sleep(time.Until(b.Next) + time.Second)
		}
		s.sandbox.Heal()
		before, _ := s.keeper.Account("b0")
		if before.State != keeper.StateWaiting || before.Reason != oauth.ReasonServer || time.Until(before.Next) < time.Minute {
			t.Fatalf("%s (%s), next in %v", before.State, before.Reason, time.Until(before.Next))
		}
		time.Sleep(15 * time.Second)
		if err := s.keeper.Refresh(t.Context(), "a"); err != nil {
			t.Fatal(err)
		}
		time.Sleep(10 * time.Second)
		if after, _ := s.keeper.Account("b0"); !after.Next.Equal(before.Next) || after.Generation != before.Generation {
			t.Errorf("next was %v and is %v, generation %d", before.Next, after.Next, after.Generation)
		}
	})
}

// A person opens the keychain with a program of theirs. The first account that finds it open tells the others: each alone would wait up to a
// minute, and be said to be locked meanwhile.
func TestKeychainThatIsOpenAgainIsOpenForAll(t *testing.T) {
	for name, start := range map[string]func(*stage){
		"while the agent ran": func(*stage) {},
		"before it started": func(s *stage) {
			s.restart()
			for i := range 11 {
				s.keeper.Put(s.account(fmt.Sprintf("b%d", i)))
			}
		},
	} {
		perform(t, threeDays, func(t *testing.T, s *stage) {
			s.addMany(11)
			s.vault.breakWith(always("", fs.ErrPermission))
			start(s)
			for i := range 11 {
				time.Sleep(3 * time.Second)
				_ = s.keeper.Refresh(t.Context(), fmt.Sprintf("b%d", i))
			}
			s.sleep(20 * time.Minute)
			s.vault.breakWith(nil)
			var first time.Time
			for begun := time.Now(); time.Since(begun) < 2*time.Minute; time.Sleep(100 * time.Millisecond) {
				fresh := 0
				for i := range 11 {
					if a, _ := s.keeper.Account(fmt.Sprintf("b%d", i)); a.State == keeper.StateFresh {
						fresh++
					}
				}
				if fresh > 0 && first.IsZero() {
					first = time.Now()
				}
				if fresh == 11 {
					if late := time.Since(first); late > 3*time.Second {
						t.Errorf("%s: the last account knew %v after the first", name, late)
					}
					return
				}
			}
			t.Errorf("%s: not all accounts know that the keychain is open", name)
		})
	}
}

// A script asks while the keychain is locked, and a person opens it: the next that asks gets its token, and does not wait up to a minute for the
// keychain's next turn.
func TestWhoAsksFindsTheKeychainOpen(t *testing.T) {
	perform(t, threeDays, func(t *testing.T, s *stage) {
		s.vault.breakWith(always("", fs.ErrPermission))
		s.sleep(80 * time.Hour) // the token has expired
		s.wantState(keeper.StateLocked, keeper.ReasonLocked)
		for time.Until(s.state().Next) < 40*time.Second {
			time.Sleep(time.Second)
		}
		s.vault.breakWith(nil)
		time.Sleep(5 * time.Second)
		if _, err := s.keeper.Access(t.Context(), "a", keeper.DefaultValidity); err != nil {
			t.Errorf("the keychain has been open for five seconds: %v", err)
		}
	})
}
