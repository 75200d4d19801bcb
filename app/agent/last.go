package agent

import (
	"os"
	"strings"
	"sync"

	"freshkey/app/api"
	"freshkey/app/atomicfile"
)

// notedAccount is an account's id that lies in the state folder, so that it is known after a restart: that of the account that was copied from last,
// which is first in the tray and what "copy --last" takes; and that of the one that a rehearsal made.
type notedAccount struct {
	path string

	mu   sync.Mutex // guards what follows; not held over I/O, because tray and windows wait for it
	id   string
	read bool

	writing sync.Mutex // guards what follows, and the file
	written string
}

func (l *notedAccount) get() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.read {
		data, _ := os.ReadFile(l.path) // once; none was, or it cannot be known: either way there is none
		l.id, l.read = strings.TrimSpace(string(data)), true
	}
	return l.id
}

func (l *notedAccount) note(id string) error {
	l.writing.Lock()
	defer l.writing.Unlock()
	if l.get() == id && l.written == id {
		return nil
	}
	l.mu.Lock()
	l.id = id
	l.mu.Unlock()
	if err := atomicfile.Write(l.path, []byte(id+"\n"), 0o600); err != nil {
		return err
	}
	l.written = id
	return nil
}

// lastFirst is the accounts with one of them before the others.
func lastFirst(accounts []*api.Account, last string) []*api.Account {
	for n, a := range accounts {
		if a.ID == last && n > 0 {
			return append([]*api.Account{a}, append(accounts[:n:n], accounts[n+1:]...)...)
		}
	}
	return accounts
}
