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

// readGrant reads what a person brings for an account: the address that the browser ended at, the code in it, or a token answer of the same app's.
func (a *Agent) readGrant(ctx context.Context, l *login, account api.Account, text string) (oauth.AuthorizationGrant, error) {
	if !strings.HasPrefix(strings.TrimSpace(strings.TrimPrefix(strings.TrimSpace(text), l.provider.Prefix)), "{") {
		code, err := oauth.ReadRedirect(l.provider, text, l.state)
		return l.grantOf(code), err
	}
	c, err := oauth.ParseCredentials(l.provider, []byte(text), time.Now())
	if err != nil {
		return oauth.AuthorizationGrant{}, err
	}
	switch refresh := c.Token.Refresh; {
	case c.ClientID != "" && c.ClientID != account.ClientID:
		return oauth.AuthorizationGrant{}, a.usage("client_id", "problem.other_app", account.Name)
	case a.hasLeft(refresh):
		return oauth.AuthorizationGrant{}, a.usage("refresh_token", "problem.left_token", account.Name)
	default:
		return oauth.AuthorizationGrant{Refresh: refresh, OpenID: c.Token.OpenID}, a.knownElsewhere(ctx, refresh)
	}
}
