package agent

import (
	"context"
	"time"

	"freshkey/app/api"
	"freshkey/oauth"
	"freshkey/oauth/keeper"
)

// Verify makes signed calls with the access token and tells whose it is.
func (a *Agent) Verify(ctx context.Context, ref string) (api.VerifyResult, error) {
	account, err := a.find(ref)
	if err != nil {
		return api.VerifyResult{}, err
	}
	settings, provider, err := a.trusted(ctx, account.ID)
	if err != nil {
		return api.VerifyResult{}, a.problem(err, account)
	}
	t, err := a.keeper.Access(ctx, account.ID, keeper.DefaultValidity)
	if err != nil {
		return api.VerifyResult{}, a.problem(err, account)
	}
	owner, err := a.exchange().Owner(ctx, provider, settings.ClientID, t, time.Now)
	v := api.VerifyResult{Name: owner.Name, OpenID: owner.OpenID, Skew: int(owner.Skew.Seconds())}
	if err != nil {
		_, to, _, _ := oauth.Request{}.Authorize(provider, settings.ClientID, t, time.Now())
		return v, a.unreached(a.callProblem(err, account, owner.Skew), to)
	}
	return v, nil
}

// callProblem words a call of the Open API that was refused: a wrong clock is the usual cause.
func (a *Agent) callProblem(err error, account api.Account, skew time.Duration) *api.Problem {
	p := a.words.Problem(err, api.Account{Name: account.Name}, time.Now())
	p.Advice = ""
	if p.Reason == oauth.ReasonCallRefused {
		p.Advice = a.words.Text("advice.call_refused")
	}
	if skew.Abs() > clockTolerance {
		p.Advice = a.skewWarning(skew)
	}
	return p
}
