package keeper_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"freshkey/oauth/keeper"
	"freshkey/oauth/sandbox"
)

// The race detector looks at what edits, refreshes, removals, signals and readers do to each other.
func TestEditsRefreshesRemovalsAndReadersSideBySide(t *testing.T) {
	perform(t, sandbox.Config{Expires: time.Hour}, func(t *testing.T, s *stage) {
		s.addMany(8)
		ctx, end := context.WithTimeout(t.Context(), 40*time.Minute)
		defer end()
		var all sync.WaitGroup
		often := func(what func(r *rand.Rand, id string)) {
			r := rand.New(rand.NewPCG(uint64(time.Now().UnixNano()), 1))
			all.Go(func() {
				for ctx.Err() == nil {
					what(r, fmt.Sprintf("b%d", r.IntN(8)))
					time.Sleep(time.Duration(r.IntN(60_000)) * time.Millisecond)
				}
			})
		}
		often(func(r *rand.Rand, id string) {
			a := s.account(id)
			a.Name, a.HeldUntil = fmt.Sprint(r.Int()), time.Now().Add(time.Duration(r.IntN(60)-30)*time.Minute)
			if r.IntN(3) == 0 {
				a.ClientID = "another app"
			}
			s.keeper.Put(a)
		})
		often(func(_ *rand.Rand, id string) { _ = s.keeper.Refresh(ctx, id) })
		often(func(_ *rand.Rand, id string) { _, _ = s.keeper.Access(ctx, id, keeper.DefaultValidity) })
		often(func(_ *rand.Rand, id string) { _ = s.keeper.SetSecret(ctx, id, s.sandbox.ClientSecret()) })
		often(func(r *rand.Rand, id string) {
			if r.IntN(10) == 0 {
				_ = s.keeper.Drop(ctx, id)
				s.keeper.Put(s.account(id))
			}
		})
		often(func(r *rand.Rand, id string) {
			if r.IntN(10) == 0 && s.keeper.Remove(ctx, id) == nil {
				_ = s.keeper.Add(ctx, s.account(id), s.sandbox.ClientSecret(), firstToken(t, s.sandbox), nothing)
			}
		})
		often(func(r *rand.Rand, _ string) { s.keeper.Reschedule(time.Duration(r.IntN(20)) * time.Second) })
		often(func(*rand.Rand, string) {
			for _, a := range s.keeper.States() {
				if a.State == keeper.StateFresh && !a.UsableUntil.After(time.Now()) {
					t.Errorf("%s is fresh, and expired", a.ID)
				}
			}
		})
		often(func(r *rand.Rand, _ string) {
			_ = s.sandbox.Break(sandbox.Faults()[r.IntN(len(sandbox.Faults()))], r.IntN(2))
		})
		all.Wait()
	})
}
