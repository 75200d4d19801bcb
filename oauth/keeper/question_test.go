package keeper_test

import (
	"bufio"
	"context"
	"io"
	"io/fs"
	"net"
	"net/http"
	"os"
	"testing"
	"testing/synctest"
	"time"

	"freshkey/oauth"
	"freshkey/oauth/keeper"
	"freshkey/oauth/sandbox"
)

// Nameless makes account "a" one whose grant does not say whose it is.
func (s *stage) nameless() oauth.Token {
	s.t.Helper()
	_ = s.keeper.Remove(s.t.Context(), "a")
	mine := firstToken(s.t, s.sandbox)
	mine.OpenID = ""
	if err := s.keeper.Add(s.t.Context(), s.account("a"), s.sandbox.ClientSecret(), mine, nothing); err != nil {
		s.t.Fatal(err)
	}
	return mine
}

// While the question is open the nameless chain is refused; the sign-in nobody answered for takes its place, and "no" is said to hold.
func TestNoMeansNoAlsoWhenTheChainIsRefusedMeanwhile(t *testing.T) {
	perform(t, threeDays, func(t *testing.T, s *stage) {
		mine := s.nameless()
		err := s.keeper.SignIn(t.Context(), "a", s.code("other"), func(context.Context, string, string) bool {
			_ = s.sandbox.Break(sandbox.Dead, 1)
			_ = s.keeper.Refresh(t.Context(), "a")
			_ = s.keeper.Refresh(t.Context(), "a") // clicked once more
			return false
		})
		if a := s.state(); a.Fingerprint != mine.Refresh.Fingerprint() {
			t.Errorf("the answer was no, SignIn says %q, and the account is %q's now (%s, generation %d)", err, a.OpenID, a.State, a.Generation)
		}
	})
}

// A sign-in that is given up at the question while the turn is taken leaves its answer; it takes the account's place later, unasked.
func TestSignInThatWasGivenUpStaysGivenUp(t *testing.T) {
	perform(t, threeDays, func(t *testing.T, s *stage) {
		mine := s.nameless()
		ctx, cancel := context.WithCancel(t.Context())
		err := s.keeper.SignIn(ctx, "a", s.code("other"), func(context.Context, string, string) bool {
			s.net.answerWith(func(c net.Conn) { // a slow provider that is not available
				defer c.Close()
				_, _ = http.ReadRequest(bufio.NewReader(c))
				time.Sleep(2 * time.Second)
				_, _ = io.WriteString(c, "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n")
			})
			go func() { _ = s.keeper.Refresh(t.Context(), "a") }()
			time.Sleep(time.Millisecond)
			cancel()
			return false
		})
		time.Sleep(10 * time.Second)
		synctest.Wait()
		s.net.answerWith(nil)
		left := len(seals(t, s))
		_ = s.sandbox.Break(sandbox.Dead, 1)
		_ = s.keeper.Refresh(t.Context(), "a")
		s.restart()
		time.Sleep(time.Minute)
		if a := s.state(); a.OpenID != "" {
			t.Errorf("given up (%v, %d files left), and now the account is %q's (%s); mine was %s", err, left, a.OpenID, a.State, mine.Refresh.Fingerprint())
		}
	})
}

// The keychain is locked when yes comes: an error is told, and later it is another person's account all the same.
func TestFailedSignInChangesNothing(t *testing.T) {
	perform(t, threeDays, func(t *testing.T, s *stage) {
		mine := s.state()
		err := s.keeper.SignIn(t.Context(), "a", s.code("other"), func(context.Context, string, string) bool {
			s.vault.breakWith(always("", fs.ErrPermission))
			return true
		})
		s.vault.breakWith(nil)
		time.Sleep(5 * time.Minute)
		if a := s.state(); err != nil && a.OpenID != mine.OpenID {
			t.Errorf("SignIn failed (%v), which changes nothing, and the account is %q's in place of %q's", err, a.OpenID, mine.OpenID)
		}
	})
}

// Yes to another person's grant without a refresh token, where the account has none either: nothing happens, and it is called done.
func TestYesIsDoneOrAnError(t *testing.T) {
	perform(t, threeDays, func(t *testing.T, s *stage) {
		s.sandbox.Kill()
		_ = s.keeper.Refresh(t.Context(), "a")
		s.wantState(keeper.StateSignIn, oauth.ReasonRefused)
		s.replies("200 OK\r\nConnection: close\r\n\r\n{\"access_token\":\"AT1\",\"expires_in\":3600,\"openId\":\"X\"}",
			"200 OK\r\nConnection: close\r\n\r\n{\"access_token\":\"AT2\",\"expires_in\":3600,\"openId\":\"Y\"}")
		for _, who := range []string{"X", "Y"} {
			err := s.keeper.SignIn(t.Context(), "a", oauth.AuthorizationGrant{Code: "code"}, yes)
			if a := s.state(); err == nil && a.OpenID != who {
				t.Errorf("signed in as %s, no error, and the account is %q's", who, a.OpenID)
			}
		}
	})
}

