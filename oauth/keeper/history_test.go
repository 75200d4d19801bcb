package keeper_test

import (
	"errors"
	"log/slog"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"freshkey/oauth"
	"freshkey/oauth/keeper"
	"freshkey/oauth/sandbox"
)

// The history misses a generation.
func TestHistoryHasEachGeneration(t *testing.T) {
	perform(t, threeDays, func(t *testing.T, s *stage) {
		var events []keeper.Event
		s.note = func(e keeper.Event) { events = append(events, e) }
		s.vault.breakWith(failsAfter(0))
		_ = s.keeper.Refresh(t.Context(), "a") // locked (keychain_unavailable): nothing sent
		sets := 0
		s.vault.breakWith(func(op string, _ int) error {
			if op == "set" {
				if sets++; sets == 3 { // the record again, the intent; not the grant
					return errors.New("no answer in time")
				}
			}
			return nil
		})
		_ = s.keeper.Refresh(t.Context(), "a")
		a := s.state()
		t.Log(a.State, a.Generation)
		s.vault.breakWith(nil)
		time.Sleep(5 * time.Minute)
		s.wantState(keeper.StateFresh, "")
		for _, e := range events {
			if e.Generation == 2 {
				return
			}
		}
		t.Errorf("generation %d was won, and the history has %+v", s.state().Generation, events)
	})
}

// A keychain that panics: a busy loop.
func TestPanicMakesNoBusyLoop(t *testing.T) {
	perform(t, threeDays, func(t *testing.T, s *stage) {
		s.vault.breakWith(failsAfter(1))
		_ = s.keeper.Refresh(t.Context(), "a")
		s.wantState(keeper.StateUnsaved, keeper.ReasonKeychain)
		var calls atomic.Int64
		s.vault.breakWith(func(op string, _ int) error {
			if op == "set" {
				calls.Add(1)
				panic("a library's")
			}
			return nil
		})
		time.Sleep(10 * time.Minute)
		a := s.state()
		if n := calls.Load(); n > 60 {
			t.Errorf("%d panics in ten minutes; %s (%s), next %v from now", n, a.State, a.Reason, time.Until(a.Next))
		}
		s.vault.breakWith(nil)
	})
}

// Next in the past, and not kept.
func TestLoaderKeepsTheWaitThatIsShown(t *testing.T) {
	perform(t, threeDays, func(t *testing.T, s *stage) {
		old := s.vault.peek("a")
		s.keeper.Put(s.account("gone")) // its record is missing
		time.Sleep(10*time.Minute + time.Second)
		s.vault.put("b", old)
		n := 0
		s.vault.breakWith(func(op string, _ int) error {
			if n++; n <= 2 {
				return errors.New("no answer in time")
			}
			return nil
		})
		s.keeper.Put(s.account("b"))
		time.Sleep(10 * time.Second)
		b, _ := s.keeper.Account("b")
		if b.State == keeper.StateLocked && b.Next.Before(time.Now()) {
			t.Errorf("it is %s (%s), to be tried %v ago; the keychain works since", b.State, b.Reason, time.Since(b.Next))
		}
		s.vault.breakWith(nil)
	})
}

// Promise 14.
func TestSpentTokenStaysKnownForAHundredRotations(t *testing.T) {
	perform(t, threeDays, func(t *testing.T, s *stage) {
		first := s.vault.record(t, "a").Grant.Token
		for range 102 {
			time.Sleep(20 * time.Second)
			if err := s.keeper.Refresh(t.Context(), "a"); err != nil {
				t.Fatal(err)
			}
		}
		err := s.keeper.Add(t.Context(), s.account("b"), "secret", oauth.Token{Refresh: first.Refresh, Issued: time.Now()}, nothing)
		if !errors.Is(err, keeper.ErrSpent) {
			t.Errorf("a token that was spent 102 rotations ago is taken for a new account: %v", err)
		}
	})
}

