package agent

import (
	"os"
	"strings"
	"sync"

	"freshkey/app/api"
	"freshkey/app/atomicfile"
)

// lastCopied is the account that was copied from last, by its id: it is first in the tray, and what "copy --last" takes. It lies in the
// state folder, so that it is known after a restart.
type lastCopied struct {
	path string

	mu   sync.Mutex // guards what follows, and the file
	id   string
	read bool
}

func (l *lastCopied) get() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.loadLocked()
}

func (l *lastCopied) loadLocked() string {
	if !l.read {
		data, _ := os.ReadFile(l.path) // none was, or it cannot be known: either way there is none
		l.id, l.read = strings.TrimSpace(string(data)), true
	}
	return l.id
}

func (l *lastCopied) note(id string) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.loadLocked() == id {
		return nil
	}
	l.id = id
	return atomicfile.Write(l.path, []byte(id+"\n"), 0o600)
}

// lastFirst is the accounts with one of them before the others.
func lastFirst(accounts []api.Account, last string) []api.Account {
	for n, a := range accounts {
		if a.ID == last && n > 0 {
			return append([]api.Account{a}, append(accounts[:n:n], accounts[n+1:]...)...)
		}
	}
	return accounts
}
