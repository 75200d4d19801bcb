package keeper_test

import (
	"bufio"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"sync/atomic"
	"testing"
	"time"

	"freshkey/oauth"
	"freshkey/oauth/keeper"
	"freshkey/oauth/sandbox"
)

var threeDays = sandbox.Config{Expires: 72 * time.Hour}

// replies stands in the provider's place and gives one answer to each request; the last one again and again.
// It returns how many there were.
func (s *stage) replies(answers ...string) (requests func() int) {
	var count atomic.Int32
	s.net.answerWith(func(c net.Conn) {
		defer c.Close()
		_, _ = http.ReadRequest(bufio.NewReader(c))
		n := int(count.Add(1)) - 1
		_, _ = io.WriteString(c, "HTTP/1.1 "+answers[min(n, len(answers)-1)])
	})
	return func() int { return int(count.Load()) }
}

// Answers for replies.
const (
	spent       = "400 Bad Request\r\nConnection: close\r\n\r\n{\"error\":96009}"
	busyForLong = "429 Too Many Requests\r\nRetry-After: 1200\r\nContent-Length: 0\r\n\r\n"
)

// failsAfter lets so many writes succeed and no more.
func failsAfter(writes int) func(string, int) error {
	n := 0
	return func(op string, _ int) error {
		if op == "set" {
			if n++; n > writes {
				return errors.New("no answer in time")
			}
		}
		return nil
	}
}

// The record may vanish, or another database be opened in its place, while the verdict is known.
func TestVerdictOutlivesALostRecord(t *testing.T) {
	for name, c := range map[string]struct {
		play   func(*stage)
		state  keeper.State
		reason oauth.Reason
	}{
		"refused":   {func(s *stage) { s.sandbox.Kill() }, keeper.StateSignIn, oauth.ReasonRefused},
		"no answer": {func(s *stage) { _ = s.sandbox.Break(sandbox.Drop, 1) }, keeper.StateUncertain, oauth.ReasonNoAnswer},
	} {
		t.Run(name, func(t *testing.T) {
			perform(t, threeDays, func(t *testing.T, s *stage) {
				c.play(s)
				_ = s.keeper.Refresh(t.Context(), "a")
				s.wantState(c.state, c.reason)
				_ = s.vault.Delete(t.Context(), "a")
				_ = s.keeper.SetSecret(t.Context(), "a", s.sandbox.ClientSecret())
				s.wantState(c.state, c.reason)
				s.restart()
				if a := s.state(); a.State != c.state {
					t.Errorf("after a restart it is %s (%s)", a.State, a.Reason)
				}
			})
		})
	}
}

func TestDoubtOutlivesAKeychainThatGoesBack(t *testing.T) {
	for name, again := range map[string]func(*stage, []byte){
		"while it runs":  func(s *stage, old []byte) { s.vault.put("a", old) },
		"and a restart":  func(s *stage, old []byte) { s.vault.put("a", old); s.restart() },
		"and a new file": func(s *stage, old []byte) { s.stopWith(func() { s.vault.put("a", old) }); s.keeper.Put(s.account("a")) },
	} {
		t.Run(name, func(t *testing.T) {
			perform(t, threeDays, func(t *testing.T, s *stage) {
				old := s.vault.peek("a")
				_ = s.keeper.Refresh(t.Context(), "a")
				_ = s.sandbox.Break(sandbox.Drop, 1)
				_ = s.keeper.Refresh(t.Context(), "a")
				again(s, old)
				if a := s.state(); a.State != keeper.StateUncertain {
					t.Errorf("the answer is lost, and it is %s (%s)", a.State, a.Reason)
				}
				time.Sleep(2 * time.Minute)
				s.wantState(keeper.StateSignIn, keeper.ReasonLostAnswer)
			})
		})
	}
}

