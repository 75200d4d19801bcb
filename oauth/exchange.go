package oauth

import (
	"context"
	"crypto/tls"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"strconv"
	"strings"
	"sync/atomic"
	"time"
)

// Limits of one exchange.
const (
	dialTimeout   = 15 * time.Second // TCP; and the same again for TLS
	answerTimeout = 90 * time.Second // from the connection to the last byte: an answer given up on is a chain given up on
	maxBody       = 1 << 20
	maxHeader     = 64 << 10
)

// Reply is what came back, unread.
type Reply struct {
	Status     int           `json:"status"`
	Body       []byte        `json:"body"`
	RetryAfter time.Duration `json:"retry_after,omitempty"`
	Date       time.Time     `json:"date"` // the server's clock; zero if it did not say
	Received   time.Time     `json:"received"`
	Incomplete bool          `json:"incomplete,omitempty"` // the connection ended before the body did
	Cut        bool          `json:"cut,omitempty"`        // the body was cut off at 1 MiB

	Location string `json:"-"` // where a redirect leads, which is not followed
}

// Exchange sends one request to a token endpoint, once. The zero value is ready for use.
type Exchange struct {
	// Dial replaces the network, for tests and for networks that need it. nil means TCP.
	Dial func(ctx context.Context, network, addr string) (net.Conn, error)
	// Proxy is the proxy on the way to a scheme and host, nil for none; an error keeps the request from being made. It is not told the
	// rest of the address, in which secrets are. nil means no proxy.
	Proxy func(to *url.URL) (*url.URL, error)
	// TLS is the base of the TLS configuration. nil means the system's roots.
	TLS *tls.Config
}

// phases of a request in flight, in this order; what the phase was when things broke decides what is lost.
const (
	phaseConnecting int32 = iota
	phaseWritten
	phaseGivenUp
)

// Send makes the request and returns the reply with whatever of the body arrived. The error is always an *Error:
// class Offline if the request cannot have been written, Uncertain if it may have been.
//
// ctx ends the attempt only until a connection stands. From then on the request is seen through (at most 90 s), because
// the provider may spend the refresh token the moment it reads it. The connection is fresh and closed afterwards: Go
// would replay a GET on a dead pooled connection, and the replay presents a spent token.
//
// arrived, unless it is nil, is told of a reply whose refresh token is there before the rest of it has come.
func (x Exchange) Send(ctx context.Context, p Provider, form url.Values, arrived func(Reply)) (Reply, error) {
	inner, cancel := context.WithCancel(context.WithoutCancel(ctx))
	defer cancel()
	a := attempt{cancel: cancel}
	stop := context.AfterFunc(ctx, a.giveUp)
	defer stop()
	connecting := time.AfterFunc(2*dialTimeout, a.giveUp)
	defer connecting.Stop()
	trace := &httptrace.ClientTrace{GotConn: func(c httptrace.GotConnInfo) { a.connected(c.Conn) }}
	req, err := request(httptrace.WithClientTrace(inner, trace), p, form)
	if err != nil {
		return Reply{}, &Error{Class: Offline, Reason: ReasonSettings}
	}
	transport := x.transport()
	defer transport.CloseIdleConnections()
	resp, err := transport.RoundTrip(req) // follows no redirect, which would carry the secrets on, in Referer too
	if err != nil {
		return Reply{}, a.unanswered()
	}
	defer resp.Body.Close()
	if resp.StatusCode == http.StatusSwitchingProtocols { // what follows is another protocol's, and no deadline ends it
		return Reply{Status: resp.StatusCode}, nil
	}
	return read(resp, p, arrived), nil
}

// attempt is a request and the phase it is in.
type attempt struct {
	phase  atomic.Int32
	cancel func()
}

// giveUp ends the attempt unless a connection stands.
func (a *attempt) giveUp() {
	if a.phase.CompareAndSwap(phaseConnecting, phaseGivenUp) {
		a.cancel()
	}
}

// connected is called when a connection stands, before anything is written. The transport may come here although the attempt
// was given up a moment ago, and nobody would wait for the answer; or a second time, to replay the request. Then nothing must
// go out.
func (a *attempt) connected(c net.Conn) {
	if !a.phase.CompareAndSwap(phaseConnecting, phaseWritten) {
		_ = c.Close()
		return
	}
	time.AfterFunc(answerTimeout, a.cancel)
}

