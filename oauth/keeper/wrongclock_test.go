package keeper_test

import (
	"bufio"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"testing"
	"time"

	"freshkey/oauth/keeper"
	"freshkey/oauth/sandbox"
)

// wonInTheFuture has the account refresh by a clock that is a month ahead, and sets it right.
func (s *stage) wonInTheFuture() {
	s.t.Helper()
	s.jump.Store(int64(30 * 24 * time.Hour))
	s.sleep(5 * time.Minute)
	s.wantState(keeper.StateFresh, "")
	s.jump.Store(0)
}

// The expiry of a token that was won by a clock that was wrong is believed while the account is held.
func TestHoldDoesNotBelieveAWrongClock(t *testing.T) {
	perform(t, threeDays, func(t *testing.T, s *stage) {
		s.wonInTheFuture()
		held := s.account("a")
		held.HeldUntil = time.Now().Add(25 * 24 * time.Hour)
		s.keeper.Put(held)
		s.sleep(10 * 24 * time.Hour)
		if token, err := s.keeper.Access(t.Context(), "a", time.Hour); err == nil && token.Lifetime() > 72*time.Hour || s.state().UsableUntil.After(time.Now().Add(72*time.Hour)) {
			t.Errorf("a token of three days is %s after ten, usable until %v", s.state().State, s.state().UsableUntil)
		}
	})
}

// And while it is offline.
func TestOfflineServesNoTokenOfAWrongClock(t *testing.T) {
	perform(t, threeDays, func(t *testing.T, s *stage) {
		s.net.down.Store(false)
		s.jump.Store(int64(30 * 24 * time.Hour))
		s.sleep(5 * time.Minute)
		s.net.down.Store(true)
		s.jump.Store(0)
		s.sleep(10 * 24 * time.Hour)
		if token, err := s.keeper.Access(t.Context(), "a", time.Hour); err == nil {
			t.Errorf("won ten days ago for three, it is handed out as valid for %v", token.ValidFor(time.Now()))
		}
	})
}

// The lid is closed while the answer is on its way: the token is as old as the request.
func TestAnswerReadAfterSleepIsNotNew(t *testing.T) {
	perform(t, sandbox.Config{Expires: time.Hour}, func(t *testing.T, s *stage) {
		s.sandbox.Delay(2 * time.Second)
		asked := time.Now()
		time.AfterFunc(time.Second, func() { s.jump.Store(int64(8 * time.Hour)) })
		_ = s.keeper.Refresh(t.Context(), "a")
		if a := s.state(); a.State == keeper.StateFresh || a.Issued.After(asked.Add(time.Minute)) {
			t.Errorf("%s until %v; it was issued at %v for an hour, and it is eight hours later", a.State, a.UsableUntil, asked)
		}
		if skew, known := s.keeper.ClockSkew(); known && skew.Abs() > time.Minute {
			t.Errorf("the clock is said to be %v ahead", skew)
		}
	})
}

// Held, and the agent is started anew with a keychain that takes a moment.
func TestHoldHoldsBeforeTheRecordIsRead(t *testing.T) {
	perform(t, threeDays, func(t *testing.T, s *stage) {
		held := s.account("a")
		held.HeldUntil = time.Now().Add(10 * time.Hour)
		s.stop()
		s.vault.slow = func(string) time.Duration { return time.Second }
		s.start()
		s.keeper.Put(held)
		err := s.keeper.Refresh(t.Context(), "a")
		if n := s.sandbox.Counts().Hits; n != 0 || !errors.Is(err, keeper.ErrHeld) {
			t.Errorf("held, and %d requests (%v)", n, err)
		}
	})
}

// The settings are mended while a refresh with the wrong ones is under way, and a person asks for one with the right ones.
func TestRefreshSharesNoVerdictOnOtherSettings(t *testing.T) {
	perform(t, threeDays, func(t *testing.T, s *stage) {
		wrong := s.account("a")
		wrong.ClientID = "another"
		s.keeper.Put(wrong)
		s.net.answerWith(func(c net.Conn) {
			defer c.Close()
			r, _ := http.ReadRequest(bufio.NewReader(c))
			time.Sleep(2 * time.Second)
			answer := "200 OK\r\nConnection: close\r\n\r\n{\"access_token\":\"AT2\",\"expires_in\":259200,\"refresh_token\":\"RT2\"}"
			if r.URL.Query().Get("client_id") == wrong.ClientID {
				answer = "400 Bad Request\r\nConnection: close\r\n\r\n{\"error\":96001}"
			}
			_, _ = io.WriteString(c, "HTTP/1.1 "+answer)
		})
		go func() { _ = s.keeper.Refresh(context.Background(), "a") }()
		time.Sleep(time.Second)
		s.keeper.Put(s.account("a"))
		if err := s.keeper.Refresh(t.Context(), "a"); err != nil {
			t.Errorf("asked for with the right settings: %v", err)
		}
	})
}
