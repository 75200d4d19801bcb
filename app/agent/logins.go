package agent

import (
	"slices"
	"sync"

	"freshkey/app/api"
)

// logins are the sign-ins with the browser, at most one an account.
type logins struct {
	mu  sync.Mutex // guards what follows
	all []*login
	n   int
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
}

func (l *logins) drop(account string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.all = slices.DeleteFunc(l.all, func(old *login) bool {
		if old.status.Account == account {
			old.cancel()
		}
		return old.status.Account == account
	})
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
		if !s.Step.Ended() {
			s.Step, s.Problem = step, p
			close(l.ended)
		}
	})
}

// exchanging notes that the code is on its way, and reports whether it may be: a sign-in that has ended sends nothing.
func (a *Agent) exchanging(l *login) (may bool) {
	a.step(l, func(s *api.Login) {
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

// EndLogin gives a sign-in up, or forgets one that has ended.
func (a *Agent) EndLogin(ref string) error {
	account, err := a.find(ref)
	if err != nil {
		return err
	}
	a.logins.drop(account.ID)
	a.watchers.tell()
	return nil
}
