package keeper_test

import (
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net"
	"net/http"
	"runtime"
	"sync/atomic"
	"testing"
	"time"

	"freshkey/oauth"
	"freshkey/oauth/journal"
	"freshkey/oauth/keeper"
	"freshkey/oauth/sandbox"
)

// crowd is a keeper over many accounts, whose records the keychain has already, as at any start but the first.
type crowd struct {
	sandbox  *sandbox.Server
	net      *pipes
	settings []oauth.Account
	config   keeper.Config
	keeper   *keeper.Keeper
	failed   atomic.Int32
	rotated  chan struct{} // one for each generation that was won
	end      func()
}

// newCrowd prepares n accounts; the tokens of those are already due if due is set. Nothing of it is known to a keeper yet.
func newCrowd(t testing.TB, n int, due bool) *crowd {
	t.Helper()
	c := &crowd{
		sandbox: sandbox.New(sandbox.Config{Expires: 72 * time.Hour}), net: &pipes{conns: make(chan net.Conn), done: make(chan struct{})},
		rotated: make(chan struct{}, n),
	}
	vault := &keychain{values: map[string][]byte{}}
	server := &http.Server{Handler: c.sandbox}
	go server.Serve(c.net)
	t.Cleanup(func() { server.Close() })
	age := time.Duration(0)
	if due {
		age = -70 * time.Hour
	}
	for i := range n {
		a := c.sandbox.Account(fmt.Sprintf("%08x", i), fmt.Sprint("Account ", i), "http://127.0.0.1:1")
		r := journal.First(c.sandbox.ClientSecret(), firstToken(t, c.sandbox).Shifted(age), "here")
		r.Origins = []string{"http://127.0.0.1:1"}
		data, err := r.Encode()
		if err != nil {
			t.Fatal(err)
		}
		vault.values[a.ID] = data
		c.settings = append(c.settings, a)
	}
	c.config = keeper.Config{
		Vault: vault, SealDir: folder(t), Exchange: oauth.Exchange{Dial: c.net.dial}, Random: rand.Float64, Machine: "here",
		MinValid: func() time.Duration { return 15 * time.Minute }, Log: slog.New(slog.DiscardHandler), OnEvent: c.note,
	}
	return c
}

func (c *crowd) note(e keeper.Event) {
	switch {
	case e.Found:
	case e.Reason != "":
		c.failed.Add(1)
	default:
		c.rotated <- struct{}{}
	}
}

// start is a process's: it tells a new keeper of all accounts.
func (c *crowd) start(t testing.TB) {
	ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
	k := keeper.New(ctx, c.config)
	for _, a := range c.settings {
		k.Put(a)
	}
	ended := make(chan struct{})
	go func() { k.Run(ctx); close(ended) }()
	c.keeper, c.end = k, func() { cancel(); <-ended }
}

// awaitLoaded waits until no record is unread.
func (c *crowd) awaitLoaded(t testing.TB) {
	if err := c.keeper.LoadAll(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// atScale runs a benchmark at three sizes.
func atScale(b *testing.B, f func(b *testing.B, n int)) {
	for _, n := range []int{10, 1000, 10_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) { f(b, n) })
	}
}

// BenchmarkStart is from the settings to the last record read.
func BenchmarkStart(b *testing.B) {
	atScale(b, func(b *testing.B, n int) {
		c := newCrowd(b, n, false)
		for b.Loop() {
			c.start(b)
			c.awaitLoaded(b)
			b.StopTimer()
			c.end()
			b.StartTimer()
		}
		b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N*n), "µs/account")
	})
}

// BenchmarkMemory is what an account takes once it was read, and once somebody has looked at it.
func BenchmarkMemory(b *testing.B) {
	atScale(b, func(b *testing.B, n int) {
		c := newCrowd(b, n, false)
		for b.Loop() {
			c.keeper = nil // the one before
			before := inUse()
			c.start(b)
			c.awaitLoaded(b)
			read := inUse()
			s := c.keeper.Snapshot()
			shown := inUse()
			b.ReportMetric((read-before)/float64(n), "B/account")
			b.ReportMetric((shown-read)/float64(n), "B/shown")
			runtime.KeepAlive(s)
			c.end()
		}
	})
}

func inUse() float64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.GC()
	runtime.ReadMemStats(&m)
	return float64(m.HeapAlloc)
}

// BenchmarkTick is the scheduler's look at what is due, where nothing is.
func BenchmarkTick(b *testing.B) {
	atScale(b, func(b *testing.B, n int) {
		c := newCrowd(b, n, false)
		c.start(b)
		defer c.end()
		c.awaitLoaded(b)
		for b.Loop() {
			c.keeper.Tick()
		}
	})
}

// BenchmarkSnapshot is the look of a reader at what is new, after one account has changed.
func BenchmarkSnapshot(b *testing.B) {
	atScale(b, func(b *testing.B, n int) {
		c := newCrowd(b, n, false)
		c.start(b)
		defer c.end()
		c.awaitLoaded(b)
		b.ReportAllocs()
		for b.Loop() {
			c.keeper.Put(c.settings[n/2])
			_ = c.keeper.Snapshot()
		}
	})
}

// BenchmarkStorm is all accounts due at once, without the politeness: what each refresh costs this computer.
func BenchmarkStorm(b *testing.B) {
	atScale(b, func(b *testing.B, n int) {
		for b.Loop() {
			b.StopTimer()
			c := newCrowd(b, n, true)
			c.config.Rate = 1e9
			b.StartTimer()
			c.start(b)
			for range n {
				<-c.rotated
			}
			b.StopTimer()
			c.end()
			if counts := c.sandbox.Counts(); counts.Hits != n || counts.Reuses != 0 || c.failed.Load() != 0 {
				b.Fatalf("%d requests, %d of them again, %d failures", counts.Hits, counts.Reuses, c.failed.Load())
			}
			b.StartTimer()
		}
		b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N*n), "µs/refresh")
	})
}
