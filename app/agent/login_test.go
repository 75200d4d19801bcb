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
