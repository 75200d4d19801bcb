//go:build !windows

package api

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"freshkey/oauth/keeper"
)

// serve runs a server on a profile of its own in a temporary home.
func serve(t *testing.T) (*echo, *Client, string) {
	t.Helper()
	dir, err := os.MkdirTemp("", "fk")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	t.Setenv("XDG_RUNTIME_DIR", dir)
	p, err := ParseProfile("test")
	if err != nil {
		t.Fatal(err)
	}
	l, err := Listen(p)
	if err != nil {
		t.Fatal(err)
	}
	e := &echo{news: make(chan struct{}, 1), quit: make(chan struct{})}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- Serve(ctx, l, e) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	c, err := NewClient(p)
	if err != nil {
		t.Fatal(err)
	}
	address, _ := p.Address()
	return e, c, address
}

func TestClientAndServerUnderstandEachOther(t *testing.T) {
	e, c, _ := serve(t)
	if got, err := c.Token(t.Context(), "a b/c", 90*time.Second); err != nil || got.AccessToken != "t" {
		t.Errorf("token: %v", err)
	}
	var p *Problem
	if _, err := c.Token(t.Context(), "x", time.Second); !errors.As(err, &p) || p.Code != CodeNoAccount || p.What != "No x" {
		t.Errorf("problem: %v", err)
	}
	if _, err := c.Refresh(t.Context(), "x"); !errors.As(err, &p) || p.Code != CodeFailed || p.What != "plain" {
		t.Errorf("plain error: %v", err)
	}
	if got, err := c.Copy(t.Context(), "x", FormJSON, keeper.DefaultValidity); err != nil || got.Form != FormJSON {
		t.Errorf("copy: %v", err)
	}
	if _, err := c.Quit(t.Context()); err != nil {
		t.Error(err)
	}
	<-e.quit
}

func TestEventsComeWholeAndSlowReadersSkip(t *testing.T) {
	e, c, _ := serve(t)
	e.news <- struct{}{}
	ctx, cancel := context.WithCancel(t.Context())
	var last uint64
	err := c.Follow(ctx, func(s Snapshot) {
		if last = s.Revision; last == 100 {
			cancel()
			return
		}
		e.mu.Lock()
		e.s.Revision = 100 // a hundred changes while the reader was busy
		e.mu.Unlock()
		e.news <- struct{}{}
	})
	if last != 100 || !errors.Is(err, context.Canceled) {
		t.Errorf("revision %d, %v", last, err)
	}
}

func raw(t *testing.T, address, request string) string {
	t.Helper()
	conn, err := net.Dial("unix", address)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	_ = conn.SetDeadline(time.Now().Add(20 * time.Second))
	if _, err := io.WriteString(conn, request); err != nil {
		t.Fatal(err)
	}
	answer, _ := io.ReadAll(conn)
	return string(answer)
}

func TestForeignHostsAndOversizedBodiesAreRefused(t *testing.T) {
	_, _, address := serve(t)
	if got := raw(t, address, "GET /v1/accounts HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n"); !strings.Contains(got, "421") {
		t.Errorf("a foreign host: %s", got)
	}
	if got := raw(t, address, "GET /v1/accounts HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"); !strings.Contains(got, "200 OK") {
		t.Errorf("curl's host: %s", got)
	}
	if got := raw(t, address, "POST /v1/accounts HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2000000\r\n\r\n"); !strings.Contains(got, "413") {
		t.Errorf("an oversized body: %s", got)
	}
	if got := raw(t, address, "POST /v1/accounts HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: 12\r\n\r\n{\"nmae\":\"x\"}"); !strings.Contains(got, "400") || !strings.Contains(got, `"usage"`) {
		t.Errorf("an unknown field: %s", got)
	}
}

