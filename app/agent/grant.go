package agent

import (
	"context"
	"strings"
	"time"

	"freshkey/app/api"
	"freshkey/oauth"
)

// grantOf is the code of a sign-in with what proves that it is brought by who asked for it.
func (l *login) grantOf(code oauth.Secret) oauth.AuthorizationGrant {
	return oauth.AuthorizationGrant{Code: code, Verifier: l.proof, RedirectURI: l.status.RedirectURI}
}

// readBrought reads a token answer of the account's app that a person brings in place of an address; without, what it returns is empty.
func (a *Agent) readBrought(ctx context.Context, account api.Account, text string) (oauth.AuthorizationGrant, error) {
	if !strings.Contains(text, "{") {
		return oauth.AuthorizationGrant{}, nil
	}
	_, provider, err := a.trusted(ctx, account.ID)
	if err != nil || !strings.HasPrefix(strings.TrimSpace(strings.TrimPrefix(strings.TrimSpace(text), provider.Prefix)), "{") {
		return oauth.AuthorizationGrant{}, err
	}
	c, err := oauth.ParseCredentials(provider, []byte(text), time.Now())
	if err != nil {
		return oauth.AuthorizationGrant{}, err
	}
	if c.ClientID != "" && c.ClientID != account.ClientID {
		return oauth.AuthorizationGrant{}, a.usage("client_id", "problem.other_app", account.Name)
	}
	return oauth.AuthorizationGrant{Refresh: c.Token.Refresh, OpenID: c.Token.OpenID}, a.ownedElsewhere(ctx, c.Token.Refresh, account.Name)
}
