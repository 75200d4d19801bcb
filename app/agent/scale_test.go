package agent

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"freshkey/app/api"
	"freshkey/app/words"
	"freshkey/oauth"
	"freshkey/oauth/journal"
	"freshkey/oauth/keeper"
)

// crowd is an agent with n accounts, all fresh.
func crowd(b *testing.B, n int) *Agent {
	b.Helper()
	dir := b.TempDir()
	file, _, err := openConfig(dir)
	if err != nil {
		b.Fatal(err)
	}
	vault := &shelf{values: map[string][]byte{}}
	now := time.Now()
	for i := range n {
		o := oauth.Account{ID: fmt.Sprintf("%08x", i), Name: fmt.Sprint("Account ", i), ClientID: "2882303761517000001", RedirectURI: "https://example.com/callback"}
		r := journal.First("secret", tokenOf(i, now), "")
		r = r.Next(tokenOf(n+i, now), &journal.Intent{Cause: journal.CauseScheduled}, "pc") // the generation before is kept
		p, err := o.Provider.Resolve()
		if err != nil {
			b.Fatal(err)
		}
		r.Origins = p.Origins()
		if vault.values[o.ID], err = r.Encode(); err != nil {
			b.Fatal(err)
		}
		file.current.Accounts = append(file.current.Accounts, saved(o))
	}
	return running(b, dir, file, vault)
}

// tokenOf is a token as Xiaomi's are.
func tokenOf(i int, now time.Time) oauth.Token {
	return oauth.Token{
		Access: long("A", i, 179), Refresh: long("R", i, 217), MACKey: long("K", i, 28),
		Issued: now, Expires: now.Add(72 * time.Hour), Type: "mac", MACAlgorithm: "HmacSHA1", Scope: "1 3", OpenID: "2882303761517",
	}
}

// long is a secret as long as Xiaomi's are.
func long(kind string, i, length int) oauth.Secret {
	return oauth.Secret(fmt.Sprintf("%s%0*d", kind, length-len(kind), i))
}

func running(b *testing.B, dir string, file *configFile, vault *shelf) *Agent {
	b.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	a := &Agent{words: words.New("en"), log: slog.New(slog.DiscardHandler), config: file, vault: vault, life: ctx}
	a.keeper = keeper.New(ctx, keeper.Config{
		Vault: vault, SealDir: filepath.Join(dir, "sealed"), Log: a.log, Exchange: oauth.Exchange{Dial: silence},
		Random: func() float64 { return 0 }, MinValid: func() time.Duration { return time.Minute },
	})
	file.current.Accounts = lean(file.current.Accounts) // as it is after a start
	for _, o := range file.current.Accounts {
		a.keeper.Put(o.account())
	}
	ended := make(chan struct{})
	go func() { a.keeper.Run(ctx); close(ended) }()
	b.Cleanup(func() { cancel(); <-ended })
	for _, o := range file.current.Accounts { // reads each record
		if _, err := a.Token(ctx, o.ID, time.Minute); err != nil {
			b.Fatal(err)
		}
	}
	return a
}

// served is the agent's API on a socket, and a client that asks over it.
func served(b *testing.B, a *Agent) http.Client {
	b.Helper()
	address := filepath.Join(b.TempDir(), "s")
	l, err := net.Listen("unix", address)
	if err != nil {
		b.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan struct{})
	go func() { _ = api.Serve(ctx, l, a); close(ended) }()
	b.Cleanup(func() { cancel(); <-ended })
	return http.Client{Transport: &http.Transport{DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, "unix", address)
	}}}
}

func atScale(b *testing.B, f func(b *testing.B, n int)) {
	for _, n := range []int{10, 1000, 10_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) { f(b, n) })
	}
}

// change is a change of one account.
func change(a *Agent, n int) {
	a.keeper.Put(a.config.get().Accounts[n].account())
}

// BenchmarkSnapshot is what the tray and the notices take each after a change.
func BenchmarkSnapshot(b *testing.B) {
	atScale(b, func(b *testing.B, n int) {
		a := crowd(b, n)
		b.ReportAllocs()
		for b.Loop() {
			change(a, n/2)
			_, _ = a.Snapshot(), a.Snapshot()
		}
	})
}

// BenchmarkList is `freshkey list`, at the agent.
func BenchmarkList(b *testing.B) {
	atScale(b, func(b *testing.B, n int) {
		client := served(b, crowd(b, n))
		var bytes int64
		for b.Loop() {
			bytes = get(b, client, "/v1/accounts")
		}
		b.ReportMetric(float64(bytes), "B/answer")
	})
}

// BenchmarkToken is `freshkey token`, at the agent.
func BenchmarkToken(b *testing.B) {
	atScale(b, func(b *testing.B, n int) {
		client := served(b, crowd(b, n))
		path := fmt.Sprintf("/v1/accounts/Account%%20%d/token", n-1)
		for b.Loop() {
			get(b, client, path)
		}
	})
}

func get(b *testing.B, client http.Client, path string) int64 {
	resp, err := client.Get("http://localhost" + path)
	if err != nil {
		b.Fatal(err)
	}
	defer resp.Body.Close()
	n, err := io.Copy(io.Discard, resp.Body)
	if err != nil || resp.StatusCode != http.StatusOK {
		b.Fatal(resp.Status, err)
	}
	return n
}

// BenchmarkEvents is one change, until each of ten followers has read of it.
func BenchmarkEvents(b *testing.B) {
	const followers = 10
	atScale(b, func(b *testing.B, n int) {
		a := crowd(b, n)
		client := served(b, a)
		var bytes [followers]int64
		seen := make(chan int, 10*followers) // the changes that were read of
		for i := range followers {
			resp, err := client.Get("http://localhost/v1/events")
			if err != nil {
				b.Fatal(err)
			}
			b.Cleanup(func() { resp.Body.Close() })
			go read(resp.Body, &bytes[i], seen)
		}
		var before int64
		var start time.Duration
		changed := func(number int) {
			a.raise.Store(int64(number)) // names the change
			change(a, n/2)
			for got := 0; got < followers; {
				if <-seen == number {
					got++
				}
			}
		}
		changed(1)
		before, start = bytes[0], cpu()
		for number := 2; b.Loop(); number++ {
			changed(number)
		}
		b.ReportMetric(float64(bytes[0]-before)/float64(b.N), "B/change")
		b.ReportMetric(float64((cpu()-start).Microseconds())/float64(b.N), "µs-cpu/change")
	})
}

// read follows a stream of events, and says the number of each change that was not said yet.
func read(stream io.Reader, bytes *int64, seen chan<- int) {
	in, last, number := bufio.NewReaderSize(stream, 1<<16), 0, 0
	for {
		line, err := in.ReadSlice('\n')
		*bytes += int64(len(line))
		if _, raise, found := strings.Cut(string(line[:min(len(line), 1000)]), `"raise":`); found {
			_, _ = fmt.Sscanf(raise, "%d", &number)
		}
		if err == nil && number != last {
			last = number
			seen <- number
		} else if err != nil && err != bufio.ErrBufferFull {
			return
		}
	}
}

// BenchmarkMemory is what an account takes in the agent, settings and all.
func BenchmarkMemory(b *testing.B) {
	atScale(b, func(b *testing.B, n int) {
		for b.Loop() {
			before := inUse()
			a := crowd(b, n)
			_ = a.Snapshot()
			a.vault.(*shelf).values = nil // another program's memory
			b.ReportMetric((inUse()-before)/float64(n), "B/account")
			runtime.KeepAlive(a)
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
