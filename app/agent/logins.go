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
