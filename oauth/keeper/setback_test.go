package keeper_test

import (
	"bufio"
	"errors"
	"io"
	"net"
	"net/http"
	"testing"
	"time"

	"freshkey/oauth/keeper"
	"freshkey/oauth/sandbox"
)

// The clock is an hour ahead when the token is won, and set right more than an hour later.
func TestClockSetBackLater(t *testing.T) {
	perform(t, sandbox.Config{Expires: 2 * time.Hour}, func(t *testing.T, s *stage) {
		s.jump.Store(int64(time.Hour))
		s.sleep(2 * time.Minute)
		_ = s.keeper.Refresh(t.Context(), "a")
		won := time.Now()
		s.sleep(70 * time.Minute)
		s.jump.Store(0)
		s.sleep(time.Until(won.Add(2*time.Hour + 5*time.Minute)))
		a := s.state()
		tok, err := s.keeper.Access(t.Context(), "a", keeper.DefaultValidity)
		if a.State == keeper.StateFresh && err == nil && a.Generation == 2 {
			t.Errorf("won %v ago for two hours, and it is %s until %v, handed out as valid for %v", time.Since(won), a.State, a.UsableUntil, tok.ValidFor(time.Now()))
		}
	})
}

// Same, three-day tokens, offline.
func TestClockSetBackLaterWhileOffline(t *testing.T) {
	perform(t, threeDays, func(t *testing.T, s *stage) {
		s.jump.Store(int64(8 * time.Hour))
		s.sleep(2 * time.Minute)
		_ = s.keeper.Refresh(t.Context(), "a")
		won := time.Now()
		s.sleep(9 * time.Hour)
		s.jump.Store(0)
		s.net.down.Store(true)
		s.sleep(time.Until(won.Add(73 * time.Hour)))
		a := s.state()
		if tok, err := s.keeper.Access(t.Context(), "a", time.Hour); err == nil {
			t.Errorf("won %v ago for 72h: %s until %v, valid for %v", time.Since(won), a.State, a.UsableUntil, tok.ValidFor(time.Now()))
		}
	})
}

// The clock is set back an hour; within the minute the provider says 429.
func TestRetryAfterOnceTheClockIsSetBack(t *testing.T) {
	perform(t, threeDays, func(t *testing.T, s *stage) {
		hits := 0
		s.net.answerWith(func(c net.Conn) {
			defer c.Close()
			_, _ = http.ReadRequest(bufio.NewReader(c))
			hits++
			_, _ = io.WriteString(c, "HTTP/1.1 429 Too Many Requests\r\nRetry-After: 1800\r\nConnection: close\r\n\r\n")
		})
		s.jump.Store(int64(time.Hour))
		s.sleep(2*time.Minute + 5*time.Second)
		s.jump.Store(0)
		_ = s.keeper.Refresh(t.Context(), "a")
		a := s.state()
		t.Logf("%s (%s) next in %v", a.State, a.Reason, time.Until(a.Next))
		s.sleep(2 * time.Minute)
		a = s.state()
		t.Logf("%s (%s) next in %v", a.State, a.Reason, time.Until(a.Next))
		if hits > 1 {
			t.Errorf("%d requests within 2 minutes; it asked for half an hour", hits)
		}
	})
}

// Held; the keychain does not answer the first read.
func TestHoldThroughABlink(t *testing.T) {
	perform(t, threeDays, func(t *testing.T, s *stage) {
		held := s.account("a")
		held.HeldUntil = time.Now().Add(10 * time.Hour)
		s.stop()
		s.vault.breakWith(func(op string, n int) error {
			if n == 0 {
				return errors.New("no answer in time")
			}
			return nil
		})
		s.start()
		s.keeper.Put(held)
		err := s.keeper.Refresh(t.Context(), "a")
		if n := s.sandbox.Counts().Hits; n != 0 || !errors.Is(err, keeper.ErrHeld) {
			t.Errorf("held, and %d requests (%v)", n, err)
		}
	})
}

// The clock is put right while a request is under way that fails.
func TestClockPutRightInFlight(t *testing.T) {
	perform(t, threeDays, func(t *testing.T, s *stage) {
		s.jump.Store(int64(30 * 24 * time.Hour))
		s.sleep(5 * time.Minute)
		s.wantState(keeper.StateFresh, "")
		won := time.Now()
		s.net.answerWith(func(c net.Conn) {
			defer c.Close()
			_, _ = http.ReadRequest(bufio.NewReader(c))
			time.Sleep(80 * time.Second)
			_, _ = io.WriteString(c, "HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\n\r\n")
		})
		time.AfterFunc(time.Second, func() { s.jump.Store(0) })
		_ = s.keeper.Refresh(t.Context(), "a")
		s.net.down.Store(true)
		s.net.answerWith(nil)
		s.sleep(10 * 24 * time.Hour)
		if tok, err := s.keeper.Access(t.Context(), "a", time.Hour); err == nil {
			a := s.state()
			t.Errorf("won %v ago for 72h: %s until %v, valid for %v", time.Since(won), a.State, a.UsableUntil, tok.ValidFor(time.Now()))
		}
	})
}

// A wrong clock while nobody ran: what is said of a held token.
func TestUsableUntilOfAWrongClock(t *testing.T) {
	perform(t, threeDays, func(t *testing.T, s *stage) {
		s.jump.Store(int64(30 * 24 * time.Hour))
		s.sleep(5 * time.Minute)
		s.stopWith(func() { s.jump.Store(0) })
		s.net.down.Store(true)
		s.keeper.Put(s.account("a"))
		s.sleep(time.Hour)
		a := s.state()
		if time.Until(a.UsableUntil) > 72*time.Hour {
			t.Errorf("%s (%s): a token of three days is said to work until %v, that is for %v", a.State, a.Reason, a.UsableUntil, time.Until(a.UsableUntil))
		}
	})
}

// The clock is set back while the very request is out that is answered "not now".
func TestRetryAfterWhileTheClockIsSetBack(t *testing.T) {
	perform(t, threeDays, func(t *testing.T, s *stage) {
		hits := 0
		s.net.answerWith(func(c net.Conn) {
			defer c.Close()
			_, _ = http.ReadRequest(bufio.NewReader(c))
			if hits++; hits == 1 {
				time.Sleep(5 * time.Second)
				s.jump.Store(0)
			}
			_, _ = io.WriteString(c, "HTTP/1.1 429 Too Many Requests\r\nRetry-After: 1800\r\nConnection: close\r\n\r\n")
		})
		s.jump.Store(int64(time.Hour))
		s.sleep(2*time.Minute + 5*time.Second)
		_ = s.keeper.Refresh(t.Context(), "a")
		s.sleep(20 * time.Minute)
		if a := s.state(); hits > 1 || time.Until(a.Next) < 5*time.Minute {
			t.Errorf("%d requests, %s (%s), next in %v; it asked for half an hour", hits, a.State, a.Reason, time.Until(a.Next))
		}
	})
}
