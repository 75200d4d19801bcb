package agent

import (
	"sync"
	"time"

	"freshkey/app/api"
	"freshkey/oauth"
	"freshkey/oauth/keeper"
)

// handed remembers which access token of each account was handed out last, by its fingerprint: once another one has taken its place, whoever
// has it is told that it is old. It lives as long as the agent.
type handed struct {
	mu      sync.Mutex // guards what follows
	last    map[string]handedToken
	changes uint64
}

type handedToken struct {
	fingerprint string
	change      uint64 // when it was another one before, as a revision
}

// note reports whether it was another one before.
func (h *handed) note(account string, t oauth.Token) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.last == nil {
		h.last = map[string]handedToken{}
	}
	fingerprint := t.Access.Fingerprint()
	if h.last[account].fingerprint == fingerprint {
		return false
	}
	h.changes++
	h.last[account] = handedToken{fingerprint, h.changes}
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
	return h.last[account].change > revision
}

// superseded is when another token took the place of the one that was handed out last; zero if none has.
func (h *handed) superseded(s keeper.AccountState) time.Time {
	h.mu.Lock()
	defer h.mu.Unlock()
	if last := h.last[s.ID].fingerprint; last == "" || s.Access == "" || last == s.Access {
		return time.Time{}
	}
	return s.Issued
}

// handedOut is told of each token that was.
func (a *Agent) handedOut(account string, t oauth.Token) {
	changed := a.handed.note(account, t)
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

// Check says whose an access token is, and whether another one has taken its place. It asks nobody but the accounts' histories.
func (a *Agent) Check(in api.CheckRequest) (api.CheckResult, error) {
	fingerprint := oauth.Secret(in.Token).Fingerprint()
	if fingerprint == "" {
		return api.CheckResult{}, a.requestProblem(&oauth.FieldError{Field: "token", Code: oauth.FieldMissing}, api.Account{})
	}
	for _, account := range a.Snapshot().Accounts {
		current, err := a.keeper.Account(account.ID)
		if err != nil {
			continue
		}
		if current.Access == fingerprint {
			return api.CheckResult{Known: true, Account: account.Name, Generation: current.Generation, Current: true, ExpiresAt: current.UsableUntil}, nil
		}
		all, err := a.history.of(account.ID)
		if err != nil {
			return api.CheckResult{}, err
		}
		if found, ok := inHistory(all, fingerprint); ok {
			found.Account, found.Current = account.Name, current.Access == "" && found.Generation == current.Generation // locked: out of memory
			return found, nil
		}
	}
	return api.CheckResult{}, nil
}

// inHistory looks for an access token that was an account's, and for what took its place.
func inHistory(all []keeper.Event, fingerprint string) (found api.CheckResult, ok bool) {
	for _, e := range all {
		switch {
		case e.Access == fingerprint:
			found, ok = api.CheckResult{Known: true, Generation: e.Generation, ExpiresAt: e.Expires}, true
		case ok && found.ReplacedAt.IsZero() && e.Generation > found.Generation && e.Access != "":
			found.ReplacedAt = e.At
		}
	}
	return found, ok
}
