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
	news notifier // of what the file does not have yet

	mu      sync.Mutex // guards what follows; not held over I/O
	all     map[string]handedToken
	changes uint64

	writing sync.Mutex // guards what follows, and the file
	written uint64     // the revision that lies in the file
}

// handedToken is what was handed out of an account.
type handedToken struct {
	Last   given `json:"last"`            // whoever it was that asked
	Copied given `json:"copied,omitzero"` // by a person, who has it until they copy again; a program asks anew each time

	change uint64 // when it was another one before, as a revision
}

// given is a token that somebody has: its fingerprint, when it expires, and since when another has its place, in seconds since 1970; 0 for what is
// not known, or is not so. Times would be larger, and there may be thousands of accounts.
type given struct {
	Token string `json:"token"`
	Ends  int64  `json:"ends,omitempty"`
	Since int64  `json:"old_since,omitempty"`
}

// replaced is a given token once another has come.
func (g given) replaced(by string, at time.Time) given {
	if g.Token != "" && g.Token != by && g.Since == 0 {
		g.Since = at.Unix()
	}
	return g
}

// oldSince is since when it is old to an account; zero if it is not, or if it would have expired by now: then nobody takes it for one that works.
func (g given) oldSince(s keeper.AccountState, now time.Time) time.Time {
	switch expired := g.Ends != 0 && g.Ends <= now.Unix(); {
	case g.Token == "" || g.Token == s.Access || expired:
		return time.Time{}
	case g.Since != 0:
		return time.Unix(g.Since, 0)
	case s.Access == "": // locked, and nobody has told of another one
		return time.Time{}
	}
	return s.Issued // by an agent that was killed before it could be noted
}

// recipient is who a token is handed out to.
type recipient int

const (
	toProgram recipient = iota // one that asked over the socket or the door
	toPerson                   // into the clipboard
)

// open reads what earlier agents have handed out of these accounts. Of others it is forgotten, if these are all.
func (h *handed) open(path string, accounts []savedAccount, all bool) {
	h.path, h.news = path, newNotifier()
	known := map[string]handedToken{}
	data, _ := os.ReadFile(path)
	if json.Unmarshal(data, &known) != nil {
		return // none was, or it is broken
	}
	if h.all = known; !all {
		return
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
	if before.Last.Token != fingerprint {
		after.Last = given{Token: fingerprint, Ends: ends}
	}
	if to == toPerson && before.Copied.Token != fingerprint {
		after.Copied = given{Token: fingerprint, Ends: ends}
	}
	return h.changeLocked(account, before, after)
}

// replaced notes that a token was won: what was handed out before is old from then on.
func (h *handed) replaced(account, by string, at time.Time) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if before, was := h.all[account]; was && by != "" {
		after := before
		after.Last, after.Copied = before.Last.replaced(by, at), before.Copied.replaced(by, at)
		h.changeLocked(account, before, after)
	}
}

// changeLocked reports whether it is one.
func (h *handed) changeLocked(account string, before, after handedToken) bool {
	if after == before {
		return false
	}
	if h.all == nil {
		h.all = map[string]handedToken{}
	}
	h.changes++
	after.change = h.changes
	h.all[account] = after
	h.news.tell()
	return true
}

// forget drops an account that is there no more.
func (h *handed) forget(account string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if _, was := h.all[account]; was {
		delete(h.all, account)
		h.changes++
		h.news.tell()
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

// superseded is when another token took the place of the one that was handed out last, and of the one that a person copied last; zero if none has,
// or if that one has expired. Nothing is told when time alone ends it; a minute later, at the latest, whoever looks at a snapshot sees it, as time makes
// each account another Version by then.
func (h *handed) superseded(s keeper.AccountState, now time.Time) (last, copied time.Time) {
	h.mu.Lock()
	defer h.mu.Unlock()
	token := h.all[s.ID]
	return token.Last.oldSince(s, now), token.Copied.oldSince(s, now)
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

// keepCost is how long what was handed out is gathered after a write, for each account: each writes all of it.
const keepCost = time.Millisecond / 2

// keepHanded has the file follow what is handed out, until ctx ends. What comes after that is written at the agent's end.
func (a *Agent) keepHanded(ctx context.Context) {
	pause := time.Duration(len(a.config.get().Accounts)) * keepCost
	gather(ctx, a.handed.news, pause, func() { a.report("what was handed out", a.handed.keep()) })
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
