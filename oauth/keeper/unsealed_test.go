package keeper_test

import (
	"bufio"
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"testing"
	"time"

	"freshkey/oauth"
	"freshkey/oauth/keeper"
)

// An answer in a form that is not known arrives while the disk is away for a moment: memory has the only copy.
func TestUnreadableAnswerIsSealedOnceTheDiskIsBack(t *testing.T) {
	perform(t, threeDays, func(t *testing.T, s *stage) {
		first := true
		s.net.answerWith(func(c net.Conn) {
			defer c.Close()
			_, _ = http.ReadRequest(bufio.NewReader(c))
			if !first {
				_, _ = io.WriteString(c, "HTTP/1.1 "+spent)
				return
			}
			first = false
			_ = errors.Join(os.Rename(s.dir, s.dir+".aside"), os.WriteFile(s.dir, nil, 0o600))
			_, _ = io.WriteString(c, "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n%%%{\"access_token\":\"AT2\",\"refresh_token\":\"RT2\",\"expires_in\":259200}")
		})
		_ = s.keeper.Refresh(t.Context(), "a")
		s.wantState(keeper.StateUncertain, oauth.ReasonUnreadable)
		if _, unsealed := s.keeper.Unsaved(); s.state().Detail != keeper.DetailUnsealed || unsealed != 1 {
			t.Errorf("detail %q, %d unsealed: it is said to be kept on the disk", s.state().Detail, unsealed)
		}
		_ = errors.Join(os.Remove(s.dir), os.Rename(s.dir+".aside", s.dir))
		s.sleep(time.Hour)
		if _, unsealed := s.keeper.Unsaved(); unsealed != 0 {
			t.Errorf("%d unsealed with a disk that works", unsealed)
		}
		later := s.account("a")
		later.Provider, _ = later.Provider.Resolve()
		later.Provider.Prefix = "%%%"
		s.stopWith(func() {})
		s.keeper.Put(later)
		if a := s.state(); a.Generation != 2 {
			t.Errorf("%s (%s), generation %d", a.State, a.Reason, a.Generation)
		}
	})
}

// A provider that changes the protocol in the middle of an answer: no deadline of the request's ends that.
func TestSwitchOfProtocolsEndsTheRequest(t *testing.T) {
	perform(t, threeDays, func(t *testing.T, s *stage) {
		s.net.answerWith(func(c net.Conn) {
			defer c.Close()
			_, _ = http.ReadRequest(bufio.NewReader(c))
			_, _ = io.WriteString(c, "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n")
			_, _ = io.Copy(io.Discard, c)
		})
		_ = s.keeper.Refresh(t.Context(), "a")
		if a := s.state(); a.State == keeper.StateRefreshing || a.State == keeper.StateFresh {
			t.Errorf("%s (%s)", a.State, a.Reason)
		}
	})
}

// The only copy of an answer is in memory; the account is taken out of the settings by hand, and put back.
func TestAnswerInMemoryAloneOutlivesAHandEdit(t *testing.T) {
	perform(t, threeDays, func(t *testing.T, s *stage) {
		s.net.answerWith(func(c net.Conn) {
			defer c.Close()
			_, _ = http.ReadRequest(bufio.NewReader(c))
			_ = errors.Join(os.Rename(s.dir, s.dir+".aside"), os.WriteFile(s.dir, nil, 0o600))
			_, _ = io.WriteString(c, "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n%%%{\"access_token\":\"AT2\",\"refresh_token\":\"RT2\",\"expires_in\":259200}")
		})
		_ = s.keeper.Refresh(t.Context(), "a")
		s.net.answerWith(nil)
		s.net.down.Store(true)
		if err := s.keeper.Drop(t.Context(), "a"); err == nil {
			t.Error("dropped, with an answer that nothing else has")
		}
		s.keeper.Put(s.account("a"))
		_ = errors.Join(os.Remove(s.dir), os.Rename(s.dir+".aside", s.dir))
		s.sleep(time.Hour)
		later := s.account("a")
		later.Provider, _ = later.Provider.Resolve()
		later.Provider.Prefix = "%%%"
		s.stopWith(func() {})
		s.keeper.Put(later)
		if a := s.state(); a.Generation != 2 {
			t.Errorf("%s (%s), generation %d", a.State, a.Reason, a.Generation)
		}
	})
}

// Taken out and put back while a refresh is under way: what was said last counts.
func TestPutAfterDropKeepsTheAccount(t *testing.T) {
	perform(t, threeDays, func(t *testing.T, s *stage) {
		s.sandbox.Delay(3 * time.Second)
		go s.keeper.Refresh(t.Context(), "a")
		time.Sleep(time.Second)
		dropped := make(chan error)
		go func() { dropped <- s.keeper.Drop(t.Context(), "a") }()
		time.Sleep(time.Second)
		s.keeper.Put(s.account("a"))
		<-dropped
		s.sleep(time.Minute)
		s.wantState(keeper.StateFresh, "")
	})
}