func TestPanicInAnAnswerIsReportedAndSaidWithoutItsValue(t *testing.T) {
	e, _, address := serve(t)
	e.broken = true
	got := raw(t, address, "GET /v1/doctor HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
	if !strings.Contains(got, "500") || strings.Contains(got, "planted") || e.panics.Load() != 1 {
		t.Errorf("%d reports, %s", e.panics.Load(), got)
	}
}

// The lock's file may be deleted under an agent that runs; then its socket still says that it does.
func TestSecondAgentIsRefusedWithoutALockToo(t *testing.T) {
	_, c, _ := serve(t)
	p, err := ParseProfile("test")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Listen(p); !errors.Is(err, ErrRunning) {
		t.Errorf("listening says %v", err)
	}
	if _, err := c.Accounts(t.Context()); err != nil {
		t.Errorf("the first does not answer any more: %v", err)
	}
}

func TestSilentClientDoesNotHoldTheServer(t *testing.T) {
	_, c, address := serve(t)
	for range 50 { // they connect and say nothing
		conn, err := net.Dial("unix", address)
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
	}
	if _, err := c.Accounts(t.Context()); err != nil {
		t.Error(err)
	}
}

func TestAnotherUserIsRefused(t *testing.T) {
	_, _, address := serve(t)
	if os.Getuid() != 0 {
		info, err := os.Stat(address)
		if err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("mode %v, %v", info.Mode(), err)
		}
		return // only root can become somebody else
	}
	if err := errors.Join(os.Chmod(address, 0o666), os.Chmod(strings.TrimSuffix(address, "/freshkey-test.sock"), 0o777), os.Chmod(os.Getenv("XDG_RUNTIME_DIR"), 0o755)); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(os.Args[0], "-test.run=^TestHelperForeignUser$")
	cmd.Env = append(os.Environ(), "FRESHKEY_ADDRESS="+address)
	cmd.Dir = "/"
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 65534, Gid: 65534}}
	program, err := os.ReadFile(os.Args[0])
	if err != nil {
		t.Fatal(err)
	}
	copied := os.Getenv("XDG_RUNTIME_DIR") + "/probe" // where the other user may read it
	if err := os.WriteFile(copied, program, 0o755); err != nil {
		t.Fatal(err)
	}
	cmd.Path = copied
	out, err := cmd.CombinedOutput()
	if err != nil || !strings.Contains(string(out), "refused") {
		t.Errorf("another user got: %s %v", out, err)
	}
}

// TestHelperForeignUser is the other user's side of TestAnotherUserIsRefused.
func TestHelperForeignUser(*testing.T) {
	address := os.Getenv("FRESHKEY_ADDRESS")
	if address == "" {
		return
	}
	client := http.Client{Transport: &http.Transport{DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, "unix", address)
	}}}
	resp, err := client.Get("http://localhost/v1/accounts")
	if err != nil {
		os.Stdout.WriteString("refused\n")
		return
	}
	body, _ := io.ReadAll(resp.Body)
	os.Stdout.Write(body)
}

// A folder below the one for temporary files can be made by anybody first, and then nobody starts.
func TestSocketLiesWhereNobodyElseCanPutAFolder(t *testing.T) {
	state := t.TempDir()
	for _, unset := range []string{"", "relative"} {
		t.Setenv("XDG_RUNTIME_DIR", unset)
		t.Setenv("XDG_STATE_HOME", state)
		address, err := Profile{}.Address()
		if runtime.GOOS == "linux" && (err != nil || address != filepath.Join(state, "freshkey", "run", "freshkey.sock")) {
			t.Errorf("with XDG_RUNTIME_DIR=%q the socket is %s (%v)", unset, address, err)
		}
	}
}

// A window that follows took what was said of a panic for a snapshot without accounts, and its end for that of the agent: it closed.
func TestStreamThatPanicsBreaksOff(t *testing.T) {
	e, c, _ := serve(t)
	e.news <- struct{}{}
	var shown []uint64
	err := c.Follow(t.Context(), func(s Snapshot) {
		shown = append(shown, s.Revision)
		e.mu.Lock()
		e.s.Revision = unlucky
		e.mu.Unlock()
		e.news <- struct{}{}
	})
	if !errors.Is(err, ErrGone) || errors.Is(err, ErrEnded) || len(shown) != 1 || e.panics.Load() != 1 {
		t.Errorf("shown %v, then %v; %d reports", shown, err, e.panics.Load())
	}
}
