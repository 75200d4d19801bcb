package agent

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"freshkey/app/api"
	"freshkey/oauth"
	"freshkey/oauth/keeper"
)

// settings are an account's own and its provider, whole.
func (a *Agent) settings(id string) (oauth.Account, oauth.Provider, error) {
	for _, c := range a.config.get().Accounts {
		if c.ID == id {
			p, err := c.Provider.Resolve()
			return c, p, err
		}
	}
	return oauth.Account{}, oauth.Provider{}, keeper.ErrNoAccount
}

// changeSettings checks an account's new settings, does what else has to be done first, writes them, and tells the keeper.
func (a *Agent) changeSettings(account api.Account, change func(*oauth.Account), first func() error) (api.Account, error) {
	if _, err := a.changed(account, change); err != nil {
		return account, err
	}
	if err := first(); err != nil { // may wait for the account's turn, which is nothing to the other accounts
		return account, a.problem(err, account)
	}
	a.editing.Lock()
	defer a.editing.Unlock()
	next, err := a.changed(account, change)
	if err != nil {
		return account, err
	}
	err = a.config.edit(func(c *config) {
		if n := slices.IndexFunc(c.Accounts, func(o oauth.Account) bool { return o.ID == next.ID }); n >= 0 {
			change(&c.Accounts[n]) // as it is now: a person may have edited it by hand a moment ago
			next = c.Accounts[n]
		}
	})
	if err != nil {
		return account, a.configProblem(err)
	}
	a.keeper.Put(next)
	return a.now(account), nil
}

// changed is an account's settings after a change, if they can be used.
func (a *Agent) changed(account api.Account, change func(*oauth.Account)) (oauth.Account, error) {
	next, _, err := a.settings(account.ID)
	if err != nil {
		return next, a.problem(err, account)
	}
	before := next.Name
	change(&next)
	err = oauth.CheckAccount(next)
	if next.Name != before {
		err = cmp.Or(oauth.CheckName(next.Name), err)
	}
	if err != nil {
		return next, a.problem(err, account)
	}
	taken := slices.ContainsFunc(a.config.get().Accounts, func(o oauth.Account) bool { return o.ID != next.ID && fold(o.Name) == fold(next.Name) })
	if taken && fold(next.Name) != fold(before) {
		return next, a.usage("name", "problem.duplicate_name", next.Name)
	}
	return next, nil
}

// Edit changes an account's settings. Its chain stays.
func (a *Agent) Edit(ctx context.Context, ref string, in api.EditRequest) (api.Account, error) {
	account, err := a.find(ref)
	if err != nil {
		return account, err
	}
	return a.changeSettings(account, func(o *oauth.Account) {
		o.Name, o.ClientID, o.RedirectURI = chosen(in.Name, o.Name), chosen(in.ClientID, o.ClientID), chosen(in.RedirectURI, o.RedirectURI)
	}, func() error {
		if secret := strings.TrimSpace(in.ClientSecret); secret != "" {
			return a.keeper.SetSecret(ctx, account.ID, oauth.Secret(secret))
		}
		return nil
	})
}

// Hold keeps an account's token as it is until a moment; the zero time, or one that has passed, releases it.
func (a *Agent) Hold(_ context.Context, ref string, in api.HoldRequest) (api.Account, error) {
	account, err := a.find(ref)
	if err != nil {
		return account, err
	}
	until := in.Until.Round(0)
	if !until.After(time.Now()) {
		until = time.Time{}
	}
	return a.changeSettings(account, func(o *oauth.Account) { o.HeldUntil = until }, func() error { return nil })
}

// Verify makes signed calls with the access token and tells whose it is.
func (a *Agent) Verify(ctx context.Context, ref string) (api.VerifyResult, error) {
	account, err := a.find(ref)
	if err != nil {
		return api.VerifyResult{}, err
	}
	settings, provider, err := a.settings(account.ID)
	if err != nil {
		return api.VerifyResult{}, a.problem(err, account)
	}
	t, err := a.keeper.Access(ctx, account.ID, keeper.DefaultValidity)
	if err != nil {
		return api.VerifyResult{}, a.problem(err, account)
	}
	owner, err := oauth.Exchange{}.Owner(ctx, provider, settings.ClientID, t, time.Now)
	v := api.VerifyResult{Name: owner.Name, OpenID: owner.OpenID, Skew: int(owner.Skew.Seconds())}
	if err != nil {
		return v, a.callProblem(err, account, owner.Skew)
	}
	return v, nil
}

// callProblem words a call of the Open API that was refused: a wrong clock is the usual cause.
func (a *Agent) callProblem(err error, account api.Account, skew time.Duration) error {
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

// Log is an account's history.
func (a *Agent) Log(ref string) ([]keeper.Event, error) {
	account, err := a.find(ref)
	if err != nil {
		return nil, err
	}
	return a.history.of(account.ID)
}