// A refusal holds for the app and the server that were asked.
func TestRefusalOfOtherSettingsIsNoVerdict(t *testing.T) {
	for name, mend := range map[string]func(*stage, oauth.Account){
		"mended while it does not run": func(s *stage, _ oauth.Account) { s.restart() },
		"mended while it runs":         func(s *stage, right oauth.Account) { s.keeper.Put(right) },
	} {
		t.Run(name, func(t *testing.T) {
			perform(t, sandbox.Config{}, func(t *testing.T, s *stage) {
				right := s.account("a")
				wrong := right
				wrong.ClientID = "another app"
				_ = s.sandbox.Break(sandbox.Dead, 2)
				s.keeper.Put(wrong)
				_ = s.keeper.Refresh(t.Context(), "a")
				s.wantState(keeper.StateSignIn, oauth.ReasonRefused)
				s.sandbox.Heal()
				mend(s, right)
				time.Sleep(time.Minute)
				s.wantState(keeper.StateFresh, "")
				s.wantChain()
			})
		})
	}
}

func TestSettingsMendedDuringTheRefusedRequestAreTried(t *testing.T) {
	perform(t, sandbox.Config{}, func(t *testing.T, s *stage) {
		right := s.account("a")
		wrong := right
		wrong.ClientID = "another app"
		s.keeper.Put(wrong)
		s.net.answerWith(func(c net.Conn) {
			defer c.Close()
			_, _ = http.ReadRequest(bufio.NewReader(c))
			s.net.answerWith(nil) // what is sent by the right settings meets the sandbox
			s.keeper.Put(right)
			_, _ = io.WriteString(c, "HTTP/1.1 "+spent)
		})
		_ = s.keeper.Refresh(t.Context(), "a")
		time.Sleep(time.Hour)
		s.wantState(keeper.StateFresh, "")
		s.wantChain()
	})
}

// Whether the intent of a refresh got into the keychain is one thing, whether anything was sent another.
func TestIntentThatWasNeverSentIsNoDoubt(t *testing.T) {
	for name, again := range map[string]func(*stage){"it goes on": func(*stage) {}, "a restart": (*stage).restart} {
		t.Run(name, func(t *testing.T) {
			perform(t, threeDays, func(t *testing.T, s *stage) {
				reads := 0
				s.vault.breakWith(func(op string, _ int) error {
					if op == "get" {
						if reads++; reads == 2 { // the intent is stored, and reading it back takes too long
							return errors.New("no answer in time")
						}
					}
					return nil
				})
				_ = s.keeper.Refresh(t.Context(), "a")
				s.wantState(keeper.StateLocked, keeper.ReasonKeychain)
				s.vault.breakWith(nil)
				again(s)
				time.Sleep(3 * time.Second)
				if a := s.state(); a.State != keeper.StateFresh || !a.Sent.IsZero() {
					t.Errorf("nothing was sent, and it is %s (%s), sent %v", a.State, a.Reason, a.Sent)
				}
				time.Sleep(5 * time.Minute)
				if n := s.sandbox.Counts().Hits; n != 0 {
					t.Errorf("%d requests for a token that is not due", n)
				}
			})
		})
	}
}

// A sign-in of another person that nobody has answered for lies before an answer that a later version can read.
func TestSealedSignInHidesNoAnswerBehindIt(t *testing.T) {
	perform(t, threeDays, func(t *testing.T, s *stage) {
		requests := s.replies("200 OK\r\nConnection: close\r\n\r\n%%%{\"access_token\":\"AT2\",\"refresh_token\":\"RT2\",\"expires_in\":259200}", spent)
		_ = s.keeper.Refresh(t.Context(), "a")
		s.wantState(keeper.StateUncertain, oauth.ReasonUnreadable)
		s.net.answerWith(nil)
		var record []byte
		left := map[string][]byte{}
		_ = s.keeper.SignIn(t.Context(), "a", s.code("other"), func(context.Context, string, string) bool {
			record = s.vault.peek("a")
			for _, f := range seals(t, s) {
				left[f], _ = os.ReadFile(f)
			}
			return false
		})
		s.stopWith(func() { // as if it had been killed in front of the question
			s.vault.put("a", record)
			for f, data := range left {
				_ = os.WriteFile(f, data, 0o600)
			}
		})
		again := s.replies(spent)
		later := s.account("a")
		later.Provider, _ = later.Provider.Resolve()
		later.Provider.Prefix = "%%%"
		s.keeper.Put(later)
		time.Sleep(time.Hour)
		if a := s.state(); a.State != keeper.StateFresh || a.Generation != 2 || requests() != 1 || again() != 0 {
			t.Errorf("%s (%s), generation %d, %d requests and %d more", a.State, a.Reason, a.Generation, requests(), again())
		}
	})
}
