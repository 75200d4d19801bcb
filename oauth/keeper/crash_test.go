package keeper_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"freshkey/oauth/keeper"
	"freshkey/oauth/sandbox"
)

// errDead is what a vault says to a process that is no more: nothing it does after the crash has an effect.
var errDead = errors.New("the process is dead")

// diesAt ends the process at a call of the keychain's, counted from 0.
func diesAt(point int) func(string, int) error {
	return func(_ string, n int) error {
		if n >= point {
			return errDead
		}
		return nil
	}
}

// diesAfter ends the process in the write that comes after so many.
func diesAfter(writes int) func(string, int) error {
	n := 0
	return func(op string, _ int) error {
		if op == "set" {
			n++
		}
		if n > writes {
			return errDead
		}
		return nil
	}
}

// TestAThousandCrashPointsLoseNothing ends the process, as far as the keychain can tell, after some number of its
// calls, again and again over months of virtual time, with a provider that fails at random and a keychain that forgets.
func TestAThousandCrashPointsLoseNothing(t *testing.T) {
	faults := []sandbox.Fault{
		"", "", "", "", sandbox.ResetAfter, sandbox.HTML, sandbox.Busy, sandbox.TruncateLate, sandbox.Rollback, sandbox.Unavailable, sandbox.WrongTypes,
		sandbox.Settings, sandbox.Huge, sandbox.Slow,
	}
	for seed := range uint64(10) {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			t.Parallel()
			perform(t, sandbox.Config{Expires: 10 * time.Hour}, func(t *testing.T, s *stage) {
				r := rand.New(rand.NewPCG(seed, 0))
				for crash := range 120 { // a longer run is make torture
					fault := faults[r.IntN(len(faults))]
					if fault != "" {
						_ = s.sandbox.Break(fault, 1)
					}
					point, before := r.IntN(9), s.vault.peek("a")
					s.vault.breakWith(diesAt(point))
					_ = s.keeper.Refresh(t.Context(), "a")
					if r.IntN(3) == 0 {
						time.Sleep(time.Duration(r.IntN(14)) * time.Hour)
					}
					s.stop()
					s.vault.breakWith(nil)
					if r.IntN(4) == 0 { // the keychain forgets what it was told since
						s.vault.put("a", before)
					}
					s.sandbox.Heal()
					s.start()
					s.keeper.Put(s.account("a"))
					time.Sleep(10 * time.Minute)
					if a := s.state(); a.State != keeper.StateFresh {
						t.Fatalf("seed %d, crash %d at call %d with %q: %s (%s %s), next in %v", seed, crash, point, fault, a.State, a.Reason, a.Detail, time.Until(a.Next))
					}
					stored, live := s.vault.record(t, "a"), s.sandbox.Counts().Live
					kept := slices.Contains(live, stored.Grant.Token.Refresh.Fingerprint())
					if stored.Previous != nil { // what the provider forgot is found out at its next use; then the one before works
						kept = kept || slices.Contains(live, stored.Previous.Token.Refresh.Fingerprint())
					}
					if !kept {
						t.Fatalf("seed %d, crash %d at call %d with %q: chain lost", seed, crash, point, fault)
					}
				}
				if c := s.sandbox.Counts(); c.Reuses > 0 {
					t.Errorf("seed %d: %d spent tokens presented", seed, c.Reuses)
				}
			})
		})
	}
}
