package agent

import (
	"context"
	"errors"
	"time"

	"freshkey/app/api"
	"freshkey/oauth"
)

// revoke has the provider end an account's chain.
func (a *Agent) revoke(ctx context.Context, account api.Account) error {
	err := a.keeper.Revoke(ctx, account.ID)
	if _, cannot := errors.AsType[*oauth.FieldError](err); cannot { // it is no provider's that can
		p := a.words.Problem(err, account, time.Now())
		p.Advice = a.words.Text("problem.not_removed.advice")
		return p
	}
	if err != nil {
		return a.problem(err, account)
	}
	return nil
}
