package keeper_test

import (
	"bufio"
	"errors"
	"io"
	"net"
	"net/http"
	"testing"
	"time"

	"freshkey/oauth"
)

// A held account: a hold that is set between two candidates.
func TestHoldBetweenTwoCandidates(t *testing.T) {
	perform(t, threeDays, func(t *testing.T, s *stage) {
		_ = s.keeper.Refresh(t.Context(), "a")
		n := 0
		s.net.answerWith(func(c net.Conn) {
			defer c.Close()
			_, _ = http.ReadRequest(bufio.NewReader(c))
			if n++; n == 1 {
				held := s.account("a")
				held.HeldUntil = time.Now().Add(10 * time.Hour)
				s.keeper.Put(held)
			}
			_, _ = io.WriteString(c, "HTTP/1.1 "+spent)
		})
		_ = s.keeper.Refresh(t.Context(), "a")
		if n != 1 {
			t.Errorf("%d requests; it was held after the first", n)
		}
	})
}

// The settings are edited while the first candidate is out: the second goes to the old place all the same.
func TestEditBetweenTwoCandidates(t *testing.T) {
	perform(t, threeDays, func(t *testing.T, s *stage) {
		_ = s.keeper.Refresh(t.Context(), "a")
		n := 0
		wrong := s.account("a")
		wrong.ClientID = "another"
		s.keeper.Put(wrong)
		s.net.answerWith(func(c net.Conn) {
			defer c.Close()
			r, _ := http.ReadRequest(bufio.NewReader(c))
			if r.URL.Query().Get("client_id") == "another" {
				if n++; n == 1 {
					s.keeper.Put(s.account("a"))
				}
				_, _ = io.WriteString(c, "HTTP/1.1 "+spent)
				return
			}
			_, _ = io.WriteString(c, "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n{\"access_token\":\"AT2\",\"expires_in\":259200,\"refresh_token\":\"RT2\"}")
		})
		_ = s.keeper.Refresh(t.Context(), "a")
		s.sleep(time.Minute)

		if n != 1 {
			t.Errorf("%d requests with settings that were others after the first", n)
		}
	})
}

// Refused by the settings of before; the settings are mended meanwhile, less than ten seconds after a rotation.
func TestRefusalIsNotCalledJustRefreshed(t *testing.T) {
	perform(t, threeDays, func(t *testing.T, s *stage) {
		_ = s.keeper.Refresh(t.Context(), "a")
		wrong := s.account("a")
		wrong.ClientID = "another"
		s.keeper.Put(wrong)
		s.net.answerWith(func(c net.Conn) {
			defer c.Close()
			_, _ = http.ReadRequest(bufio.NewReader(c))
			s.keeper.Put(s.account("a"))
			_, _ = io.WriteString(c, "HTTP/1.1 "+spent)
		})
		err := s.keeper.Refresh(t.Context(), "a")
		if x, ok := errors.AsType[*oauth.Error](err); !ok || x.Class != oauth.Dead {
			t.Errorf("%v", err)
		}
	})
}
