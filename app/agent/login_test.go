package agent

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
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
		takes := func() bool { may, err := a.sent.take("C", l, time.Now()); return may && err == nil }
		if !takes() || takes() {
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
		if time.Sleep(codesLive + time.Second); !takes() {
			t.Error("it is remembered for ever")
		}
		a.giveBack(l.grantOf("C"))
		if _, sent := a.sent.sent("C", time.Now()); sent {
			t.Error("what has won nothing cannot be tried again")
		}
	})
}

// An agent that goes on with a sealed answer has not begun the sign-in, and its code was sent once more.
func TestCodesThatWereSentOutliveTheAgent(t *testing.T) {
	path := filepath.Join(t.TempDir(), "codes.json")
	before := sentCodes{path: path}
	if may, err := before.take("C3_code", &login{}, noon); !may || err != nil {
		t.Fatal(may, err)
	}
	after := sentCodes{path: path}
	if by, sent := after.sent("C3_code", noon.Add(time.Minute)); by != nil || !sent {
		t.Errorf("the next agent: by %v, sent %v", by, sent)
	}
	if may, err := after.take("C3_code", &login{}, noon.Add(time.Minute)); may || err != nil {
		t.Errorf("it is sent once more: %v", err)
	}
	if data, err := os.ReadFile(path); err != nil || strings.Contains(string(data), "C3_code") {
		t.Errorf("the file holds it: %v", err)
	}
	if err := after.giveBack("C3_code"); err != nil {
		t.Error(err)
	}
	if err := os.WriteFile(path, []byte("{oops"), 0o600); err != nil {
		t.Fatal(err)
	}
	broken := sentCodes{path: path}
	if may, err := broken.take("C3_code", &login{}, noon); !may || err != nil {
		t.Errorf("over a file that is none: %v, %v", may, err)
	}
}

// A sign-in that was ended before its code was sent kept that for a quarter of an hour.
func TestACodeThatCameTooLateToBeSentCanBeTriedAgain(t *testing.T) {
	for _, end := range []string{"given up", "ended"} {
		bare(t, func(t *testing.T, a *Agent) {
			a.addForTest(t, firstID, "one")
			account, err := a.find("one")
			if err != nil {
				t.Fatal(err)
			}
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			l := &login{grants: make(chan grant, 1), visited: make(chan struct{}), ended: make(chan struct{}), cancel: cancel, status: api.Login{Account: firstID, Step: api.StepBrowser}}
			a.logins.put(l)
			given := l.grantOf("C")
			if !a.take(l, given) {
				t.Fatal("it is not taken")
			}
			l.grants <- given
			if end == "ended" {
				a.endLogin(l, api.StepFailed, nil)
			} else {
				cancel()
			}
			if a.runLogin(ctx, l, account); a.loginStatus(l).Step != api.StepFailed {
				t.Errorf("%s: it is at %s", end, a.loginStatus(l).Step)
			}
			if _, sent := a.sent.sent("C", time.Now()); sent {
				t.Errorf("%s: it counts as sent", end)
			}
		})
	}
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
