package agent

import (
	"context"
	"encoding/json"
	"maps"
	"os"
	"sync"
	"time"

	"freshkey/app/atomicfile"
	"freshkey/oauth"
	"freshkey/oauth/keeper"
)

// handed remembers which access token of each account was handed out last, and which one a person copied last, by their fingerprints: once another
// one has taken its place, whoever has it is told that it is old, until it has expired. It outlives the agent, but for the last seconds before a kill:
// a file in the state folder follows what is known here, and nobody who asks for a token waits for that.
type handed struct {
	path string
	news chan struct{} // of what the file does not have yet; of size 1

	mu      sync.Mutex // guards what follows; not held over I/O
	all     map[string]handedToken
	changes uint64

	writing sync.Mutex // guards what follows, and the file
	written uint64     // the revision that lies in the file
}

// handedToken is what was handed out of an account.
type handedToken struct {
	Last   string `json:"last"`             // whoever it was that asked
	Copied string `json:"copied,omitempty"` // by a person, who has it until they copy again; a program asks anew each time

	// When each of them expires, in seconds since 1970: there may be thousands. It is 0 where an agent handed out that did not note it yet.
	LastEnds   int64 `json:"last_ends,omitempty"`
	CopiedEnds int64 `json:"copied_ends,omitempty"`

	change uint64 // when it was another one before, as a revision
}

// recipient is who a token is handed out to.
type recipient int

const (
	toProgram recipient = iota // one that asked over the socket or the door
	toPerson                   // into the clipboard
)

// open reads what earlier agents have handed out of these accounts. Of others it is forgotten.
func (h *handed) open(path string, accounts []savedAccount) {
	h.path, h.news = path, make(chan struct{}, 1)
	known := map[string]handedToken{}
	data, _ := os.ReadFile(path)
	if json.Unmarshal(data, &known) != nil {
		return // none was, or it is broken
	}
	h.all = map[string]handedToken{}
	for _, a := range accounts {
		if token, was := known[a.ID]; was {
			h.all[a.ID] = token
		}
	}
}

// note reports whether it was another one before.
func (h *handed) note(account string, t oauth.Token, to recipient) bool {
	fingerprint, ends := t.Access.Fingerprint(), int64(0)
	if !t.Expires.IsZero() {
		ends = t.Expires.Unix()
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	before := h.all[account]
	after := before
	after.Last, after.LastEnds = fingerprint, ends
	if to == toPerson {
		after.Copied, after.CopiedEnds = fingerprint, ends
	}
	if after == before {
		return false
	}
	if h.all == nil {
		h.all = map[string]handedToken{}
	}
	h.changes++
	after.change = h.changes
	h.all[account] = after
	h.tell()
	return true
}

// forget drops an account that is there no more.
func (h *handed) forget(account string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if _, was := h.all[account]; was {
		delete(h.all, account)
		h.changes++
		h.tell()
	}
}

func (h *handed) tell() {
	select {
	case h.news <- struct{}{}:
	default: // it is told already
	}
}

// revision grows with each change.
func (h *handed) revision() uint64 {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.changes
}

// changedSince reports whether another one was handed out of an account since a revision.
func (h *handed) changedSince(account string, revision uint64) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.all[account].change > revision
}

// superseded is when another token took the place of the one that was handed out last, and of the one that a person copied last; zero if none has, or
// if that one would have expired by now: then nobody takes it for one that works. Nothing is told when time alone ends it; a minute later, at the
// latest, whoever looks at a snapshot sees it, as time makes each account another Version by then.
func (h *handed) superseded(s keeper.AccountState, now time.Time) (last, copied time.Time) {
	h.mu.Lock()
	defer h.mu.Unlock()
	since := func(fingerprint string, ends int64) time.Time {
		expired := ends != 0 && ends <= now.Unix()
		if fingerprint == "" || s.Access == "" || fingerprint == s.Access || expired {
			return time.Time{}
		}
		return s.Issued
	}
	token := h.all[s.ID]
	return since(token.Last, token.LastEnds), since(token.Copied, token.CopiedEnds)
}

// keep writes what the file does not have yet.
func (h *handed) keep() error {
	h.writing.Lock()
	defer h.writing.Unlock()
	revision, all := h.changesSince(h.written)
	if revision == h.written {
		return nil
	}
	data, err := json.Marshal(all)
	if err != nil {
		return err
	}
	if err := atomicfile.Write(h.path, data, 0o600); err != nil {
		return err
	}
	h.written = revision
	return nil
}

// changesSince is a copy of all, if there were changes since a revision, and the revision that it is of.
func (h *handed) changesSince(revision uint64) (now uint64, all map[string]handedToken) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.changes != revision {
		all = maps.Clone(h.all)
	}
	return h.changes, all
}

// keepHandedEvery is how long what was handed out is gathered after a write: each writes all of it, and there may be thousands of accounts.
const keepHandedEvery = 5 * time.Second

// keepHanded has the file follow what is handed out, until ctx ends. What comes after that is written at the agent's end.
func (a *Agent) keepHanded(ctx context.Context) {
	gather(ctx, a.handed.news, keepHandedEvery, func() { a.report("what was handed out", a.handed.keep()) })
}

// gather does what news call for, the first time at once and then with pauses, until ctx ends.
func gather(ctx context.Context, news <-chan struct{}, pause time.Duration, do func()) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-news:
		}
		do()
		timer := time.NewTimer(pause)
		select {
		case <-ctx.Done():
		case <-timer.C:
		}
		timer.Stop()
	}
}

// handedOut is told of each token that was.
func (a *Agent) handedOut(account string, t oauth.Token, to recipient) {
	changed := a.handed.note(account, t, to)
	a.used()
	if changed { // scripts ask for the same token over and over
		a.watchers.tell()
	}
}

// used is told of each token that was made use of: somebody is there.
func (a *Agent) used() {
	a.unlock(lockedIdle)
	a.awaitIdleness()
}
