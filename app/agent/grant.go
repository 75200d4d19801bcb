package agent

import (
	"cmp"
	"context"
	"net/url"
	"slices"
	"strings"
	"time"

	"freshkey/app/api"
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
