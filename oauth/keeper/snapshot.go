package keeper

import (
	"slices"
	"strings"
	"time"

	"freshkey/oauth"
	"freshkey/oauth/journal"
)

// AccountState is one account at one moment. It holds no secret.
type AccountState struct {
	ID, Name, Provider, ClientID, RedirectURI string

	Origins   []string // where the settings would have the secrets go
	Confirmed []string // where they may go to; empty while that is not known
	Ask       bool     // the setting

	State       State
	Reason      oauth.Reason
	Detail      string        // a technical fact: "96003", "HTTP 502"
	Since       time.Time     // when this state began
	Next        time.Time     // when the keeper acts next; zero if it waits for a person, is at work, or is about to read the record
	Issued      time.Time     // of the access token
	UsableUntil time.Time     // the access token's expiry; zero if there is none
	Lifetime    time.Duration // of the access token, issue to expiry
	LastRefresh time.Time     // zero if never
	HeldUntil   time.Time     // zero if not held
	SignInBy    time.Time     // when a person has to sign in again at the latest; zero if that is not known
	SignInSoon  time.Time     // when it is time to say so
	Device      bool          // the provider lets a person sign in on another device
	Sent        time.Time     // of the refresh whose answer is missing; zero if none is
	Cause       journal.Cause // of the current generation
	Generation  int
	Fingerprint string // of the current refresh token
	Access      string // fingerprint of the access token; "" if there is none
	Type        string // "mac" or "bearer"
	HasMACKey   bool
	Revocable   bool // the provider ends a chain if it is asked
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
	if now := k.now(); k.last != nil && (!now.Before(k.lastUntil) || now.Before(k.lastAt)) { // time alone has changed it
		k.revision++
	}
	if k.last == nil || k.last.Revision != k.revision {
		k.lastAt, k.lastUntil = k.now(), k.now().Add(tick)
		s := Snapshot{Revision: k.revision, Accounts: make([]AccountState, 0, len(k.accounts))}
		for _, a := range k.accounts {
			s.Accounts = append(s.Accounts, k.accountStateLocked(a))
			if until := k.viewLocked(a, k.lastAt).until; until.After(k.lastAt) && until.Before(k.lastUntil) {
				k.lastUntil = until
			}
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

// Account returns one account as it is now; ErrNoAccount if there is none of that id.
func (k *Keeper) Account(id string) (AccountState, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	a := k.accounts[id]
	if a == nil {
		return AccountState{}, ErrNoAccount
	}
	return k.accountStateLocked(a), nil
}

// Unsaved is how many accounts hold what the vault has not taken, and of how many of these the disk has not taken it either;
// quitting then should warn.
func (k *Keeper) Unsaved() (unsaved, unsealed int) {
	k.mu.Lock()
	defer k.mu.Unlock()
	for _, a := range k.accounts {
		f := a.shared.facts
		if f.onlyInMemory() {
			unsaved++
		}
		if (f.unsaved() && !f.sealed) || f.unsealed || f.maybeDeleted() {
			unsealed++
		}
	}
	return unsaved, unsealed
}

func (k *Keeper) accountStateLocked(a *account) AccountState {
	now := k.now()
	v, f, g := k.viewLocked(a, now), a.shared.facts, a.shared.facts.record.Grant
	t := g.Token
	s := AccountState{
		ID: a.id, Name: f.settings.Name, Provider: f.settings.Provider.Name, ClientID: f.settings.ClientID, RedirectURI: f.settings.RedirectURI,
		Origins: f.origins, Confirmed: f.record.Origins, Ask: f.settings.Ask,
		State: v.state, Reason: v.reason, Detail: v.detail, Since: a.shared.since, Next: v.next, Sent: v.sent,
		Issued: t.Issued, UsableUntil: t.Expires, Lifetime: t.Lifetime(), Cause: g.Cause, Generation: g.Generation,
		Fingerprint: t.Refresh.Fingerprint(), Access: accessOf(f.record), Type: t.Type, HasMACKey: t.MACKey != "", Revocable: f.settings.Provider.RevokeURL != "", Device: f.settings.Provider.DeviceURL != "", Scope: t.Scope, OpenID: t.OpenID,
	}
	if t.ByWrongClock(now) {
		s.UsableUntil = now.Add(t.ValidFor(now))
	}
	if v.state != a.shared.shown {
		s.Since = now
	}
	if !f.heldUntil(now).IsZero() {
		s.HeldUntil = f.settings.HeldUntil
	}
	s.SignInBy, s.SignInSoon = f.signInBy(v)
	if g.Cause != journal.CauseAdded && g.Cause != journal.CauseSignIn {
		s.LastRefresh = g.Won()
	}
	return s
}

// accessOf is the fingerprint of a record's access token; empty while that is out of memory.
func accessOf(r journal.Record) string {
	if r.IsHidden() {
		return ""
	}
	return r.Grant.Token.Access.Fingerprint()
}

// viewLocked is what an account is now.
func (k *Keeper) viewLocked(a *account, now time.Time) view {
	return status(a.shared.facts, k.surroundingsLocked(a), now)
}

// publishLocked tells the watchers.
func (k *Keeper) publishLocked() {
	k.revision++
	for w := range k.watchers {
		wake(w)
	}
}
