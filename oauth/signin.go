package oauth

import (
	"crypto/rand"
	"encoding/base64"
	"net/url"
	"strings"
)

// codeInvalid is the provider's number for a code that is wrong, expired or used.
const codeInvalid = "96013"

// codeDenied is its number for a person who said no.
const codeDenied = "96012"

// SignInState is a random value that goes to the provider with a sign-in and comes back with it: an address without it
// belongs to somebody else's sign-in.
func SignInState() string { return randomText(18) }

// randomText is n random bytes, as letters that an address may hold.
func randomText(n int) string {
	b := make([]byte, n)
	_, _ = rand.Read(b) // never fails; see crypto/rand
	return base64.RawURLEncoding.EncodeToString(b)
}

// AuthorizeURL is the page on which a person lets the app in. It holds no secret: of the verifier, which is empty without PKCE, only the
// challenge. The error is a *FieldError.
func AuthorizeURL(p Provider, clientID, redirectURI, state string, verifier Secret) (string, error) {
	if p.AuthorizeURL == "" {
		return "", &FieldError{Field: "authorize_url", Code: FieldMissing}
	}
	q := url.Values{"client_id": {clientID}, "redirect_uri": {redirectURI}, "response_type": {"code"}, "state": {state}}
	if len(p.Scopes) > 0 {
		q.Set("scope", strings.Join(p.Scopes, " "))
	}
	if verifier != "" {
		q.Set("code_challenge", challenge(verifier))
		q.Set("code_challenge_method", string(PKCES256))
	}
	for name, value := range p.AuthorizeParams {
		q.Set(name, value)
	}
	return p.AuthorizeURL + "?" + q.Encode(), nil
}

// ReadRedirect takes the code out of the address a sign-in ended at; a bare code is one too. state is what the sign-in was
// begun with, or empty if that is not known; issuer is who is to have sent the browser back, if it says so (RFC 9207), or empty. The error is
// an *Error that quotes nothing.
func ReadRedirect(text, state, issuer string) (code Secret, err error) {
	text = strings.Trim(strings.TrimSpace(text), `"'<>`)
	if !strings.ContainsAny(text, "?=&/#") {
		return bareCode(text)
	}
	_, query, found := strings.Cut(text, "?")
	if !found {
		query = text[strings.LastIndexAny(text, "/")+1:] // somebody took only the query
	}
	query, _, _ = strings.Cut(query, "#")
	q, parseErr := url.ParseQuery(query)
	if parseErr != nil {
		return "", &Error{Reason: ReasonNoCode}
	}
	if got := q.Get("state"); got != "" && state != "" && got != state {
		return "", &Error{Reason: ReasonWrongState}
	}
	if iss := q.Get("iss"); iss != "" && issuer != "" && strings.TrimSuffix(iss, "/") != strings.TrimSuffix(issuer, "/") {
		return "", &Error{Reason: ReasonWrongState} // another provider's code would be sent to this one
	}
	if refusal := q.Get("error"); refusal != "" {
		return "", denial(refusal)
	}
	return bareCode(q.Get("code"))
}

func bareCode(text string) (Secret, error) {
	if text == "" || len(text) > 4096 || strings.ContainsAny(text, " \t\r\n") {
		return "", &Error{Reason: ReasonNoCode}
	}
	return Secret(text), nil
}

// denial is what an error in the redirected address means.
func denial(text string) *Error {
	code := ParseErrorCode(text)
	if code == codeDenied || code == "access_denied" {
		return &Error{Reason: ReasonDenied, Code: code}
	}
	return &Error{Class: Misconfigured, Reason: ReasonSettings, Code: code}
}

// SignInError is what a failed exchange means for a sign-in: never that a chain is dead.
func SignInError(x *Error) *Error {
	switch {
	case x.Code == codeInvalid, x.Class == Dead:
		return &Error{Class: Transient, Reason: ReasonCodeRefused, Code: x.Code, Status: x.Status}
	case x.Class == Uncertain:
		return &Error{Class: Transient, Reason: x.Reason, Code: x.Code, Status: x.Status}
	}
	return x
}
