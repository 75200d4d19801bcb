package keeper

import (
	"cmp"
	"maps"
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

	State       State
	Reason      oauth.Reason
	Detail      string        // a technical fact: "96003", "HTTP 502"
	Since       time.Time     // when this state began
	Next        time.Time     // when the keeper acts next; zero if it waits for a person, is at work, or is about to read the record
	Issued      time.Time     // of the access token
	UsableUntil time.Time     // the access token's expiry; zero if there is none
	KeptBack    bool          // only the keychain can give the access token, and it did not when it was asked last
	Lifetime    time.Duration // of the access token, issue to expiry
	LastRefresh time.Time     // zero if never
	HeldUntil   time.Time     // zero if not held
	SignInBy    time.Time     // when a person has to sign in again at the latest; zero if that is not known
	SignInSoon  time.Time     // when it is time to say so
	Sent        time.Time     // of the refresh whose answer is missing; zero if none is
	Cause       journal.Cause // of the current generation
	Generation  int
	Fingerprint string // of the current refresh token
	Access      string // fingerprint of the access token; "" if there is none
	Type        string // "mac" or "bearer"
	Ask         bool   // the setting
	HasMACKey   bool
	Revocable   bool // the provider ends a chain if it is asked
	Device      bool // the provider lets a person sign in on another device
	Scope       string
	OpenID      string
}

// Snapshot is all accounts at one moment, ordered by name. Neither it nor what it points to is changed after it was made: an account that
// has not changed is the same in the next one.
type Snapshot struct {
	Revision uint64
	Accounts []*Version
}

// Version stands for what an account was at the moment of a snapshot; Account tells what that is. It is told only to those who ask, because
// of thousands of accounts few change at a time.
type Version struct {
	ID    string
	until time.Time // time alone makes it another one then
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
	now := k.now()
	if k.last != nil && (!now.Before(k.lastUntil) || now.Before(k.lastAt)) { // time alone has changed it
		k.revision++
	}
	if k.last == nil || k.last.Revision != k.revision {
		s := k.snapshotLocked(now)
		k.last = &s
	}
	return *k.last
}

// snapshotLocked makes a snapshot of the versions there are, and a new one of what has changed. An account that has a rival is looked at each
// time: what it is depends on that one too.
func (k *Keeper) snapshotLocked(now time.Time) Snapshot {
	back := now.Before(k.lastAt)
	k.lastAt, k.lastUntil = now, now.Add(tick)
	all := k.byNameLocked()
	s := Snapshot{Revision: k.revision, Accounts: make([]*Version, len(all))}
	for n, a := range all {
		m := &a.shared
		if m.version == nil || back || !now.Before(m.version.until) || m.facts.rival != "" {
			m.version = &Version{a.id, now.Add(tick)}
			if until := k.viewLocked(a, now).until; until.After(now) && until.Before(m.version.until) {
				m.version.until = until
			}
		}
		s.Accounts[n], k.lastUntil = m.version, earliest(k.lastUntil, m.version.until)
	}
	return s
}

func (k *Keeper) byNameLocked() []*account {
	if k.byName == nil {
		k.byName = slices.SortedFunc(maps.Values(k.accounts), func(a, b *account) int {
			return cmp.Or(oauth.CompareNames(a.shared.facts.settings.Name, b.shared.facts.settings.Name), strings.Compare(a.id, b.id))
		})
	}
	return k.byName
}

// Account returns one account as it is now; ErrNoAccount if there is none of that id.
func (k *Keeper) Account(id string) (AccountState, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	a := k.accounts[id]
	if a == nil {
		return AccountState{}, ErrNoAccount
	}
	return k.accountStateLocked(a, k.now()), nil
}

// Unsaved is how many accounts hold what the vault has not taken, and of how many of these the disk has not taken it either;
// quitting then should warn.
func (k *Keeper) Unsaved() (unsaved, unsealed int) {
	k.mu.Lock()
	defer k.mu.Unlock()
	for _, a := range k.accounts {
		f := &a.shared.facts
		if f.onlyInMemory() {
			unsaved++
		}
		if (f.unsaved() && !f.sealed) || f.unsealed || f.maybeDeleted() {
			unsealed++
		}
	}
	return unsaved, unsealed
}

// accountStateLocked is what an account is now.
func (k *Keeper) accountStateLocked(a *account, now time.Time) AccountState {
	v, f, g := k.viewLocked(a, now), a.shared.facts, a.shared.facts.record.Grant
	t, p := g.Token, f.settings.provider.configured
	s := AccountState{
		ID: a.id, Name: f.settings.Name, Provider: p.Name, ClientID: f.settings.ClientID, RedirectURI: f.settings.RedirectURI,
		Origins: f.origins(), Confirmed: f.record.Origins, Ask: f.settings.Ask,
		State: v.state, Reason: v.reason, Detail: v.detail, Since: a.shared.since, Next: v.next, Sent: v.sent,
		Issued: t.Issued, UsableUntil: t.Expires, Lifetime: t.Lifetime(), Cause: g.Cause, Generation: g.Generation,
		Fingerprint: t.Refresh.Fingerprint(), Access: accessOf(f.record), Type: t.Type, HasMACKey: t.MACKey != "", Revocable: p.RevokeURL != "", Device: p.DeviceURL != "", Scope: t.Scope, OpenID: t.OpenID,
	}
	if t.ByWrongClock(now) {
		s.UsableUntil = now.Add(t.ValidFor(now))
	}
	s.KeptBack = k.keptBackLocked(&f, v.state)
	if v.state != a.shared.shown {
		s.Since = now
	}
	if !f.heldUntil(now).IsZero() {
		s.HeldUntil = f.settings.HeldUntil
	}
	s.SignInBy, s.SignInSoon = f.signInBy(v)
	if !g.Cause.IsPersons() {
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
