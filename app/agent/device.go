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

// How a token endpoint is asked whether the person has agreed.
const (
	slowDownBy      = 5 * time.Second // RFC 8628 §3.5
	longestInterval = time.Minute
)

// beginDevice asks the provider for a code that the person types on whatever device has a browser, and notes in the sign-in what to show.
func (a *Agent) beginDevice(ctx context.Context, l *login) error {
	d, err := a.keeper.BeginDevice(ctx, l.status.Account)
	if err == nil {
		l.device = &d
		l.status.UserCode, l.status.VisitURL, l.status.AuthorizeURL = d.UserCode, d.Visit, cmp.Or(d.Complete, d.Visit)
		l.status.RedirectURI, l.status.Listening = "", true // it comes home by itself
	}
	return err
}

// runDevice asks again and again, as often as the provider allows, until the person has agreed or the code has expired.
func (a *Agent) runDevice(ctx context.Context, l *login, account api.Account) {
	d := *l.device
	expired := time.NewTimer(time.Until(d.Expires))
	defer expired.Stop()
	wait := time.NewTimer(d.Interval)
	defer wait.Stop()
	for interval := d.Interval; ; wait.Reset(interval) {
		select {
		case <-wait.C:
		case <-expired.C:
			a.concludeLogin(ctx, l, account, &oauth.Error{Reason: keeper.ReasonExpired})
			return
		case <-ctx.Done():
			a.concludeLogin(ctx, l, account, &oauth.Error{Reason: keeper.ReasonExpired})
			return
		case <-l.ended:
			return
		}
		err := a.signIn(ctx, l, account, oauth.AuthorizationCode{Code: d.Code, Device: true})
		x, _ := errors.AsType[*oauth.Error](err)
		switch {
		case x == nil:
		case x.Code == oauth.DevicePending:
			continue
		case x.Code == oauth.DeviceSlowDown:
			interval = min(interval+slowDownBy, longestInterval)
			continue
		case x.Class == oauth.Offline, x.Reason == oauth.ReasonRateLimited:
			interval = min(max(2*interval, x.RetryAfter), longestInterval)
			continue
		}
		a.concludeLogin(ctx, l, account, err)
		return
	}
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
