package agent

import (
	"context"
	"slices"

	"freshkey/app/api"
	"freshkey/oauth"
	"freshkey/oauth/keeper"
)

// agreedOrigins are where changed settings would have an account's secrets go, if that is elsewhere than where they may go and a person agrees. They
// are asked before anything is stored: without their yes the account is as it was.
func (a *Agent) agreedOrigins(ctx context.Context, account api.Account, change func(*oauth.Account)) ([]string, error) {
	next, err := a.changed(account, change)
	if err != nil {
		return nil, err
	}
	p, err := next.Provider.Resolve()
	if err != nil {
		return nil, a.problem(err, account)
	}
	origins := p.Origins()
	known := len(account.ConfirmedOrigins) > 0 && !slices.Equal(origins, account.Origins)
	strange := slices.ContainsFunc(origins, func(o string) bool { return !slices.Contains(account.ConfirmedOrigins, o) })
	if !known || !strange {
		return nil, nil
	}
	return origins, a.agreed(ctx, account, api.Question{Origins: origins}, func() { api.Asking(ctx) })
}

// Confirm lets an account's secrets go to the origins that its settings name, if those are what the person was shown. A program that
// is not the window cannot say so for a person: it waits for one to agree there.
func (a *Agent) Confirm(ctx context.Context, ref string, in api.ConfirmRequest) (api.Account, error) {
	account, err := a.find(ref)
	if err != nil {
		return account, err
	}
	if !slices.Equal(in.Origins, account.Origins) {
		return account, a.problem(keeper.ErrOrigins, account)
	}
	if err := a.agreed(ctx, account, api.Question{Origins: in.Origins}, func() {}); err != nil {
		return account, err
	}
	if err := a.keeper.Confirm(ctx, account.ID, in.Origins); err != nil {
		return account, a.problem(err, account)
	}
	a.log.Info("endpoint confirmed", "account", account.ID, "origins", in.Origins)
	return a.now(account), nil
}
