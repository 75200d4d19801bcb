package oauth

import (
	"errors"
	"slices"
	"strings"
	"time"
)

// State is what an account is in, as one word.
type State string

// The states an account can be in.
const (
	StateFresh         State = "fresh"         // a token that works; nothing to do
	StateRefreshing    State = "refreshing"    // a refresh is under way
	StateWaiting       State = "waiting"       // it failed for now; Next says when it is tried again
	StateOffline       State = "offline"       // no connection; nothing was sent
	StateUncertain     State = "uncertain"     // sent, and the answer was lost
	StateUnsaved       State = "unsaved"       // the new token is here, but the keychain does not take it
	StateLocked        State = "locked"        // the keychain can't be read
	StateMisconfigured State = "misconfigured" // the provider refuses the app's settings
	StateHeld          State = "held"          // a token that works, kept as it is because a person asked
	StateSignIn        State = "signin"        // the chain is dead, or was never begun
)

// AccountState is one account at one moment. It holds no secret.
type AccountState struct {
	ID, Name, Provider, ClientID, RedirectURI string

	State       State
	Reason      Reason
	Detail      string        // a technical fact: "96003", "HTTP 502"
	Since       time.Time     // when this state began
	Next        time.Time     // when the keeper acts next; zero if it waits for a person
	Issued      time.Time     // of the access token
	UsableUntil time.Time     // the access token's expiry; zero if there is none
	Lifetime    time.Duration // of the access token, issue to expiry
	LastRefresh time.Time     // zero if never
	HeldUntil   time.Time     // zero if not held
	Sent        time.Time     // of the refresh whose answer is missing; zero if none is
	Cause       Cause         // of the current generation
	Generation  int
	Fingerprint string // of the current refresh token
	Type        string // "mac" or "bearer"
	HasMACKey   bool
	Scope       string
	OpenID      string
}

// Snapshot is all accounts at one moment, ordered by name. It is never changed after it was made.
type Snapshot struct {
	Revision uint64
	Accounts []AccountState
}

// Watch returns a channel that says there is a newer Snapshot than the last one taken, and a function that ends the watch.
// The channel holds one message, so a slow reader skips what it missed.
func (k *Keeper) Watch() (<-chan struct{}, func()) {
	news := make(chan struct{}, 1)
	news <- struct{}{}
	k.mu.Lock()
	defer k.mu.Unlock()
	k.watchers[news] = struct{}{}
	return news, func() {
		k.mu.Lock()
		defer k.mu.Unlock()
		delete(k.watchers, news)
	}
}

// Snapshot returns all accounts as they are now.
func (k *Keeper) Snapshot() Snapshot {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.last == nil || k.last.Revision != k.revision {
		s := Snapshot{Revision: k.revision, Accounts: make([]AccountState, 0, len(k.entries))}
		for _, e := range k.entries {
			s.Accounts = append(s.Accounts, e.snapshot())
		}
		slices.SortFunc(s.Accounts, func(a, b AccountState) int {
			if c := strings.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name)); c != 0 {
				return c
			}
			return strings.Compare(a.ID, b.ID)
		})
		k.last = &s
	}
	return *k.last
}

// Account returns one account as it is now.
func (k *Keeper) Account(id string) (AccountState, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	e := k.entries[id]
	if e == nil {
		return AccountState{}, ErrNoAccount
	}
	return e.snapshot(), nil
}

func (e *entry) snapshot() AccountState {
	t := e.grant.Token
	s := AccountState{
		ID: e.id, Name: e.account.Name, Provider: e.account.Provider.Name, ClientID: e.account.ClientID, RedirectURI: e.account.RedirectURI,
		State: e.state, Reason: e.reason, Detail: e.detail, Since: e.since, Next: e.next,
		Issued: t.Issued, UsableUntil: t.Expires, Lifetime: t.Lifetime(), Cause: e.grant.Cause, Generation: e.grant.Generation, Sent: e.sent,
		Fingerprint: t.Refresh.Fingerprint(), Type: t.Type, HasMACKey: t.MACKey != "", Scope: t.Scope, OpenID: t.OpenID,
	}
	if e.state == StateHeld {
		s.HeldUntil = e.account.HeldUntil
	}
	if e.grant.Cause != CauseAdded && e.grant.Cause != CauseSignIn {
		s.LastRefresh = t.Issued
	}
	return s
}

// change edits an entry under the lock and tells the watchers.
func (k *Keeper) change(e *entry, edit func()) {
	k.mu.Lock()
	defer k.mu.Unlock()
	before := e.state
	edit()
	if e.state != before || e.since.IsZero() {
		e.since = k.now()
	}
	if e.state != StateUncertain {
		e.sent = time.Time{}
	}
	k.publish()
}

// publish wants k.mu held.
func (k *Keeper) publish() {
	k.revision++
	for w := range k.watchers {
		select {
		case w <- struct{}{}:
		default:
		}
	}
}

// failUnread is fail for an account nobody has read meanwhile. It wants no turn.
func (k *Keeper) failUnread(e *entry, err error) {
	k.change(e, func() {
		if !e.loaded {
			k.enter(e, err)
		}
	})
}

// fail puts an entry into the state that err amounts to, says when to try again, and returns err.
func (k *Keeper) fail(e *entry, err error) error {
	k.change(e, func() { k.enter(e, err) })
	return err
}

// enter wants k.mu held.
func (k *Keeper) enter(e *entry, err error) {
	e.failures++
	wait := backoff(e.failures, 0, k.world.Random())
	var x *Error
	var v *VaultError
	switch {
	case errors.As(err, &x):
		wait = k.wait(e, x)
		e.away = x.Class == Offline
		switch x.Class {
		case Uncertain:
			e.doubt = x
		case Dead:
			e.doubt = nil
		case Offline, Transient:
			if e.doubt != nil { // still open; that the next try failed too is the lesser news
				x = e.doubt
			}
		}
		e.state, e.reason, e.detail, e.sent = stateOf(x.Class), x.Reason, x.Detail(), x.Sent
	case errors.As(err, &v):
		e.state, e.reason, e.detail = StateLocked, v.Reason, ""
		wait = keychainPause(e.failures, tick)
	case errors.Is(err, ErrSignIn):
		e.state, wait = StateSignIn, 0
	default:
		e.state, e.reason, e.detail = StateWaiting, ReasonInternal, ""
	}
	at := k.now().Add(wait)
	if e.state == StateSignIn {
		at = time.Time{}
	}
	k.schedule(e, at)
}

func stateOf(c Class) State {
	switch c {
	case Offline:
		return StateOffline
	case Misconfigured:
		return StateMisconfigured
	case Uncertain:
		return StateUncertain
	case Dead:
		return StateSignIn
	}
	return StateWaiting
}

// wait is the pause after a failed exchange. While the access token still works it is never more than half of what is
// left, so that a short-lived token gets its tries too; what the provider asks for is always kept.
func (k *Keeper) wait(e *entry, x *Error) time.Duration {
	wait := backoff(e.failures, 0, k.world.Random())
	if x.Class == Offline {
		wait = min(wait, 5*time.Minute) // trying to connect costs nothing
	}
	if left := e.grant.Token.ValidFor(k.now()); left > 0 {
		wait = min(wait, max(left/2, 2*time.Second))
	}
	return max(wait, x.RetryAfter)
}
