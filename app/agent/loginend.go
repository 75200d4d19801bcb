package agent

import (
	"context"
	"errors"
	"time"

	"freshkey/app/api"
	"freshkey/app/desktop"
	"freshkey/oauth"
	"freshkey/oauth/keeper"
)

// concludeLogin says how a sign-in ended.
func (a *Agent) concludeLogin(ctx context.Context, l *login, account api.Account, err error) {
	if err != nil {
		a.endLogin(l, api.StepFailed, a.unconcluded(err, l, account))
		return
	}
	a.log.Info("signed in", "account", account.ID)
	if a.now(account).OnHold(time.Now()) { // the token that was to stay has gone
		_, err := a.Hold(ctx, account.ID, api.HoldRequest{})
		a.report("end hold", err)
	}
	if after := a.now(account); after.Unsaved() {
		a.endLogin(l, api.StepFailed, a.words.Unsaved(after, time.Now()))
		return
	}
	a.endLogin(l, api.StepDone, nil)
	if status := a.loginStatus(l); !status.Brought || !status.Elsewhere { // else there is no browser in front of the terminal
		a.saySignedIn(ctx, account)
	}
}

// unconcluded words why a sign-in did not become the account's.
func (a *Agent) unconcluded(err error, l *login, account api.Account) *api.Problem {
	x, isOAuth := errors.AsType[*oauth.Error](err)
	switch status := a.loginStatus(l); {
	case isOAuth && status.Brought && x.Reason != keeper.ReasonExpired: // it may be used up, whatever became of the sign-in
		return a.words.BroughtProblem(x)
	case errors.Is(err, keeper.ErrStays):
		return a.words.BroughtStays(keeper.AsVaultError(err))
	case l.replaced.Load():
		return a.words.LoginReplaced()
	case l.givenUp.Load():
		return &api.Problem{Code: api.CodeFailed, Reason: "sign_in_given_up", What: a.words.Text("login.given_up")}
	case l.unanswered:
		return &api.Problem{Code: api.CodeFailed, Reason: "question_unanswered", What: a.words.Text("login.unanswered"), Advice: a.words.Text("login.again")}
	case errors.Is(err, keeper.ErrOther):
		return a.words.AnotherPerson(account.Name, status)
	}
	return a.loginProblem(err, account)
}

// loginProblem words what went wrong with a sign-in: the account itself is as it was.
func (a *Agent) loginProblem(err error, account api.Account) *api.Problem {
	if x, isOAuth := errors.AsType[*oauth.Error](err); isOAuth {
		return a.words.LoginProblem(x)
	}
	p := a.addProblem(err, a.now(account))
	if p.Code == api.CodeKeychain { // nothing goes on by itself: the person has to begin again
		p.Advice = a.words.Text("login.keychain")
	}
	return p
}

// saySignedIn tells a person who sits before the browser, where a window is not to be seen.
func (a *Agent) saySignedIn(ctx context.Context, account api.Account) {
	a.report("notice", a.desk.Notify(context.WithoutCancel(ctx), desktop.Notice{
		Key: "login", Title: a.words.Text("notice.signed_in", say(account.Name)), Body: a.words.Text("notice.signed_in.body"),
	}, a.openClicked))
}
