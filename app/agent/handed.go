package agent

import (
	"sync"
	"time"

	"freshkey/oauth"
	"freshkey/oauth/keeper"
)

// handed remembers which access token of each account was handed out last, and which one a person copied last, by their fingerprints: once another
// one has taken its place, whoever has it is told that it is old. It lives as
// long as the agent.
type handed struct {
	mu      sync.Mutex // guards what follows
	all     map[string]handedToken
	changes uint64
}

// handedToken is what was handed out of an account.
type handedToken struct {
	Last   string // whoever it was that asked
	Copied string // by a person, who has it until they copy again; a program asks anew each time

	change uint64 // when it was another one before, as a revision
}

// recipient is who a token is handed out to.
type recipient int

const (
	toProgram recipient = iota // one that asked over the socket or the door
	toPerson                   // into the clipboard
)

// note reports whether it was another one before.
func (h *handed) note(account string, t oauth.Token, to recipient) bool {
	fingerprint := t.Access.Fingerprint()
	h.mu.Lock()
	defer h.mu.Unlock()
	before := h.all[account]
	after := handedToken{fingerprint, before.Copied, before.change}
	if to == toPerson {
		after.Copied = fingerprint
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
	return true
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

// superseded is when another token took the place of the one that was handed out last, and of the one that a person copied last; zero if none has.
func (h *handed) superseded(s keeper.AccountState) (last, copied time.Time) {
	h.mu.Lock()
	defer h.mu.Unlock()
	since := func(fingerprint string) time.Time {
		if fingerprint == "" || s.Access == "" || fingerprint == s.Access {
			return time.Time{}
		}
		return s.Issued
	}
	token := h.all[s.ID]
	return since(token.Last), since(token.Copied)
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
