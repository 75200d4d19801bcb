package agent

import (
	"cmp"
	"context"
	"errors"
	"net/url"
	"time"

	"freshkey/app/api"
	"freshkey/app/words"
	"freshkey/oauth"
	"freshkey/oauth/keeper"
)

// Sign is the header that authorises a request now.
func (a *Agent) Sign(ctx context.Context, ref string, call api.Call) (api.Signature, error) {
	account, t, err := a.tokenFor(ctx, ref, keeper.DefaultValidity)
	if err != nil {
		return api.Signature{}, err
	}
	s, err := a.authorize(ctx, t, account, call)
	if err != nil {
		return api.Signature{}, a.requestProblem(err, account)
	}
	if !t.Signs() { // the header holds the token
		a.handedOut(account.ID, t, toProgram)
	}
	return s, nil
}

// authorize is a call as it is made now. Without an address it is the one that tells whose the token is.
func (a *Agent) authorize(ctx context.Context, t oauth.Token, account api.Account, call api.Call) (api.Signature, error) {
	settings, provider, err := a.trusted(ctx, account.ID)
	if err != nil {
		return api.Signature{}, err
	}
	method, u, header, err := oauth.Request{Method: call.Method, URL: call.URL}.Authorize(provider, settings.ClientID, t, time.Now())
	if err != nil {
		return api.Signature{}, err
	}
	return api.Signature{Header: "Authorization: " + header, Method: method, URL: u.String(), Elsewhere: provider.IsElsewhere(t, u)}, nil
}

// Call makes a request with the account's token, which does not leave the agent but for where it goes.
func (a *Agent) Call(ctx context.Context, ref string, in api.CallRequest) (api.CallResult, error) {
	account, t, err := a.tokenFor(ctx, ref, keeper.DefaultValidity)
	if err != nil {
		return api.CallResult{}, err
	}
	settings, provider, err := a.trusted(ctx, account.ID)
	if err != nil {
		return api.CallResult{}, a.problem(err, account)
	}
	request := oauth.Request{Method: in.Method, URL: in.URL, Body: in.Body, ContentType: chosen(in.ContentType, "application/json")}
	got, err := a.exchange().Call(ctx, provider, settings.ClientID, t, request, time.Now())
	if err != nil {
		_, to, _, _ := request.Authorize(provider, settings.ClientID, t, time.Now())
		return api.CallResult{}, a.unreached(a.requestProblem(err, account), to)
	}
	out := api.CallResult{Status: got.Status, ContentType: got.ContentType, Body: got.Body, Cut: got.Cut}
	if to, err := url.Parse(in.URL); in.URL != "" && err == nil {
		out.Elsewhere = provider.IsElsewhere(t, to)
	}
	if refused := provider.Refused(got.Body); refused != nil && t.Signs() && !out.Elsewhere {
		out.Refused = cmp.Or(refused.Detail(), "error")
	}
	return out, nil
}

// requestProblem words why a request cannot be made. A mistaken input was to be stored nowhere, so its advice is not that nothing was.
func (a *Agent) requestProblem(err error, account api.Account) *api.Problem {
	p := a.words.Problem(err, a.now(account), time.Now())
	if p.Flaw != "" {
		p.Advice = a.words.Text("problem.not_sent.advice")
	}
	return p
}

// unreached says of a call that had no connection where it was to go, and by which proxy: that is none of the account's troubles.
func (a *Agent) unreached(p *api.Problem, to *url.URL) *api.Problem {
	if p.Reason != oauth.ReasonNoConnection {
		return p
	}
	p.Advice = "" // when the token is refreshed next is another matter
	if to == nil || to.Host == "" {
		return p
	}
	p.What = a.words.Text("problem.call_offline", words.Args{Address: to.Host})
	if via, err := a.proxy(&url.URL{Scheme: to.Scheme, Host: to.Host}); err == nil && via != nil {
		p.What = a.words.Text("problem.call_offline.via", words.Args{Address: to.Host, Name: via.Redacted()})
	}
	return p
}

// tokenFor is a token for whoever asks, if a person lets it have one. It is refreshed first only if needed.
func (a *Agent) tokenFor(ctx context.Context, ref string, minValid time.Duration) (api.Account, oauth.Token, error) {
	account, err := a.find(ref)
	if err != nil {
		return account, oauth.Token{}, err
	}
	if err := a.consent(ctx, account); err != nil {
		return account, oauth.Token{}, a.tokenProblem(ctx, err, account)
	}
	t, err := a.keeper.Access(ctx, account.ID, minValid)
	if err != nil {
		return account, oauth.Token{}, a.tokenProblem(ctx, err, account)
	}
	a.used()
	return account, t, nil
}

// outOfReach is why an account's token, which the keychain alone has, cannot be had from there: a person is not asked for what cannot be given.
func (a *Agent) outOfReach(ctx context.Context, account api.Account, about api.Question) error {
	now := a.now(account)
	if about.EndsAsking || !now.KeptBack && (now.State != keeper.StateLocked || now.Works(time.Now()) && !now.Unread()) {
		return nil
	}
	if _, err := a.vault.Get(ctx, account.ID); err != nil {
		return keeper.AsVaultError(err)
	}
	return nil
}

// tokenProblem words why there is no token. Who does not want to wait for the next try is told how to have it now: the wait is the schedule's,
// not theirs.
func (a *Agent) tokenProblem(ctx context.Context, err error, account api.Account) error {
	now := time.Now()
	account = a.now(account)
	p := a.words.Problem(err, account, now)
	waits := p.Reason == oauth.ReasonServer || p.Reason == oauth.ReasonNoConnection
	if waits && account.NextRefreshAt.After(now.Add(worthATry)) {
		a.adviseCommand(ctx, p, "advice.try_now", account)
	}
	return a.withCommand(ctx, err, p, account)
}

// withCommand is a problem with the command that ends it, if there is one.
func (a *Agent) withCommand(ctx context.Context, err error, p *api.Problem, account api.Account) *api.Problem {
	switch {
	case errors.Is(err, keeper.ErrHeld):
		a.adviseCommand(ctx, p, "advice.release", account)
	case p.Code == api.CodeSignIn && account.Reason != keeper.ReasonMoved:
		a.adviseCommand(ctx, p, "advice.login", account)
	case p.Code == api.CodeKeychain && account.Unlockable():
		a.adviseCommand(ctx, p, "advice.unlock", account)
	}
	return p
}

// adviseCommand adds what to type, for whoever did not click: tray and window have buttons.
func (a *Agent) adviseCommand(ctx context.Context, p *api.Problem, id string, account api.Account) {
	if _, isPerson := a.caller(ctx); !isPerson {
		p.Advice = api.Join(p.Advice, a.words.Text(id, words.Args{Account: account.Name}))
	}
}

// worthATry is how far off the next try is, at least, for it to be of use to have one at once.
const worthATry = 10 * time.Second
