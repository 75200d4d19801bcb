//go:build unix

package keeper_test

import (
	"bufio"
	"context"
	"io"
	"net"
	"net/http"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"testing"
	"time"

	"freshkey/oauth"
	"freshkey/oauth/keeper"
)

// A long unreadable answer does not fit the disk; the next request's answer does.
func TestLongUnreadableAnswerIsNotForgotten(t *testing.T) {
	if !alone(t) {
		return
	}
	signal.Ignore(syscall.SIGXFSZ)
	var usual syscall.Rlimit
	_ = syscall.Getrlimit(syscall.RLIMIT_FSIZE, &usual)
	restore := func() { _ = syscall.Setrlimit(syscall.RLIMIT_FSIZE, &usual) }
	defer restore()
	perform(t, threeDays, func(t *testing.T, s *stage) {
		n := 0
		s.net.answerWith(func(c net.Conn) {
			defer c.Close()
			_, _ = http.ReadRequest(bufio.NewReader(c))
			n++
			if n == 1 {
				_, _ = io.WriteString(c, "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n%%%{\"access_token\":\"AT2\",\"expires_in\":259200,\"refresh_token\":\"RT2\",\"id_token\":\""+strings.Repeat("x", 20000)+"\"}")
				return
			}
			_, _ = io.WriteString(c, "HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\n\r\n")
		})
		full := usual
		full.Cur = 8 << 10
		_ = syscall.Setrlimit(syscall.RLIMIT_FSIZE, &full)
		_ = s.keeper.Refresh(t.Context(), "a")
		a := s.state()
		_, un := s.keeper.Unsaved()
		t.Logf("%s (%s) %q unsealed %d", a.State, a.Reason, a.Detail, un)
		_ = s.keeper.Refresh(t.Context(), "a")
		a = s.state()
		_, un = s.keeper.Unsaved()
		t.Logf("%s (%s) %q unsealed %d", a.State, a.Reason, a.Detail, un)
		restore()
		s.sleep(time.Hour)
		later := s.account("a")
		later.Provider, _ = later.Provider.Resolve()
		later.Provider.Prefix = "%%%"
		s.stopWith(func() {})
		s.keeper.Put(later)
		if a := s.state(); a.Generation != 2 {
			t.Errorf("%s (%s), generation %d: the answer that memory had is gone", a.State, a.Reason, a.Generation)
		}
	})
}

// The first sign-in of an account without a token: the keychain takes the intent and not the grant. The answer is sealed.
func TestFirstSignInIsSealed(t *testing.T) {
	perform(t, threeDays, func(t *testing.T, s *stage) {
		_ = s.keeper.Remove(t.Context(), "a")
		if err := s.keeper.Add(t.Context(), s.account("a"), s.sandbox.ClientSecret(), oauth.Token{}, nothing); err != nil {
			t.Fatal(err)
		}
		sets := 0
		s.vault.breakWith(func(op string, _ int) error {
			if op == "set" {
				if sets++; sets > 1 {
					return os.ErrPermission
				}
			}
			return nil
		})
		err := s.keeper.SignIn(t.Context(), "a", s.code(""), yes)
		a := s.state()
		_, unsealed := s.keeper.Unsaved()
		t.Logf("%v %s (%s) %q unsealed %d", err, a.State, a.Reason, a.Detail, unsealed)
		s.stopWith(func() { s.vault.breakWith(nil) })
		s.keeper.Put(s.account("a"))
		after := s.state()
		if after.State == keeper.StateFresh && (unsealed != 0 || a.Detail == keeper.DetailUnsealed) {
			t.Errorf("it was said to be in memory only; a new process found it on the disk: %s, generation %d", after.State, after.Generation)
		}
	})
}

// Control for a second one.
func TestSecondSignInIsSealed(t *testing.T) {
	perform(t, threeDays, func(t *testing.T, s *stage) {
		s.vault.breakWith(failsAfter(1))
		_ = s.keeper.SignIn(t.Context(), "a", s.code(""), yes)
		a := s.state()
		t.Logf("%s (%s) %q", a.State, a.Reason, a.Detail)
	})
}

// An account is dropped by hand while its only copy of an unreadable answer is in memory.
func TestSignInQuestionAndSecondCandidate(t *testing.T) {
	perform(t, threeDays, func(t *testing.T, s *stage) {
		_ = s.keeper.Refresh(t.Context(), "a")
		err := s.keeper.SignIn(t.Context(), "a", s.code("other"), func(_ context.Context, had, got string) bool {
			_ = s.keeper.Refresh(t.Context(), "a")
			return true
		})
		a := s.state()
		t.Logf("%v %s (%s) gen %d", err, a.State, a.Reason, a.Generation)
		s.wantKept()
	})
}
