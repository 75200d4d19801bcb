package agent

import (
	"context"
	"slices"
	"sync"

	"freshkey/app/api"
	"freshkey/oauth"
)

// logins are the sign-ins with the browser, at most one an account.
type logins struct {
	mu    sync.Mutex               // guards what follows
	all   []*login                 // that are shown
	turns map[string]chan struct{} // by account, of size 1: whoever begins one, or hands something over, is the only one
	last  map[string]*login        // by account, also when it is shown no more: whoever began it may not have heard how it ended
	n     int
}

// turn waits until nobody else begins a sign-in of the account's.
func (l *logins) turn(ctx context.Context, account string) (release func(), err error) {
	l.mu.Lock()
	if l.turns == nil {
		l.turns = map[string]chan struct{}{}
	}
	if l.turns[account] == nil {
		l.turns[account] = make(chan struct{}, 1)
	}
	turn := l.turns[account]
	l.mu.Unlock()
	select {
	case turn <- struct{}{}:
		return func() { <-turn }, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// awaitsElsewhere reports whether an address has come back from the page of another account's sign-in, which still waits for it.
func (l *logins) awaitsElsewhere(account, address string) bool {
	state := oauth.StateIn(address)
	l.mu.Lock()
	defer l.mu.Unlock()
	return state != "" && slices.ContainsFunc(l.all, func(one *login) bool {
		return one.state == state && one.status.Account != account && !one.status.Step.Ended()
	})
}

func (l *logins) snapshot() []api.Login {
	l.mu.Lock()
	defer l.mu.Unlock()
	var all []api.Login
	for _, one := range l.all {
		all = append(all, one.status)
	}
	return all
}

// of is the account's sign-in, or nil.
func (l *logins) of(account string) *login {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, one := range l.all {
		if one.status.Account == account {
			return one
		}
	}
	return nil
}

// lastOf is the account's last sign-in, also when it is shown no more; or nil.
func (l *logins) lastOf(account string) *login {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.last[account]
}

// put makes one the account's sign-in; the one before is given up.
func (l *logins) put(one *login) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, old := range l.all {
		if old.status.Account == one.status.Account {
			old.cancel()
		}
	}
	l.all = slices.DeleteFunc(l.all, func(old *login) bool { return old.status.Account == one.status.Account })
	l.n++
	one.status.Number = l.n
	l.all = append(l.all, one)
	if l.last == nil {
		l.last = map[string]*login{}
	}
	l.last[one.status.Account] = one
}

// drop takes an account's sign-in away, if it has that number or that is 0. One that goes on is given up.
func (l *logins) drop(account string, number int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.all = slices.DeleteFunc(l.all, func(old *login) bool {
		its := old.status.Account == account && (number == 0 || number == old.status.Number)
		if its {
			old.givenUp.Store(true)
			old.cancel()
		}
		return its
	})
}

// numbered is an account's last sign-in, if it has that number; replaced says that a later one has taken its place.
func (l *logins) numbered(account string, number int) (one *login, replaced bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	switch last := l.last[account]; {
	case last == nil:
		return nil, false
	case last.status.Number == number:
		return last, false
	default:
		return nil, number < last.status.Number
	}
}

func (a *Agent) loginStatus(l *login) api.Login {
	a.logins.mu.Lock()
	defer a.logins.mu.Unlock()
	return l.status
}

// step changes what is known of a sign-in, and tells who watches.
func (a *Agent) step(l *login, edit func(*api.Login)) {
	a.logins.mu.Lock()
	edit(&l.status)
	a.logins.mu.Unlock()
	a.watchers.tell()
}

// endLogin ends a sign-in, once.
func (a *Agent) endLogin(l *login, step api.Step, p *api.Problem) {
	a.step(l, func(s *api.Login) {
		l.freePort()
		if !s.Step.Ended() {
			s.Step, s.Problem = step, p
			close(l.ended)
		}
	})
}

// exchanging notes that the code is on its way, and reports whether it may be: a sign-in that has ended sends nothing.
func (a *Agent) exchanging(l *login) (may bool) {
	a.step(l, func(s *api.Login) {
		l.freePort()
		if may = !s.Step.Ended(); may {
			s.Step = api.StepExchanging
		}
	})
	return may
}

// ReplaceChain answers a sign-in that asks.
func (a *Agent) ReplaceChain(ref string, in api.ReplaceRequest) error {
	account, err := a.find(ref)
	if err != nil {
		return err
	}
	if l := a.logins.of(account.ID); l != nil && a.loginStatus(l).Step == api.StepConfirm {
		select {
		case l.replies <- in.Yes:
		default:
		}
	}
	return nil
}

// AwaitLogin waits until a sign-in has ended, and is how.
func (a *Agent) AwaitLogin(ctx context.Context, ref string, number int) (api.Login, error) {
	account, err := a.find(ref)
	if err != nil {
		return api.Login{}, err
	}
	l, replaced := a.logins.numbered(account.ID, number)
	switch {
	case replaced:
		return api.Login{Account: account.ID, Number: number, Step: api.StepFailed, Problem: a.words.LoginReplaced()}, nil
	case l == nil:
		return api.Login{}, a.usage("number", "problem.no_login", account.Name)
	}
	select {
	case <-l.ended:
		return a.loginStatus(l), nil
	case <-ctx.Done():
		return api.Login{}, ctx.Err()
	}
}

// EndLogin gives a sign-in up, or forgets one that has ended. Number 0 is whichever there is.
func (a *Agent) EndLogin(ref string, number int) error {
	account, err := a.find(ref)
	if err != nil {
		return err
	}
	a.logins.drop(account.ID, number)
	a.watchers.tell()
	return nil
}
