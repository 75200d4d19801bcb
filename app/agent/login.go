package agent

import (
	"context"
	"errors"
	"net"
	"sync"
	"sync/atomic"
	"time"

	"freshkey/app/api"
	"freshkey/oauth"
	"freshkey/oauth/keeper"
)

// signInTimeout is how long a sign-in waits for the person; the provider's codes do not live longer.
const signInTimeout = 10 * time.Minute

// login is one sign-in on its way from the browser to the keychain.
type login struct {
	provider oauth.Provider             // as it was when the sign-in began
	state    string                     // what the redirect has to bring back; empty where no page was offered
	proof    oauth.Secret               // PKCE's verifier; empty without
	device   *oauth.DeviceAuthorization // of a sign-in on another device; else nil
	grants   chan grant                 // size 1; for whoever sets taken
	replies  chan bool                  // size 1
	visited  chan struct{}              // closed when a browser has come for the page, or what that brings
	ended    chan struct{}              // closed when status has ended
	over     chan struct{}              // closed when nobody listens for it any more
	cancel   context.CancelFunc
	unwanted context.Context // done once cancel was called, whatever time there is

	taken      atomic.Bool // what it has brought is handed over; a second one is not wanted
	replaced   atomic.Bool // by another sign-in of the account
	givenUp    atomic.Bool // by somebody
	arrival    sync.Once   // closes visited
	unanswered bool        // nobody said whether another person's chain may come; of the goroutine that runs the sign-in

	status    api.Login      // guarded by logins.mu
	listeners []net.Listener // for the browser; guarded by logins.mu
}

// Login begins a sign-in with the browser, or hands the address it ended at to one that waits for it. An address without
// a sign-in that waits is taken as it is: there is no state to compare it with. In its place may be a token answer.
func (a *Agent) Login(ctx context.Context, ref string, in api.LoginRequest) (api.Login, error) {
	account, err := a.find(ref)
	if err != nil {
		return api.Login{}, err
	}
	brought, err := a.readBrought(ctx, account, in.Address)
	if err == nil && a.logins.awaitsElsewhere(account.ID, in.Address) {
		err = &oauth.Error{Reason: oauth.ReasonWrongState}
	}
	if err != nil { // and no sign-in that waits is disturbed
		return api.Login{}, a.loginProblem(err, account)
	}
	release, err := a.logins.turn(ctx, account.ID)
	if err != nil {
		return api.Login{}, a.problem(err, account)
	}
	defer release()
	if by, sent := a.wasSent(ctx, account, in, brought); sent {
		return a.handedOverAgain(by, account)
	}
	l := a.logins.of(account.ID)
	waiting := l != nil && l.device == nil && !l.taken.Load() && a.loginStatus(l).Step == api.StepBrowser
	if in.Address == "" || !waiting {
		if l, err = a.beginLogin(ctx, account, in); err != nil {
			return api.Login{}, a.problem(err, account)
		}
	}
	if in.Address != "" {
		if p := a.handOver(l, account, in, brought, waiting); p != nil {
			return api.Login{}, p
		}
	}
	status := a.loginStatus(l)
	if in.Browse && in.Address == "" && status.Problem == nil { // a browser that comes back to another program brings it the code
		status.NoBrowser = !a.visit(l)
	}
	return status, nil
}

// beginLogin makes a sign-in and starts waiting for its redirect, or for the person on another device. One that begins with an address has no
// page to be visited.
func (a *Agent) beginLogin(asked context.Context, account api.Account, in api.LoginRequest) (*login, error) {
	ctx, l, err := a.newLogin(asked, account, in)
	if err != nil {
		return nil, err
	}
	if err := a.endForAnother(asked, account.ID); err != nil {
		l.cancel()
		return nil, err
	}
	a.logins.put(l)
	var stopListening func()
	if l.state != "" {
		stopListening = a.awaitRedirect(ctx, l, account)
	}
	a.watchers.tell()
	a.start(func(context.Context) {
		defer close(l.over)
		defer l.cancel()
		defer a.endLogin(l, api.StepFailed, a.loginProblem(&oauth.Error{Reason: keeper.ReasonInternal}, account)) // if it broke down
		if l.device != nil {
			a.runDevice(ctx, l, account)
		} else {
			a.runLogin(ctx, l, account)
		}
		if stopListening != nil {
			stopListening()
		}
	})
	return l, nil
}

