package oauth

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strconv"
)

// madeUpRefresh is a refresh token that nobody ever had: a provider that knows the app refuses it, and one that does not refuses the app.
const madeUpRefresh = "freshkey-asks-whether-the-app-is-known"

// Probe asks a token endpoint for nothing, to hear in which dialect it says no. ok reports whether that was one of its own
// errors, which is then code. No secret is sent.
func (x Exchange) Probe(ctx context.Context, p Provider) (code ErrorCode, ok bool, err error) {
	refusal, err := x.refusal(ctx, p, url.Values{"grant_type": {"refresh_token"}, "client_id": {"0"}})
	if refusal == nil {
		return "", false, err
	}
	return refusal.Code, refusal.Code != "", err
}

// ProbeApp hears what a token endpoint says to an app that comes with a refresh token nobody ever had: an error of the class Dead if it knows the
// app, Misconfigured if it does not, and any other if that stays open.
func (x Exchange) ProbeApp(ctx context.Context, p Provider, a Account, clientSecret Secret) (*Error, error) {
	return x.refusal(ctx, p, RefreshForm(p, a, clientSecret, madeUpRefresh))
}

// refusal is what a token endpoint says to a request that it has to refuse; nil if it says something else.
func (x Exchange) refusal(ctx context.Context, p Provider, form url.Values) (*Error, error) {
	reply, err := x.Send(ctx, p, form, nil)
	if err != nil {
		return nil, err
	}
	_, err = ReadAnswer(p, reply.Status, reply.Body, reply.Received)
	refusal, _ := errors.AsType[*Error](err)
	return refusal, nil
}

// ProbePage asks for a sign-in's page as a browser would, and returns what it refuses with: an HTTP status, or the error with which it sends the
// browser back at once (RFC 6749 §4.1.2.1); "" if it refuses nothing. Nobody is signed in by that.
func (x Exchange) ProbePage(ctx context.Context, p Provider, clientID, redirectURI string) (refusal string, err error) {
	address, err := AuthorizeURL(p, clientID, redirectURI, SignInState(), p.NewVerifier())
	if err != nil {
		return "", err
	}
	u, err := callAddress(address)
	if err != nil {
		return "", err
	}
	reply, err := x.get(ctx, u, "", Provider{})
	if err != nil {
		return "", err
	}
	if reply.Status >= http.StatusBadRequest {
		return "HTTP " + strconv.Itoa(reply.Status), nil
	}
	if back, err := u.Parse(reply.Location); err == nil {
		return string(ParseErrorCode(back.Query().Get(p.Names.theirs("error")))), nil
	}
	return "", nil
}
