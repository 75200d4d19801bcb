//go:build unix

package keeper_test

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"os/signal"
	"strings"
	"syscall"
	"testing"
	"time"

	"freshkey/oauth/keeper"
)

// A long answer arrives, and the disk is full behind the room that was made for it. A limit on the size of files stands for
// the full disk.
func TestFullDiskLeavesWhatWasSealed(t *testing.T) {
	signal.Ignore(syscall.SIGXFSZ)
	defer signal.Reset(syscall.SIGXFSZ)
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
