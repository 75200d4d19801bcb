package agent

import (
	"log/slog"
	"strings"
	"testing"

	"freshkey/app/api"
	"freshkey/app/words"
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
