package oauth

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"strings"
	"time"
)

// maxCallBody is the most that is taken of an API's answer.
const maxCallBody = 8 << 20

// Request is a call of an API, for which a token authorises. The zero value is a GET of what tells whose the token is.
type Request struct {
	Method      string
	URL         string
	Body        []byte
	ContentType string // of the body
}

// Authorize is where a request goes, and the value of its header Authorization at a moment. The error is a *FieldError that quotes nothing.
func (r Request) Authorize(p Provider, clientID string, t Token, now time.Time) (method string, u *url.URL, header string, err error) {
	if method = strings.ToUpper(strings.TrimSpace(r.Method)); method == "" {
		method = http.MethodGet
	}
	if strings.Trim(method, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != "" {
		return "", nil, "", &FieldError{Field: "method", Code: FieldNotMethod}
	}
	if u, err = CallURL(p, clientID, t, strings.TrimSpace(r.URL)); err != nil {
		return "", nil, "", err
	}
	return method, u, AuthorizationHeader(t, method, u, now), nil
}

// Response is what an API answered.
type Response struct {
	Status      int
	ContentType string
	Body        []byte
	Cut         bool // the body was longer than 8 MiB
}

// Call makes a request with a token, and follows no redirect, which could carry the token elsewhere. The error is a *FieldError, or an *Error
// without the address.
func (x Exchange) Call(ctx context.Context, p Provider, clientID string, t Token, r Request, now time.Time) (Response, error) {
	method, u, header, err := r.Authorize(p, clientID, t, now)
	if err != nil {
		return Response{}, err
	}
	ctx, cancel := context.WithTimeout(ctx, answerTimeout)
	defer cancel()
	ctx, reached := tracesConnection(ctx)
	req, err := r.request(ctx, method, u, header)
	if err != nil {
		return Response{}, &Error{Class: Misconfigured, Reason: ReasonSettings}
	}
	transport := x.transport()
	defer transport.CloseIdleConnections()
	resp, err := transport.RoundTrip(req)
	switch {
	case err != nil && *reached:
		return Response{}, &Error{Class: Transient, Reason: ReasonCallUnanswered}
	case err != nil:
		return Response{}, &Error{Class: Offline, Reason: ReasonNoConnection}
	}
	defer resp.Body.Close()
	if resp.StatusCode == http.StatusSwitchingProtocols { // what follows is another protocol's, and no deadline ends it
		return Response{Status: resp.StatusCode}, nil
	}
	return readResponse(resp)
}

// tracesConnection is a context whose request notes that a server was reached: what fails after that may have been sent.
func tracesConnection(ctx context.Context) (_ context.Context, reached *bool) {
	reached = new(bool)
	return httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{GotConn: func(httptrace.GotConnInfo) { *reached = true }}), reached
}

func (r Request) request(ctx context.Context, method string, u *url.URL, header string) (*http.Request, error) {
	req, err := http.NewRequestWithContext(ctx, method, u.String(), bytes.NewReader(r.Body))
	if err != nil {
		return nil, err
	}
	req.GetBody = nil // what it does is done once
	req.Header.Set("Authorization", header)
	req.Header.Set("User-Agent", "Freshkey")
	if len(r.Body) > 0 {
		req.Header.Set("Content-Type", r.ContentType)
	}
	return req, nil
}

func readResponse(resp *http.Response) (Response, error) {
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxCallBody+1))
	if err != nil {
		return Response{}, &Error{Class: Transient, Reason: ReasonCallUnanswered, Status: resp.StatusCode}
	}
	out := Response{Status: resp.StatusCode, ContentType: resp.Header.Get("Content-Type"), Body: body, Cut: len(body) > maxCallBody}
	if out.Cut {
		out.Body = body[:maxCallBody]
	}
	return out, nil
}