// "no" stores the unsaved grant, and it goes on being called unsaved.
func TestNoSavesWhatIsSaved(t *testing.T) {
	perform(t, threeDays, func(t *testing.T, s *stage) {
		_ = s.keeper.SignIn(t.Context(), "a", s.code("other"), func(context.Context, string, string) bool {
			s.vault.breakWith(failsAfter(1))
			_ = s.keeper.Refresh(t.Context(), "a")
			time.Sleep(40 * time.Second)
			s.vault.breakWith(nil)
			return false
		})
		a := s.state()
		if r := s.vault.record(t, "a"); r.Grant.Token.Refresh.Fingerprint() == a.Fingerprint && a.State == keeper.StateUnsaved {
			t.Errorf("the keychain has it, and it is %s (%s), next in %v; unsaved %d", a.State, a.Reason, time.Until(a.Next), s.unsaved())
		}
	})
}

// Yes is said in time, and the sign-in's patience ends while the account's turn is taken: the yes is forgotten.
func TestYesThatWaitsForTheTurnIsKept(t *testing.T) {
	perform(t, threeDays, func(t *testing.T, s *stage) {
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Minute)
		defer cancel()
		err := s.keeper.SignIn(ctx, "a", s.code("other"), func(context.Context, string, string) bool {
			time.Sleep(10*time.Minute - time.Second)
			_ = s.sandbox.Break(sandbox.Slow, 1)
			go func() { _ = s.keeper.Refresh(t.Context(), "a") }()
			time.Sleep(time.Millisecond)
			return true
		})
		time.Sleep(10 * time.Minute)
		if a := s.state(); a.Generation == 2 {
			t.Errorf("yes was said a second before the end (%v); it is %q's, and the new chain is in no record", err, a.OpenID)
		}
	})
}

// Killed at the question about a nameless chain; the chain is refused weeks later; another person's takes its place, and nobody is asked.
func TestUnansweredQuestionIsNoYesLater(t *testing.T) {
	perform(t, threeDays, func(t *testing.T, s *stage) {
		mine := s.nameless()
		var record []byte
		left := map[string][]byte{}
		_ = s.keeper.SignIn(t.Context(), "a", s.code("other"), func(context.Context, string, string) bool {
			record = s.vault.peek("a")
			for _, f := range seals(t, s) {
				left[f], _ = os.ReadFile(f)
			}
			return false
		})
		s.stopWith(func() {
			s.vault.put("a", record)
			for f, data := range left {
				_ = os.WriteFile(f, data, 0o600)
			}
		})
		s.keeper.Put(s.account("a"))
		s.wantState(keeper.StateFresh, "")
		_ = s.sandbox.Break(sandbox.Dead, 1)
		_ = s.keeper.Refresh(t.Context(), "a")
		s.wantState(keeper.StateSignIn, oauth.ReasonRefused)
		_ = s.keeper.SetSecret(t.Context(), "a", s.sandbox.ClientSecret())
		if a := s.state(); a.Fingerprint != mine.Refresh.Fingerprint() {
			t.Errorf("the account is %q's (%s), unasked", a.OpenID, a.State)
		}
	})
}

// The process is killed in the middle of a sign-in's answer, before anybody could be asked; later the nameless chain is refused.
func TestPartOfASignInIsNotTakenUnasked(t *testing.T) {
	perform(t, threeDays, func(t *testing.T, s *stage) {
		s.nameless()
		record, left := []byte(nil), map[string][]byte{}
		s.net.answerWith(func(c net.Conn) {
			defer c.Close()
			_, _ = http.ReadRequest(bufio.NewReader(c))
			_, _ = io.WriteString(c, "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n{\"access_token\":\"AT2\",\"refresh_token\":\"RT2\",")
			time.Sleep(time.Second) // the part is sealed
			record = s.vault.peek("a")
			for _, f := range seals(t, s) {
				left[f], _ = os.ReadFile(f)
			}
			_, _ = io.WriteString(c, "\"expires_in\":259200,\"openId\":\"other\"}")
		})
		_ = s.keeper.SignIn(t.Context(), "a", oauth.AuthorizationGrant{Code: "code"}, func(context.Context, string, string) bool { return false })
		s.stopWith(func() {
			s.vault.put("a", record)
			for f, data := range left {
				_ = os.WriteFile(f, data, 0o600)
			}
		})
		s.replies(spent)
		s.keeper.Put(s.account("a"))
		_ = s.keeper.Refresh(t.Context(), "a")
		s.restart()
		if a := s.state(); a.State != keeper.StateSignIn || a.Generation != 1 {
			t.Errorf("%s (%s), generation %d: nobody was asked", a.State, a.Reason, a.Generation)
		}
	})
}
