package keeper_test

import (
	"context"
	"net"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// Whoever comes back from a holiday has all of them due at once: the provider shall not take that for an attack, and no account pays for
// the haste of another with its chain.
func TestStormIsPoliteAndSendsEachTokenOnce(t *testing.T) {
	const n, rate = 200, 5
	synctest.Test(t, func(t *testing.T) {
		c := newCrowd(t, n, true)
		var mu sync.Mutex
		var sent []time.Time
		c.config.Exchange.Dial = func(ctx context.Context, network, address string) (net.Conn, error) {
			mu.Lock()
			sent = append(sent, time.Now())
			mu.Unlock()
			return c.net.dial(ctx, network, address)
		}
		c.start(t)
		for range n {
			<-c.rotated
		}
		c.end()
		if counts := c.sandbox.Counts(); counts.Hits != n || counts.Reuses != 0 || c.failed.Load() != 0 {
			t.Errorf("%d requests, %d of them again, %d failures", counts.Hits, counts.Reuses, c.failed.Load())
		}
		for i := rate; i < n; i++ {
			if d := sent[i].Sub(sent[i-rate]); d < time.Second {
				t.Fatalf("%d requests within %v", rate+1, d)
			}
		}
		if d := sent[n-1].Sub(sent[0]); d > n*time.Second/rate {
			t.Errorf("it took %v: the rate is not used", d)
		}
		t.Logf("%d requests in %v", n, sent[n-1].Sub(sent[0]))
	})
}

// Ten thousand accounts would be looked at anew at each step of each refresh.
func TestOneChangeLeavesTheVersionsOfOthers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCrowd(t, 50, false)
		c.start(t)
		defer c.end()
		c.awaitLoaded(t)
		synctest.Wait()
		before := c.keeper.Snapshot()
		if err := c.keeper.Refresh(t.Context(), c.settings[7].ID); err != nil {
			t.Fatal(err)
		}
		after := c.keeper.Snapshot()
		for i, a := range after.Accounts {
			if anew := a != before.Accounts[i]; anew != (a.ID == c.settings[7].ID) {
				t.Errorf("%s: another version %v", a.ID, anew)
			}
		}
	})
}

func TestRenamedAccountIsShownAtItsPlace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCrowd(t, 3, false)
		c.start(t)
		defer c.end()
		_ = c.keeper.Snapshot()
		renamed := c.settings[0]
		renamed.Name = "Zoe"
		c.keeper.Put(renamed)
		if all := c.keeper.States(); len(all) != 3 || all[2].Name != "Zoe" || all[0].Name != "Account 1" {
			t.Errorf("%s is last of %d, %s first", all[len(all)-1].Name, len(all), all[0].Name)
		}
		if err := c.keeper.Drop(t.Context(), renamed.ID); err != nil {
			t.Fatal(err)
		}
		if all := c.keeper.Snapshot().Accounts; len(all) != 2 {
			t.Errorf("%d accounts after one was dropped", len(all))
		}
	})
}
