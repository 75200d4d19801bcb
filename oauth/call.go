package oauth

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// callTimeout ends a call of the Open API, which spends nothing.
const callTimeout = 20 * time.Second

// Owner is who an access token belongs to, by the provider's word.
type Owner struct {
	Name   string
	OpenID string
	Skew   time.Duration // of this computer's clock against the provider's; positive is ahead
}

// CallURL is where a call with a token goes. Signed ones of the provider's Open API have in the query what that wants: the client's id and the
// token. An address elsewhere, and any one for a bearer's token, is left as it is. The error is a *FieldError that quotes nothing.
func CallURL(p Provider, clientID string, t Token, raw string) (*url.URL, error) {
	if p.bearer(t) {
		return bearerURL(p, raw)
	}
	if _, err := url.Parse(p.APIURL); err != nil || p.APIURL == "" {
		return nil, &FieldError{Field: "api_url", Code: FieldMissing}
	}
	if raw == "" {
		raw = strings.TrimSuffix(p.APIURL, "/") + "/user/profile"
	}
	u, err := callAddress(raw)
	if err != nil {
		return nil, err
	}
	if !p.IsElsewhere(t, u) {
		q := u.Query()
		q.Set("clientId", clientID)
		q.Set("token", t.Access.Reveal())
		u.RawQuery = q.Encode()
	}
	return u, nil
}

// IsElsewhere reports whether a signed call goes to another server than the provider's Open API, so that its address has not got what that wants.
func (p Provider) IsElsewhere(t Token, u *url.URL) bool {
	base, err := url.Parse(p.APIURL)
	return !p.bearer(t) && (err != nil || u.Host != base.Host)
}

// bearerURL is raw, or the userinfo endpoint.
func bearerURL(p Provider, raw string) (*url.URL, error) {
	if raw == "" {
		raw = p.UserinfoURL
	}
	if raw == "" {
		return nil, &FieldError{Field: "userinfo_url", Code: FieldMissing}
	}
	return callAddress(raw)
}

// callAddress is an address that a token may go to: https, or http on this computer.
func callAddress(raw string) (*url.URL, error) {
	u, err := url.Parse(raw)
	if err != nil || u.Host == "" || (u.Scheme != "https" && (u.Scheme != "http" || !isLoopback(u.Hostname()))) {
		return nil, &FieldError{Field: "url", Code: FieldNotHTTPS}
	}
	return u, nil
}

// Owner tells whose the token is, by signed calls of the Open API, or of a bearer's by the userinfo endpoint. Of the two addresses of the
// Open API that say so, either may be outside the token's scope. The error is an *Error without the address, which holds the token.
func (x Exchange) Owner(ctx context.Context, p Provider, clientID string, t Token, now func() time.Time) (Owner, error) {
	if p.bearer(t) {
		return x.userinfo(ctx, p, t, now)
	}
	var owner Owner
	var failed error
	known := false
	for _, path := range []string{"/user/profile", "/user/openidV2"} {
		data, date, err := x.openAPI(ctx, p, clientID, t, path, now())
		if !date.IsZero() {
			owner.Skew = now().Sub(date).Truncate(time.Second)
		}
		if err != nil {
			failed = err
			continue
		}
		known = true
		fill(&owner.Name, data["miliaoNick"])
		fill(&owner.OpenID, firstOf(data, "openId", "openid"))
	}
	if !known {
		return owner, failed
	}
	return owner, nil
}

func (x Exchange) openAPI(ctx context.Context, p Provider, clientID string, t Token, path string, now time.Time) (map[string]string, time.Time, error) {
	u, err := CallURL(p, clientID, t, strings.TrimSuffix(p.APIURL, "/")+path)
	if err != nil {
		return nil, time.Time{}, &Error{Class: Misconfigured, Reason: ReasonSettings}
	}
	r, err := x.call(ctx, p, t, u, now)
	if err != nil {
		return nil, time.Time{}, err
	}
	data, err := readOpenAPI(p, r) // a body that broke off is not JSON
	return data, r.Date, err
}

// call makes a GET with the token.
func (x Exchange) call(ctx context.Context, p Provider, t Token, u *url.URL, now time.Time) (Reply, error) {
	authorization := ""
	if t.Signs() || p.bearer(t) {
		authorization = AuthorizationHeader(t, http.MethodGet, u, now)
	}
	return x.get(ctx, u, authorization, p)
}

// get makes a request that spends nothing. The error is an *Error without the address.
func (x Exchange) get(ctx context.Context, u *url.URL, authorization string, p Provider) (Reply, error) {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	ctx, reached := tracesConnection(ctx)
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, u.String(), nil)
	if err != nil {
		return Reply{}, &Error{Class: Misconfigured, Reason: ReasonSettings}
	}
	if authorization != "" {
		req.Header.Set("Authorization", authorization)
	}
	req.Header.Set("User-Agent", "Freshkey") // without one some refuse
	req.Header.Set("Accept", "application/json")
	transport := x.transport()
	defer transport.CloseIdleConnections()
	client := http.Client{Transport: transport, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	resp, err := client.Do(req)
	switch {
	case err != nil && *reached:
		return Reply{}, &Error{Class: Transient, Reason: ReasonServer}
	case err != nil:
		return Reply{}, &Error{Class: Offline, Reason: ReasonNoConnection}
	}
	defer resp.Body.Close()
	if resp.StatusCode == http.StatusSwitchingProtocols { // what follows is another protocol's, and no deadline ends it
		return Reply{Status: resp.StatusCode}, nil
	}
	return read(resp, p, nil), nil
}

// readOpenAPI takes the text fields of the data in an answer of the Open API.
func readOpenAPI(p Provider, r Reply) (map[string]string, error) {
	answer, err := p.openAPIAnswer(r.Body)
	if err != nil {
		return nil, &Error{Class: Transient, Reason: serverReason(r.Status), Status: r.Status}
	}
	if refused := answer.refusal(); refused != nil {
		refused.Status = r.Status
		return nil, refused
	}
	return scalars(answer.Data), nil
}

// openAPIAnswer is the frame of each answer of the Open API, whose status says 200 also where it says no.
type openAPIAnswer struct {
	Result string                     `json:"result"`
	Code   int                        `json:"code"`
	Data   map[string]json.RawMessage `json:"data"`
}

// refusal is the error that an answer is; nil if it is none.
func (a openAPIAnswer) refusal() *Error {
	if a.Code == 0 && a.Result != "error" {
		return nil
	}
	return &Error{Class: Transient, Reason: ReasonCallRefused, Code: NumberCode(a.Code)}
}

func (p Provider) openAPIAnswer(body []byte) (a openAPIAnswer, err error) {
	text := strings.TrimSpace(strings.TrimPrefix(strings.TrimSpace(string(body)), p.Prefix))
	err = json.Unmarshal([]byte(text), &a)
	return a, err
}

// Refused is the error in the answer of a call to the provider's Open API; nil where that says yes, or nothing in its way of speaking.
func (p Provider) Refused(body []byte) *Error {
	answer, err := p.openAPIAnswer(body)
	if err != nil {
		return nil
	}
	return answer.refusal()
}
