package agent

import (
	"cmp"
	"context"
	"errors"
	"net"
	"net/url"
	"time"

	"freshkey/app/api"
	"freshkey/oauth"
	"freshkey/oauth/keeper"
)

const (
	slowDownBy     = 5 * time.Second  // what a provider adds to the interval when it is asked too often (RFC 8628 §3.5)
	longestTrouble = 30 * time.Second // a code lives for minutes
)

// beginDevice asks the provider for a code that the person types on whatever device has a browser, and notes in the sign-in what to show.
// It returns when the code expires.
func (a *Agent) beginDevice(ctx context.Context, l *login) (until time.Time, err error) {
	d, err := a.keeper.BeginDevice(ctx, l.status.Account)
	if err == nil {
		l.device = &d
		l.status.UserCode, l.status.VisitURL, l.status.AuthorizeURL = d.UserCode, d.Visit, cmp.Or(d.Complete, d.Visit)
		l.status.RedirectURI, l.status.Listening = "", true // it comes home by itself
	}
	return d.Expires, err
}

// runDevice asks again and again, as often as the provider allows, until the person has agreed or the code has expired.
func (a *Agent) runDevice(ctx context.Context, l *login, account api.Account) {
	d := *l.device
	timer := time.NewTimer(d.Interval)
	defer timer.Stop()
	for p := (polling{interval: d.Interval}); ; timer.Reset(p.wait) {
		select {
		case <-timer.C:
		case <-ctx.Done():
			a.concludeLogin(ctx, l, account, &oauth.Error{Reason: keeper.ReasonExpired})
			return
		case <-l.ended:
			return
		}
		err := a.signIn(ctx, l, account, grant{code: oauth.AuthorizationGrant{Code: d.Code, Device: true}})
		if !p.goesOn(err) {
			a.concludeLogin(ctx, l, account, err)
			return
		}
	}
}

// polling is how often a provider is asked whether the person has agreed.
type polling struct {
	interval time.Duration // that it wants
	wait     time.Duration // until it is asked again: longer after troubles
}

// goesOn decides whether a provider that said err is asked again, and when: while the person is still at it, and after troubles that pass (RFC
// 8628 §3.5).
func (p *polling) goesOn(err error) bool {
	x, ok := errors.AsType[*oauth.Error](err)
	if !ok {
		return false
	}
	switch {
	case x.Code == oauth.DevicePending:
		p.wait = p.interval
	case x.Code == oauth.DeviceSlowDown:
		p.interval += slowDownBy
		p.wait = p.interval
	case x.Class == oauth.Offline, x.Reason == oauth.ReasonRateLimited, x.Reason == oauth.ReasonServer, x.Reason == oauth.ReasonNoAnswer:
		p.wait = min(2*max(p.wait, p.interval), max(p.interval, longestTrouble))
	default:
		return false
	}
	p.wait = max(p.wait, x.RetryAfter)
	return true
}

// freePort is a redirect address at a port of this computer that nobody listens at, in the place of the one in base.
func freePort(ctx context.Context, base string) (string, error) {
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	defer listener.Close() // the sign-in listens there in a moment, and says so if somebody else was faster
	_, port, err := net.SplitHostPort(listener.Addr().String())
	if err != nil {
		return "", err
	}
	return loopbackAt(base, port), nil
}

// loopbackAt is an address of this computer with another port.
func loopbackAt(base, port string) string {
	u, err := url.Parse(base)
	if err != nil || u.Hostname() == "" {
		u = &url.URL{Scheme: "http", Host: "127.0.0.1", Path: "/callback"}
	}
	u.Host = net.JoinHostPort(u.Hostname(), port)
	return u.String()
}
