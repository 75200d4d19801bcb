package keeper_test

import (
	"bufio"
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"slices"
	"testing"
	"time"

	"freshkey/oauth"
	"freshkey/oauth/keeper"
)

// The process dies with a sealed answer; at the next start the settings cannot be used (a typing error), and are mended then.
func TestHistoryOfAnAnswerFoundOnceTheSettingsAreMended(t *testing.T) {
	perform(t, threeDays, func(t *testing.T, s *stage) {
		s.vault.breakWith(failsAfter(1))
		_ = s.keeper.Refresh(t.Context(), "a")
		s.wantState(keeper.StateUnsaved, keeper.ReasonKeychain)
		s.stopWith(func() { s.vault.breakWith(nil) })
		var events []keeper.Event
		s.note = func(e keeper.Event) { events = append(events, e) }
		s.keeper.Put(s.unusable())
		s.state()
		s.keeper.Put(s.account("a"))
		s.wantState(keeper.StateFresh, "")
		n := 0
		for _, e := range events {
			if e.Generation == 2 {
				n++
				if e.Reason != "" || e.State != keeper.StateFresh {
					t.Errorf("generation 2 was won and stored; the history says %s (%s)", e.State, e.Reason)
				}
			}
		}
		if n != 1 {
			t.Errorf("the history has generation 2 %d times", n)
		}
	})
}

// A hold is set while a refresh that was asked for reads the keychain: nothing is sent, and the history has an entry without a reason.
func TestHistoryOfAHoldThatCameInTime(t *testing.T) {
	perform(t, threeDays, func(t *testing.T, s *stage) {
		var events []keeper.Event
		s.note = func(e keeper.Event) { events = append(events, e) }
		s.stop()
		s.vault.slow = func(string) time.Duration { return time.Second }
		s.start()
		s.keeper.Put(s.account("a"))
		time.Sleep(5 * time.Second)
		s.wantState(keeper.StateFresh, "")
		time.AfterFunc(time.Second/2, func() {
			held := s.account("a")
			held.HeldUntil = time.Now().Add(10 * time.Hour)
			s.keeper.Put(held)
		})
		err := s.keeper.Refresh(t.Context(), "a")
		if !errors.Is(err, keeper.ErrHeld) || s.sandbox.Counts().Hits != 0 {
			t.Fatal("not the scene", err)
		}
		for _, e := range events {
			if e.Reason == "" {
				t.Errorf("nothing was sent (%v), and the history says: %s, %s, no reason (\"empty if all went well\"), generation %d", err, e.Cause, e.State, e.Generation)
			}
		}
	})
}

// A hold is set while a request is out that the provider answers "dead, ask later": the history has an entry that looks like success.
func TestHistoryOfARefusalUnderAHold(t *testing.T) {
	perform(t, threeDays, func(t *testing.T, s *stage) {
		_ = s.keeper.Refresh(t.Context(), "a")
		var events []keeper.Event
		s.note = func(e keeper.Event) { events = append(events, e) }
		s.net.answerWith(func(c net.Conn) {
			defer c.Close()
			_, _ = http.ReadRequest(bufio.NewReader(c))
			time.Sleep(time.Second)
			_, _ = io.WriteString(c, "HTTP/1.1 400 Bad Request\r\nRetry-After: 60\r\nConnection: close\r\n\r\n{\"error\":96009}")
		})
		time.AfterFunc(time.Second/2, func() {
			held := s.account("a")
			held.HeldUntil = time.Now().Add(10 * time.Hour)
			s.keeper.Put(held)
		})
		err := s.keeper.Refresh(t.Context(), "a")
		a := s.state()
		for _, e := range events {
			if e.Reason == "" {
				t.Errorf("refused (%v), and the history says %s, %s, no reason; the account is %s", err, e.Cause, e.State, a.State)
			}
		}
	})
}

