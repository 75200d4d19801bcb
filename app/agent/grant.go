package agent

import (
	"cmp"
	"context"
	"net/url"
	"slices"
	"strings"
	"time"

	"freshkey/app/api"
	"freshkey/app/words"
	"freshkey/oauth"
)

// grant is what a sign-in is concluded with: a code, or a refresh token that a person brings.
type grant struct {
	code oauth.AuthorizationGrant

	refresh oauth.Secret // empty for a code
	openID  string       // whose that is, if it was said
}

// grantOf is the code of a sign-in with what proves that it is brought by who asked for it.
func (l *login) grantOf(code oauth.Secret) grant {
	return grant{code: oauth.AuthorizationGrant{Code: code, Verifier: l.proof, RedirectURI: l.status.RedirectURI}}
}

// handOver gives a sign-in what a person brings for it. One that waits goes on waiting if that is no good.
func (a *Agent) handOver(l *login, account api.Account, in api.LoginRequest, brought grant, waiting bool) *api.Problem {
	given := brought
	if brought.refresh == "" {
		code, err := oauth.ReadRedirect(l.provider, in.Address, l.state)
		if err != nil {
			p := a.loginProblem(err, account)
			if p.Reason == oauth.ReasonDenied || !waiting {
				a.endLogin(l, api.StepFailed, p)
			}
			return p
		}
		given = l.grantOf(code)
	}
	if !a.take(l, given) { // the browser has just come back
		p := a.worded(api.CodeFailed, "sign_in_under_way", "login.busy", words.Args{Account: account.Name})
		if !waiting {
			a.endLogin(l, api.StepFailed, p)
		}
		return p
	}
	a.step(l, func(s *api.Login) {
		s.Problem, s.NoBrowser = nil, false // no browser has to come back any more
		if s.Brought = brought.refresh != ""; s.Brought {
			s.Elsewhere = in.Elsewhere
		}
	})
	l.grants <- given
	return nil
}

// take makes a grant the one that a sign-in is concluded with, if it has none yet, and if its code was not sent before.
func (a *Agent) take(l *login, given grant) bool {
	if given.refresh == "" {
		may, err := a.sent.take(given.code.Code, l, time.Now())
		if a.report("sent codes", err); !may {
			return false
		}
	}
	if !l.taken.CompareAndSwap(false, true) {
		a.giveBack(given)
		return false
	}
	l.come()
	return true
}

// giveBack is for a grant that has won nothing.
func (a *Agent) giveBack(given grant) { a.report("sent codes", a.sent.giveBack(given.code.Code)) }

// wasSent reports whether an address's code was sent, and for which sign-in, if that was this agent's.
func (a *Agent) wasSent(ctx context.Context, account api.Account, in api.LoginRequest, brought grant) (by *login, sent bool) {
	if in.Address == "" || brought.refresh != "" {
		return nil, false
	}
	_, provider, err := a.trusted(ctx, account.ID)
	if err != nil {
		return nil, false
	}
	code, err := oauth.ReadRedirect(provider, in.Address, "")
	if err != nil {
		return nil, false
	}
	return a.sent.sent(code, time.Now())
}

// handedOverAgain is how a sign-in stands whose address somebody brings once more, as by a key that repeats: while that is at it, nothing is wrong.
func (a *Agent) handedOverAgain(by *login, account api.Account) (api.Login, error) {
	if by != nil {
		if status := a.loginStatus(by); status.Account == account.ID && !status.Step.Ended() {
			return status, nil
		}
	}
	return api.Login{}, a.worded(api.CodeFailed, "sign_in_under_way", "login.used", words.Args{})
}

// readBrought reads a token answer of the account's app that a person brings in place of an address; without, what it returns is empty.
func (a *Agent) readBrought(ctx context.Context, account api.Account, text string) (grant, error) {
	if !strings.Contains(text, "{") {
		return grant{}, nil
	}
	_, provider, err := a.trusted(ctx, account.ID)
	if text = api.Unquoted(text); err != nil || !strings.HasPrefix(api.Unquoted(strings.TrimPrefix(text, provider.Prefix)), "{") {
		return grant{}, err
	}
	c, err := oauth.ParseCredentials(provider, []byte(text), time.Now())
	if err != nil {
		return grant{}, err
	}
	switch {
	case c.ClientID != "" && c.ClientID != account.ClientID:
		return grant{}, a.usage("client_id", "problem.other_app", account.Name)
	case isForeign(oauth.Recognize(text, time.Now()), provider):
		return grant{}, a.usage("token_url", "problem.other_provider", account.Name)
	}
	return grant{refresh: c.Token.Refresh, openID: c.Token.OpenID}, a.ownedElsewhere(ctx, c.Token.Refresh, account.Name)
}

// isForeign reports whether a token answer says that it is from another provider.
func isForeign(answer oauth.Pasted, p oauth.Provider) bool {
	for _, address := range []string{answer.TokenURL, answer.AuthorizeURL, answer.APIURL, answer.Issuer} {
		known := []string{p.TokenURL, p.AuthorizeURL, p.APIURL, p.Issuer}
		u, err := url.Parse(address)
		if address != "" && !slices.Contains(known, address) && (err != nil || !slices.Contains(p.Origins(), u.Scheme+"://"+u.Host)) {
			return true
		}
	}
	return false
}

// signIn has the engine conclude a sign-in.
func (a *Agent) signIn(ctx context.Context, l *login, account api.Account, g grant) error {
	confirm := func(life context.Context, had, got string) bool { return a.confirm(ctx, life, l, had, got) }
	if g.refresh == "" {
		return a.keeper.SignIn(ctx, account.ID, g.code, confirm)
	}
	var elsewhere error // another profile may have got it while somebody was asked
	err := a.keeper.Bring(ctx, account.ID, g.refresh, g.openID, func(life context.Context, had, got string) bool {
		if !confirm(life, had, got) {
			return false
		}
		elsewhere = a.ownedElsewhere(life, g.refresh, account.Name)
		return elsewhere == nil
	})
	return cmp.Or(elsewhere, err)
}
