package oauth

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"time"
)

// Signs reports whether calls with the token are signed, with its MAC key. Any other token is a bearer's (RFC 6750): whoever has it may use it.
func (t Token) Signs() bool { return t.MACKey != "" }

// bearer reports whether calls with the token are a bearer's. One without a key may still be for an Open API, which takes it from the query.
func (p Provider) bearer(t Token) bool { return !t.Signs() && (p.UserinfoURL != "" || p.APIURL == "") }

// AuthorizationHeader is the value of the header Authorization for one request with the token t. u is needed by tokens that sign.
func AuthorizationHeader(t Token, method string, u *url.URL, now time.Time) string {
	if t.Signs() {
		return MACHeader(t, Nonce(now), method, u)
	}
	return "Bearer " + t.Access.Reveal()
}

// userinfo asks the provider's userinfo endpoint (OpenID Connect Core §5.3, or what it has in that place) whose a bearer's token is.
func (x Exchange) userinfo(ctx context.Context, p Provider, t Token, now func() time.Time) (owner Owner, err error) {
	u, err := CallURL(p, "", t, "")
	if err != nil {
		return Owner{}, err
	}
	r, err := x.call(ctx, p, t, u, now())
	if err != nil {
		return Owner{}, err
	}
	if !r.Date.IsZero() {
		owner.Skew = now().Sub(r.Date).Truncate(time.Second)
	}
	var fields map[string]json.RawMessage
	switch {
	case r.Status == http.StatusUnauthorized || r.Status == http.StatusForbidden:
		return owner, &Error{Class: Transient, Reason: ReasonCallRefused, Status: r.Status}
	case r.Status != http.StatusOK || json.Unmarshal(r.Body, &fields) != nil:
		return owner, &Error{Class: Transient, Reason: serverReason(r.Status), Status: r.Status}
	}
	if wrapped := fields["data"]; len(wrapped) > 0 && wrapped[0] == '{' { // as X has it
		_ = json.Unmarshal(wrapped, &fields) // it was valid a moment ago
	}
	text := scalars(fields)
	if string(fields["ok"]) == "false" { // as Slack says no, with a status of success
		return owner, &Error{Class: Transient, Reason: ReasonCallRefused, Code: ParseErrorCode(text["error"])}
	}
	owner.Name = Printable(firstOf(text, "name", "preferred_username", "login", "username", "nickname", "email", "display_name"))
	owner.OpenID = Printable(firstOf(text, "sub", "id", "user_id"))
	return owner, nil
}