// An answer is out of reach at the start, and found then: the history has it twice.
func TestHistoryHasAnAnswerThatWasOutOfReachOnce(t *testing.T) {
	perform(t, threeDays, func(t *testing.T, s *stage) {
		s.vault.breakWith(failsAfter(1))
		_ = s.keeper.Refresh(t.Context(), "a")
		s.wantState(keeper.StateUnsaved, keeper.ReasonKeychain)
		var left []string
		s.stopWith(func() {
			s.vault.breakWith(nil)
			left = seals(t, s)
			for _, f := range left {
				_ = errors.Join(os.Rename(f, f+".aside"), os.Symlink(f, f))
			}
		})
		var events []keeper.Event
		s.note = func(e keeper.Event) { events = append(events, e) }
		s.keeper.Put(s.account("a"))
		s.wantState(keeper.StateWaiting, keeper.ReasonOutOfReach)
		for _, f := range left {
			_ = errors.Join(os.Remove(f), os.Rename(f+".aside", f))
		}
		s.sleep(time.Minute)
		s.wantState(keeper.StateFresh, "")
		n := 0
		for _, e := range events {
			if e.Generation == 2 {
				n++
			}
		}
		if n != 1 {
			t.Errorf("the history has generation 2 %d times", n)
		}
	})
}

// The settings are mended while the first candidate is out: the history never says that it was refused.
func TestHistoryOfARefusalWithAnEdit(t *testing.T) {
	perform(t, threeDays, func(t *testing.T, s *stage) {
		_ = s.keeper.Refresh(t.Context(), "a")
		s.sleep(time.Hour)
		var events []keeper.Event
		s.note = func(e keeper.Event) { events = append(events, e) }
		wrong := s.account("a")
		wrong.ClientID = "another"
		s.keeper.Put(wrong)
		s.net.answerWith(func(c net.Conn) {
			defer c.Close()
			r, _ := http.ReadRequest(bufio.NewReader(c))
			if r.URL.Query().Get("client_id") == "another" {
				s.keeper.Put(s.account("a"))
				_, _ = io.WriteString(c, "HTTP/1.1 "+spent)
				return
			}
			_, _ = io.WriteString(c, "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n{\"access_token\":\"AT2\",\"expires_in\":259200,\"refresh_token\":\"RT2\"}")
		})
		err := s.keeper.Refresh(t.Context(), "a")
		s.sleep(time.Minute)
		for range events {
		}
		if len(events) == 0 || events[0].Reason != oauth.ReasonRefused {
			t.Errorf("refused (%v), and the history says %q", err, events[0].Reason)
		}
	})
}

// Whatever failed while an older answer was missing, the history told that that one was missing, once more.
func TestHistoryOfALaterFailureInDoubt(t *testing.T) {
	perform(t, threeDays, func(t *testing.T, s *stage) {
		var events []keeper.Event
		s.note = func(e keeper.Event) { events = append(events, e) }
		answers := []string{"", "HTTP/1.1 429 Too Many Requests\r\nRetry-After: 60\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"}
		s.net.answerWith(func(c net.Conn) {
			defer c.Close()
			_, _ = http.ReadRequest(bufio.NewReader(c))
			_, _ = io.WriteString(c, answers[0])
			answers = answers[min(1, len(answers)-1):]
		})
		_ = s.keeper.Refresh(t.Context(), "a")
		_ = s.keeper.Refresh(t.Context(), "a")
		s.wantState(keeper.StateUncertain, oauth.ReasonNoAnswer)
		var reasons []oauth.Reason
		for _, e := range events {
			if e.State != keeper.StateFresh {
				reasons = append(reasons, e.Reason)
			}
		}
		if want := []oauth.Reason{oauth.ReasonNoAnswer, oauth.ReasonRateLimited}; !slices.Equal(reasons, want) {
			t.Errorf("the history tells of %v, not of %v", reasons, want)
		}
	})
}

// An answer that lies in memory alone is lost when the program ends: the history is to say so.
func TestHistoryOfAnUnreadableAnswerThatIsNotSealed(t *testing.T) {
	perform(t, threeDays, func(t *testing.T, s *stage) {
		var last keeper.Event
		s.note = func(e keeper.Event) { last = e }
		s.net.answerWith(func(c net.Conn) {
			defer c.Close()
			_, _ = http.ReadRequest(bufio.NewReader(c))
			_ = errors.Join(os.Rename(s.dir, s.dir+".aside"), os.WriteFile(s.dir, nil, 0o600))
			_, _ = io.WriteString(c, "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nno answer")
		})
		_ = s.keeper.Refresh(t.Context(), "a")
		if last.Reason != oauth.ReasonUnreadable || last.Detail != keeper.DetailUnsealed {
			t.Errorf("the history says %s, %q", last.Reason, last.Detail)
		}
		_ = errors.Join(os.Remove(s.dir), os.Rename(s.dir+".aside", s.dir))
	})
}