// endForAnother ends an account's sign-in, whose port another one needs. What that one has sent is seen through.
func (a *Agent) endForAnother(asked context.Context, account string) error {
	old := a.logins.lastOf(account)
	if old == nil {
		return nil
	}
	old.replaced.Store(true)
	old.cancel()
	select {
	case <-old.over:
	case <-asked.Done():
		return asked.Err()
	case <-a.life.Done():
	}
	return nil
}

// newLogin is a sign-in with what the person is shown; ctx ends it.
func (a *Agent) newLogin(asked context.Context, account api.Account, in api.LoginRequest) (ctx context.Context, l *login, err error) {
	settings, provider, err := a.trusted(asked, account.ID)
	if err != nil {
		return nil, nil, err
	}
	wanted, cancel := context.WithCancel(a.life)
	l = &login{
		unwanted: wanted,
		grants:   make(chan grant, 1), replies: make(chan bool, 1), visited: make(chan struct{}), ended: make(chan struct{}), over: make(chan struct{}), cancel: cancel,
		provider: provider, status: api.Login{Account: account.ID, Step: api.StepBrowser, RedirectURI: settings.RedirectURI, Elsewhere: in.Elsewhere},
	}
	until := time.Now().Add(signInTimeout)
	switch page, device := in.Address == "", provider.DeviceURL != "" && (settings.Device || provider.AuthorizeURL == ""); {
	case page && (in.Device || (device && !in.Page)):
		if until, err = a.beginDevice(asked, l); err != nil {
			err = a.loginProblem(err, account)
		}
	case page:
		err = l.invite(asked, settings)
	}
	if err != nil {
		cancel()
		return nil, nil, err
	}
	ctx, stop := context.WithDeadline(wanted, until)
	context.AfterFunc(wanted, stop)
	return ctx, l, nil
}

// invite makes the page's address that a person is sent to.
func (l *login) invite(ctx context.Context, settings oauth.Account) (err error) {
	if l.provider.Redirect == oauth.RedirectLoopback {
		if l.status.RedirectURI, err = freePort(ctx, settings.RedirectURI); err != nil {
			return err
		}
	}
	l.state, l.proof = oauth.SignInState(), l.provider.NewVerifier()
	l.status.AuthorizeURL, err = oauth.AuthorizeURL(l.provider, settings.ClientID, l.status.RedirectURI, l.state, l.proof)
	return err
}

// runLogin waits for the code and turns it into the account's new chain.
func (a *Agent) runLogin(ctx context.Context, l *login, account api.Account) {
	select {
	case given := <-l.grants:
		if !a.exchanging(l) {
			a.giveBack(given)
			return
		}
		err := a.signIn(ctx, l, account, given)
		if wonNothing(err) {
			a.giveBack(given)
		}
		a.concludeLogin(ctx, l, account, err)
		return
	case <-ctx.Done():
		a.concludeLogin(ctx, l, account, &oauth.Error{Reason: keeper.ReasonExpired})
	case <-l.ended:
	}
	l.taken.Store(true) // nothing more is taken
	select {
	case given := <-l.grants: // it came too late to be sent
		a.giveBack(given)
	default:
	}
}

// wonNothing reports whether a sign-in has failed in a way after which its code has won the account no chain.
func wonNothing(err error) bool {
	_, isOAuth := errors.AsType[*oauth.Error](err)
	_, isVault := errors.AsType[*keeper.VaultError](err)
	return (isOAuth || isVault || errors.Is(err, keeper.ErrOther) || errors.Is(err, keeper.ErrNotSent)) && !errors.Is(err, keeper.ErrStays)
}

// confirm asks whoever watches whether another person's chain may replace the account's. ctx is the sign-in's, life the
// keeper's. The question has a time of its own: the browser may have taken most of the sign-in's.
func (a *Agent) confirm(ctx, life context.Context, l *login, had, got string) bool {
	if l.unwanted.Err() != nil {
		return false
	}
	a.step(l, func(s *api.Login) { s.Step, s.Had, s.Got = api.StepConfirm, had, got })
	if !a.loginStatus(l).Elsewhere {
		a.showWindow(ctx)
	}
	timeout := time.NewTimer(signInTimeout)
	defer timeout.Stop()
	select {
	case yes := <-l.replies:
		a.step(l, func(s *api.Login) { s.Step = api.StepExchanging })
		return yes
	case <-timeout.C:
		l.unanswered = true
	case <-l.unwanted.Done():
	case <-l.ended:
	case <-life.Done():
	}
	return false
}