// unanswered judges a request that brought no response. The cause is dropped on purpose: it prints the URL, secrets and all.
func (a *attempt) unanswered() *Error {
	if a.phase.Load() == phaseWritten {
		return &Error{Class: Uncertain, Reason: ReasonNoAnswer}
	}
	return &Error{Class: Offline, Reason: ReasonNoConnection}
}

func request(ctx context.Context, p Provider, form url.Values) (*http.Request, error) {
	if code := addressError(p.TokenURL); code != "" {
		return nil, &FieldError{Field: "token_url", Code: code}
	}
	authorization := ""
	if p.AuthMethod == AuthBasic {
		form, authorization = authorize(form)
	}
	form = p.Names.request(form)
	target, body := p.TokenURL, io.Reader(nil)
	if p.Method == http.MethodPost {
		body = strings.NewReader(form.Encode())
	} else {
		target = withQuery(target, form)
	}
	req, err := http.NewRequestWithContext(ctx, p.Method, target, body)
	if err != nil {
		return nil, err
	}
	req.GetBody = nil // nothing may ever be sent a second time
	if authorization != "" {
		req.Header.Set("Authorization", authorization)
	}
	req.Header.Set("Cache-Control", "no-store")
	req.Header.Set("Accept", "application/json")
	req.Header.Set("User-Agent", "Freshkey")
	if body != nil {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	return req, nil
}

// withQuery is an address with a form in its query, beside what is there.
func withQuery(address string, form url.Values) string {
	base, query, _ := strings.Cut(address, "?")
	if query = strings.Trim(query, "&"); query != "" {
		query += "&"
	}
	return base + "?" + query + form.Encode()
}

func (x Exchange) proxy(r *http.Request) (*url.URL, error) {
	if x.Proxy == nil {
		return nil, nil
	}
	return x.Proxy(&url.URL{Scheme: r.URL.Scheme, Host: r.URL.Host})
}

func (x Exchange) transport() *http.Transport {
	dial := x.Dial
	if dial == nil {
		dial = (&net.Dialer{Timeout: dialTimeout}).DialContext
	}
	config := &tls.Config{MinVersion: tls.VersionTLS12}
	if x.TLS != nil {
		config = x.TLS.Clone()
	}
	http1 := new(http.Protocols)
	http1.SetHTTP1(true)
	return &http.Transport{
		Proxy:                  x.proxy,
		DialContext:            dial,
		TLSClientConfig:        config,
		TLSHandshakeTimeout:    dialTimeout,
		DisableKeepAlives:      true,
		DisableCompression:     true,
		MaxResponseHeaderBytes: maxHeader,
		Protocols:              http1,
	}
}

// read takes in the body until it is one whole JSON object; the connection may stay open behind it. What arrived before a
// break is kept: the refresh token may be in it. Each byte is looked at once, in however many pieces they come.
func read(resp *http.Response, p Provider, arrived func(Reply)) Reply {
	r := Reply{Status: resp.StatusCode, Location: resp.Header.Get("Location")}
	r.Date, _ = http.ParseTime(resp.Header.Get("Date"))
	r.RetryAfter = retryAfter(resp.Header.Get("Retry-After"), r.Date)
	end, told := objectEnd{wanted: p.Names.theirs("refresh_token")}, false
	for chunk := make([]byte, 32<<10); ; {
		n, err := resp.Body.Read(chunk)
		r.Body = append(r.Body, chunk[:n]...)
		r.Received = time.Now().Round(0)
		r.Incomplete = err != nil && err != io.EOF
		if len(r.Body) > maxBody {
			r.Body, r.Cut = r.Body[:maxBody], true
			return r
		}
		whole := end.scan(chunk[:n])
		if err != nil || (whole && parseAnswer(p, r.Body).whole) {
			return r
		}
		if end.refreshToken && !told && arrived != nil {
			told = true
			if parseAnswer(p, r.Body).fields["refresh_token"] != "" {
				part := r
				part.Incomplete = true
				arrived(part)
			}
		}
	}
}

// retryAfter reads a wait in seconds, or until a time by the provider's own clock, which told date.
func retryAfter(header string, date time.Time) time.Duration {
	if seconds, err := strconv.Atoi(strings.TrimSpace(header)); err == nil && seconds >= 0 {
		return min(time.Duration(min(seconds, 1<<30))*time.Second, 24*time.Hour)
	}
	if at, err := http.ParseTime(header); err == nil {
		if date.IsZero() {
			date = time.Now()
		}
		return min(max(0, at.Sub(date)), 24*time.Hour)
	}
	return 0
}