// The mutex is held over whatever the settings wait for: their file is written and synced under the same lock.
func TestSettingsBeingWrittenHoldUpNoReader(t *testing.T) {
	var file sync.Mutex // configFile.mu, which edit holds while it writes and syncs
	k := keeper.New(t.Context(), keeper.Config{
		Vault: &keychain{values: map[string][]byte{}}, SealDir: t.TempDir(), Log: slog.New(slog.DiscardHandler),
		MinValid: func() time.Duration { return 0 }, Random: func() float64 { return 0 },
		Share: func() int { file.Lock(); defer file.Unlock(); return 20 }, // as app/agent/agent.go:112
	})
	k.Put(oauth.Account{ID: "a"})
	file.Lock() // a slow disk
	defer file.Unlock()
	done := make(chan struct{})
	go func() { _, _ = k.Account("a"); close(done) }()
	time.Sleep(50 * time.Millisecond)
	free := make(chan struct{})
	go func() { k.Unsaved(); close(free) }() // needs the mutex and nothing else
	select {
	case <-free:
	case <-time.After(time.Second):
		t.Error("Keeper.mu is held while the settings are being written")
	}
}

// A save of the settings makes the accounts that are offline try at once; nobody heard of the network.
func TestSettingsAreNoNewsOfTheNetwork(t *testing.T) {
	perform(t, sandbox.Config{Expires: time.Hour}, func(t *testing.T, s *stage) {
		s.net.down.Store(true)
		time.Sleep(2 * time.Hour)
		a := s.state()
		for time.Until(a.Next) < 2*time.Minute {
			time.Sleep(10 * time.Second)
			a = s.state()
		}
		s.keeper.Reschedule(0) // what app/agent/settings.go does after each change of a setting
		if b := s.state(); b.Next.Before(a.Next.Add(-time.Minute)) {
			t.Errorf("shown was %v, and a saved setting made it %v", time.Until(a.Next), time.Until(b.Next))
		}
	})
}

// The same failure again after another generation of trouble is suppressed though the state was another one between.
func TestHistoryTellsAFailureAfterAGenerationWithTheSameReason(t *testing.T) {
	perform(t, threeDays, func(t *testing.T, s *stage) {
		n := 0
		s.note = func(e keeper.Event) { n = max(n, e.Generation) }
		_ = s.sandbox.Break(sandbox.TruncateLate, 3)
		for range 3 {
			_ = s.keeper.Refresh(t.Context(), "a")
			time.Sleep(11 * time.Second)
		}
		if g := s.state().Generation; g != n {
			t.Errorf("generation %d, and the history knows %d", g, n)
		}
	})
}

// A refresh that the end of the process has cut off is in the history from the next start on, and not only once its end is known: a provider may be
// down for hours.
func TestHistoryHasARefreshThatWasCutOff(t *testing.T) {
	perform(t, threeDays, func(t *testing.T, s *stage) {
		_ = s.sandbox.Break(sandbox.Drop, 1)
		s.vault.breakWith(diesAt(3)) // the process ends while it waits for the answer
		_ = s.keeper.Refresh(t.Context(), "a")
		s.net.down.Store(true)
		s.stopWith(func() { s.vault.breakWith(nil) })
		var events []keeper.Event
		s.note = func(e keeper.Event) { events = append(events, e) }
		s.keeper.Put(s.account("a"))
		s.sleep(time.Second)
		if len(events) != 1 || events[0].Reason != keeper.ReasonInterrupted || events[0].State != keeper.StateUncertain {
			t.Errorf("the history has %+v", events)
		}
	})
}

// A process that is killed between the write of a grant and the telling of it has told nobody: the next one tells of what it finds.
func TestGrantIsToldOfWhenItIsFound(t *testing.T) {
	perform(t, threeDays, func(t *testing.T, s *stage) {
		if err := s.keeper.Refresh(t.Context(), "a"); err != nil {
			t.Fatal(err)
		}
		won := s.state()
		var found []keeper.Event
		s.found = func(e keeper.Event) { found = append(found, e) }
		s.restart()
		s.wantState(keeper.StateFresh, "")
		if len(found) != 1 {
			t.Fatalf("found: %+v", found)
		}
		if e := found[0]; e.Generation != won.Generation || e.Access != won.Access || e.Fingerprint != won.Fingerprint || e.Reason != "" || !e.At.Equal(won.Issued) || !e.Expires.Equal(won.UsableUntil) {
			t.Errorf("%+v of %+v", e, won)
		}
	})
}
