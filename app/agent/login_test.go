package agent

import (
	"errors"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"freshkey/app/api"
	"freshkey/app/words"
	"freshkey/oauth"
	"freshkey/oauth/keeper"
)

func TestRefusedSignInOfAnotherPersonNamesBoth(t *testing.T) {
	a := &Agent{words: words.New("en"), log: slog.New(slog.DiscardHandler)}
	l := &login{ended: make(chan struct{}), status: api.Login{Step: api.StepConfirm, Had: "owner", Got: "guest"}}
	a.concludeLogin(t.Context(), l, api.Account{Name: "work"}, keeper.ErrOther)
	p := a.loginStatus(l).Problem
	if p == nil || !strings.Contains(p.What, "work is another person's (owner)") || !strings.Contains(p.What, "guest") || p.Code != api.CodeFailed {
		t.Errorf("said %+v", p)
	}
}

// The window forgets a sign-in that went well as soon as it has shown it; who began it by a command may hear of its end after that, and begin another
// one before.
func TestEndOfASignInIsHeardWhereverItIsForgotten(t *testing.T) {
	a := &Agent{words: words.New("en"), log: slog.New(slog.DiscardHandler)}
	begin := func() *login {
		l := &login{ended: make(chan struct{}), cancel: func() {}, status: api.Login{Account: "a", Step: api.StepExchanging}}
		a.logins.put(l)
		return l
	}
	first := begin()
	a.endLogin(first, api.StepDone, nil)
	a.logins.drop("a", 1)
	if one, _ := a.logins.numbered("a", 1); one != first || len(a.logins.snapshot()) != 0 {
		t.Errorf("%v is what is known of it, and %d are shown", one, len(a.logins.snapshot()))
	}
	second := begin()
	if a.logins.drop("a", 1); a.logins.of("a") != second || second.givenUp.Load() {
		t.Error("forgetting the first one has given up the second")
	}
	if one, replaced := a.logins.numbered("a", 1); one != nil || !replaced {
		t.Error("nobody says that another one has taken its place")
	}
	if a.logins.drop("a", 0); !second.givenUp.Load() {
		t.Error("it goes on")
	}
}

// A second Ctrl+V sent a code once more while the provider was at it, and some end the chain that it has won (RFC 6749, 4.1.2).
func TestACodeIsNotSentTwice(t *testing.T) {
	bare(t, func(t *testing.T, a *Agent) {
		a.addForTest(t, firstID, "one")
		a.addForTest(t, secondID, "two")
		l := &login{ended: make(chan struct{}), cancel: func() {}, status: api.Login{Account: firstID, Step: api.StepExchanging, Brought: true, Elsewhere: true}}
		a.logins.put(l)
		if !a.sent.take("C", l, time.Now()) || a.sent.take("C", l, time.Now()) {
			t.Fatal("it is not taken once")
		}
		bring := func(name, text string) (api.Login, string) {
			status, err := a.Login(t.Context(), name, api.LoginRequest{Address: text})
			p, ok := errors.AsType[*api.Problem](err)
			if a.logins.of(firstID) != l || a.logins.of(secondID) != nil {
				t.Errorf("%q at %s begins another sign-in", text, name)
			}
			if !ok {
				return status, ""
			}
			return status, p.What
		}
		texts := []string{"https://example.com/callback?code=C&state=S", "\"https://example.com/callback?state=S&code=C&more=x\"\n", "code=C&state=S", "C"}
		for _, text := range texts {
			if status, said := bring("one", text); said != "" || status.Number != l.status.Number {
				t.Errorf("%q while the provider is at it: %q, %+v", text, said, status)
			}
			if _, said := bring("two", text); said != a.words.Text("login.used") {
				t.Errorf("%q at another account: %q", text, said)
			}
		}
		a.concludeLogin(t.Context(), l, api.Account{ID: firstID, Name: "one"}, nil)
		for _, text := range texts {
			if _, said := bring("one", text); said != a.words.Text("login.used") {
				t.Errorf("%q after it has won a chain: %q", text, said)
			}
		}
		if time.Sleep(codesLive + time.Second); !a.sent.take("C", l, time.Now()) {
			t.Error("it is remembered for ever")
		}
		if a.sent.giveBack("C"); a.sent.by("C", time.Now()) != nil {
			t.Error("what has won nothing cannot be tried again")
		}
	})
}

// An address without a code was said to have been handed over before.
func TestAnAddressWithoutACodeIsToldFromOneThatWasSent(t *testing.T) {
	bare(t, func(t *testing.T, a *Agent) {
		a.addForTest(t, firstID, "one")
		for _, text := range []string{"http://localhost:8080/", "https://example.com/callback?", `""`, "https://example.com/#code=C"} {
			_, err := a.Login(t.Context(), "one", api.LoginRequest{Address: text})
			if p, ok := errors.AsType[*api.Problem](err); !ok || p.Reason != oauth.ReasonNoCode {
				t.Errorf("%q: %v", text, err)
			}
			synctest.Wait()
		}
	})
}

// What was copied of an address belongs to the sign-in that waits for it, with or without quotes, and the query alone.
func TestAnAddressOfAnotherSignInIsKnownHoweverItWasCopied(t *testing.T) {
	var all logins
	all.put(&login{cancel: func() {}, state: "S", status: api.Login{Account: "a", Step: api.StepBrowser}})
	for _, text := range []string{"https://e.com/cb?code=C&state=S", `"https://e.com/cb?code=C&state=S"`, "<https://e.com/cb?code=C&state=S#>", "code=C&state=S", "?code=C&state=S"} {
		if !all.awaitsElsewhere("b", text) || all.awaitsElsewhere("a", text) {
			t.Errorf("%q is spent for another account", text)
		}
	}
}
