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

	"freshkey/oauth"
	"freshkey/oauth/keeper"
)

// An answer is lost (nothing else), a person signs in, the keychain goes back to before.
func TestTokenWhoseAnswerWasLostIsNotSentAgainBehindASignIn(t *testing.T) {
	for name, back := range map[string]bool{"control": false, "the keychain went back": true} {
		t.Run(name, func(t *testing.T) {
			perform(t, threeDays, func(t *testing.T, s *stage) {
				before, old := s.vault.peek("a"), s.vault.record(t, "a").Grant.Token
				requests := s.replies("500 Internal Server Error\r\nConnection: close\r\n\r\n",
					"200 OK\r\nConnection: close\r\n\r\n{\"access_token\":\"AT2\",\"expires_in\":259200,\"refresh_token\":\"RT2\",\"openId\":\""+old.OpenID+"\"}",
					spent)
				_ = s.keeper.Refresh(t.Context(), "a")
				s.wantState(keeper.StateUncertain, oauth.ReasonServer)
				if err := s.keeper.SignIn(t.Context(), "a", oauth.AuthorizationGrant{Code: "code"}, no); err != nil {
					t.Fatal(err)
				}
				if back {
					s.stopWith(func() { s.vault.put("a", before) })
					s.keeper.Put(s.account("a"))
				}
				s.wantState(keeper.StateFresh, "")
				_ = s.keeper.Refresh(t.Context(), "a")
				if n := requests(); n != 3 {
					t.Errorf("%d requests: the token whose answer was lost is presented again", n)
				}
			})
		})
	}
}

// Same; the sign-in's chain goes on once, then the lost token is pasted under another name.
func TestTokenWhoseAnswerWasLostIsNotAcceptedAgain(t *testing.T) {
	for name, back := range map[string]bool{"control": false, "the keychain went back": true} {
		t.Run(name, func(t *testing.T) {
			perform(t, threeDays, func(t *testing.T, s *stage) {
				before, old := s.vault.peek("a"), s.vault.record(t, "a").Grant.Token
				s.replies("500 Internal Server Error\r\nConnection: close\r\n\r\n",
					"200 OK\r\nConnection: close\r\n\r\n{\"access_token\":\"AT2\",\"expires_in\":259200,\"refresh_token\":\"RT2\",\"openId\":\""+old.OpenID+"\"}",
					"200 OK\r\nConnection: close\r\n\r\n{\"access_token\":\"AT3\",\"expires_in\":259200,\"refresh_token\":\"RT3\"}")
				_ = s.keeper.Refresh(t.Context(), "a")
				if err := s.keeper.SignIn(t.Context(), "a", oauth.AuthorizationGrant{Code: "code"}, no); err != nil {
					t.Fatal(err)
				}
				if back {
					s.stopWith(func() { s.vault.put("a", before) })
					s.keeper.Put(s.account("a"))
				}
				s.wantState(keeper.StateFresh, "")
				_ = s.keeper.Refresh(t.Context(), "a")
				err := s.keeper.Add(t.Context(), s.account("b"), s.sandbox.ClientSecret(), oauth.Token{Refresh: old.Refresh, Issued: time.Now()}, nothing)
				if !errors.Is(err, keeper.ErrSpent) {
					t.Errorf("got %v", err)
				}
			})
		})
	}
}

// A sign-in in the place of an account's that lost its answer, and the lost token presented: with the sandbox itself.
func TestTokenWhoseAnswerWasLostIsKnownBehindAnotherPersonsSignIn(t *testing.T) {
	perform(t, threeDays, func(t *testing.T, s *stage) {
		before, old := s.vault.peek("a"), s.vault.record(t, "a").Grant.Token
		s.replies("500 Internal Server Error\r\nConnection: close\r\n\r\n")
		_ = s.keeper.Refresh(t.Context(), "a")
		s.net.answerWith(nil)
		if err := s.keeper.SignIn(t.Context(), "a", s.code("other"), yes); err != nil {
			t.Fatal(err)
		}
		err0 := s.keeper.Add(t.Context(), s.account("b"), s.sandbox.ClientSecret(), oauth.Token{Refresh: old.Refresh, Issued: time.Now()}, nothing)
		s.stopWith(func() { s.vault.put("a", before) })
		s.keeper.Put(s.account("a"))
		s.wantState(keeper.StateFresh, "")
		err := s.keeper.Add(t.Context(), s.account("b"), s.sandbox.ClientSecret(), oauth.Token{Refresh: old.Refresh, Issued: time.Now()}, nothing)
		if !errors.Is(err, keeper.ErrSpent) {
			t.Errorf("before %v, then %v", err0, err)
		}
	})
}

// Whoever gave a sign-in up while its code was at the provider was told that at once, and could send the code once more: it had won a chain meanwhile.
func TestSignInThatIsGivenUpWhileItsCodeIsOutIsSeenThrough(t *testing.T) {
	perform(t, threeDays, func(t *testing.T, s *stage) {
		s.net.answerWith(func(c net.Conn) {
			defer c.Close()
			_, _ = http.ReadRequest(bufio.NewReader(c))
			time.Sleep(5 * time.Second)
			_, _ = io.WriteString(c, "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n{\"access_token\":\"A2\",\"expires_in\":259200,\"refresh_token\":\"R2\"}")
		})
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if err := s.keeper.SignIn(ctx, "a", s.code("me"), yes); err != nil {
			t.Errorf("it has won a chain, and the error is %v", err)
		}
		if got := s.vault.record(t, "a").Grant.Token.Refresh; got != "R2" {
			t.Errorf("stored is #%s", got.Fingerprint())
		}
		if err := s.keeper.SignIn(ctx, "a", s.code("me"), yes); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("nobody wanted it any more, and the error is %v", err)
		}
	})
}
