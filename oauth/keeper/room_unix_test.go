//go:build unix

package keeper_test

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"os/signal"
	"strings"
	"syscall"
	"testing"
	"time"

	"freshkey/oauth/keeper"
)

// alone reports whether the test has a process of its own, and runs it in one if not: a limit on the size of files is the whole
// process's, and other files are written meanwhile.
func alone(t *testing.T) bool {
	t.Helper()
	if os.Getenv("FRESHKEY_TEST_ALONE") == t.Name() {
		return true
	}
	cmd := exec.Command(os.Args[0], "-test.run", "^"+t.Name()+"$")
	cmd.Env = append(os.Environ(), "FRESHKEY_TEST_ALONE="+t.Name())
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
	return false
}

// A long answer arrives, and the disk is full behind the room that was made for it. A limit on the size of files stands for
// the full disk.
func TestFullDiskLeavesWhatWasSealed(t *testing.T) {
	if !alone(t) {
		return
	}
	signal.Ignore(syscall.SIGXFSZ)
	var usual syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_FSIZE, &usual); err != nil {
		t.Fatal(err)
	}
	restore := func() { _ = syscall.Setrlimit(syscall.RLIMIT_FSIZE, &usual) }
	defer restore()
	perform(t, threeDays, func(t *testing.T, s *stage) {
		s.net.answerWith(func(c net.Conn) {
			defer c.Close()
			_, _ = http.ReadRequest(bufio.NewReader(c))
			_, _ = io.WriteString(c, "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n{\"access_token\":\"AT2\",\"expires_in\":259200,\"refresh_token\":\"RT2\",\"id_token\":\"")
			time.Sleep(time.Second)
			_, _ = io.WriteString(c, strings.Repeat("x", 20000)+"\"}")
		})
		s.vault.breakWith(failsAfter(1))
		full := usual
		full.Cur = 8 << 10
		if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &full); err != nil {
			t.Fatal(err)
		}
		_ = s.keeper.Refresh(t.Context(), "a")
		if a := s.state(); a.State != keeper.StateUnsaved {
			t.Fatalf("%s (%s)", a.State, a.Reason)
		}
		s.stopWith(func() { s.vault.breakWith(nil); restore() })
		s.keeper.Put(s.account("a"))
		if a := s.state(); a.Generation != 2 {
			t.Errorf("after the restart %s (%s), generation %d", a.State, a.Reason, a.Generation)
		}
	})
}

// The disk takes half of the sealed answer (quota, network home, broken sector), the keychain nothing.
func TestHalfASealIsNotASeal(t *testing.T) {
	if !alone(t) {
		return
	}
	signal.Ignore(syscall.SIGXFSZ)
	var usual syscall.Rlimit
	_ = syscall.Getrlimit(syscall.RLIMIT_FSIZE, &usual)
	restore := func() { _ = syscall.Setrlimit(syscall.RLIMIT_FSIZE, &usual) }
	defer restore()
	perform(t, threeDays, func(t *testing.T, s *stage) {
		s.net.answerWith(func(c net.Conn) {
			defer c.Close()
			_, _ = http.ReadRequest(bufio.NewReader(c))
			half := usual
			half.Cur = 128
			_ = syscall.Setrlimit(syscall.RLIMIT_FSIZE, &half)
			_, _ = io.WriteString(c, "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n{\"access_token\":\"AT2\",\"expires_in\":259200,\"refresh_token\":\"RT2\"}")
		})
		s.vault.breakWith(failsAfter(1))
		_ = s.keeper.Refresh(t.Context(), "a")
		a := s.state()
		unsaved, unsealed := s.keeper.Unsaved()
		t.Logf("%s (%s) detail %q, unsaved %d, unsealed %d", a.State, a.Reason, a.Detail, unsaved, unsealed)
		if a.State != keeper.StateUnsaved {
			t.Fatal("not the scene")
		}
		s.stopWith(func() { s.vault.breakWith(nil); restore() })
		s.net.answerWith(nil)
		s.keeper.Put(s.account("a"))
		after := s.state()
		if unsealed == 0 && after.Generation != 2 {
			t.Errorf("it was said to be sealed on the disk, and quitting did not warn; after a restart %s (%s), generation %d", after.State, after.Reason, after.Generation)
		}
	})
}
