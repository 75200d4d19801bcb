package oauth

import (
	"cmp"
	"crypto/rand"
	"encoding/base64"
	"net/url"
	"slices"
	"strings"
)

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
	if redirectURI == "" { // of an app whose people sign in on another device
		return "", &FieldError{Field: "redirect_uri", Code: FieldMissing}
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
	return withQuery(p.AuthorizeURL, p.Names.request(q)), nil
}

// ReadRedirect takes the code out of the address a sign-in ended at; a bare code is one too. state is what the sign-in was
// begun with, or empty if that is not known; p is who is to have sent the browser back, if it says who it is (RFC 9207). The error is
// an *Error that quotes nothing.
func ReadRedirect(p Provider, text, state string) (code Secret, err error) {
	query, isBare := redirectQuery(text)
	if isBare {
		return bareCode(query)
	}
	q, parseErr := url.ParseQuery(query)
	if parseErr != nil {
		return "", &Error{Reason: ReasonNoCode}
	}
	if got := q.Get("state"); got != "" && state != "" && got != state {
		return "", &Error{Reason: ReasonWrongState}
	}
	if iss := q.Get("iss"); p.Issuer != "" && strings.TrimSuffix(iss, "/") != strings.TrimSuffix(p.Issuer, "/") && (iss != "" || p.ReturnsIssuer) { // accounts of earlier versions have it as it was typed
		return "", &Error{Reason: ReasonWrongState} // another provider's code would be sent to this one
	}
	if refusal := q.Get(p.Names.theirs("error")); refusal != "" {
		return "", denial(p, refusal)
	}
	return bareCode(q.Get(p.Names.theirs("code")))
}

// redirectQuery is the query of an address, however much of that was copied; or a bare code.
func redirectQuery(text string) (query string, isBare bool) {
	text = strings.Trim(strings.TrimSpace(text), `"'<>`)
	if !strings.ContainsAny(text, "?=&/#") {
		return text, true
	}
	_, query, found := strings.Cut(text, "?")
	if !found {
		query = text[strings.LastIndexAny(text, "/")+1:] // somebody took only the query
	}
	query, _, _ = strings.Cut(query, "#")
	return query, false
}

// StateIn is the state that an address brings, of a sign-in's page or of where that ended; "" if it has none.
func StateIn(address string) string {
	query, _ := redirectQuery(address)
	q, _ := url.ParseQuery(query) // what of it can be read
	return q.Get("state")
}

func bareCode(text string) (Secret, error) {
	if text == "" || len(text) > 4096 || strings.ContainsAny(text, " \t\r\n{}") { // what has braces is a token answer: all secrets
		return "", &Error{Reason: ReasonNoCode}
	}
	return Secret(text), nil
}

// denial is what an error in the redirected address means.
func denial(p Provider, text string) *Error {
	code := ParseErrorCode(text)
	switch p.signInWord(code) {
	case "access_denied":
		return &Error{Reason: ReasonDenied, Code: code}
	case "server_error", "temporarily_unavailable":
		return &Error{Class: Transient, Reason: ReasonServer, Code: code}
	}
	return &Error{Class: Misconfigured, Reason: ReasonSettings, Code: code}
}

// signInWord is what RFC 6749 calls an error of a sign-in.
func (p Provider) signInWord(code ErrorCode) string { return cmp.Or(p.SignInCodes[code], string(code)) }

// signInWords are those that a sign-in tells apart.
var signInWords = []string{"access_denied", "invalid_grant", string(deviceExpired)}

func validateSignInCodes(codes map[ErrorCode]string) error {
	for code, word := range codes {
		if ParseErrorCode(string(code)) != code || code == "" || !slices.Contains(signInWords, word) {
			return &FieldError{"sign_in_codes", FieldNotOffered, word}
		}
	}
	return nil
}

// SignInError is what a failed exchange means for a sign-in: never that a chain is dead.
func SignInError(p Provider, x *Error) *Error {
	switch word := p.signInWord(x.Code); {
	case word == "access_denied" && x.Class != Misconfigured:
		return &Error{Reason: ReasonDenied, Code: x.Code, Status: x.Status}
	case word == "invalid_grant", word == string(deviceExpired), x.Class == Dead:
		return &Error{Class: Transient, Reason: ReasonCodeRefused, Code: x.Code, Status: x.Status}
	case x.Class == Uncertain:
		return &Error{Class: Transient, Reason: x.Reason, Code: x.Code, Status: x.Status, RetryAfter: x.RetryAfter}
	}
	return x
}
