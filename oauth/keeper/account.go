package keeper

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"time"

	"freshkey/oauth"
	"freshkey/oauth/journal"
)

// account is one account of the keeper's.
type account struct {
	id     string
	turn   chan struct{} // a semaphore of one: whoever sent to it holds the account's turn until it receives
	own    turnPart
	shared mutexPart
}

// turnPart belongs to whoever holds the account's turn, and to nobody else.
type turnPart struct {
	unwritten *unwrittenReply // the last answer, if the disk did not take it
	answered  answered
	seen      *grantName // what the vault held when it was read last, if that was not what it should hold
}

// unwrittenReply is an answer that the disk has not taken yet.
type unwrittenReply struct {
	intent  *journal.Intent
	reply   oauth.Reply
	consent journal.Consent
}

// mutexPart is guarded by Keeper.mu.
type mutexPart struct {
	facts     facts
	dropped   bool // taken out of the settings; it goes when its grant is stored
	running   bool // the scheduler works on it, and it is not in the queue
	heapIndex int  // in the queue; -1 if it is not there
	wakeAt    time.Time
	shown     State // what was last said of it, and since when
	since     time.Time
	version   *Version // in the last snapshot; nil once something has changed
	loads     call
	refreshes call
	lastEvent oauth.Reason // the last failure the history was told of; "" if all went well, and …
	lastWon   grantName    // … the last grant
	wonLast   bool         // the last event told of a grant
}

// facts are all that is known of an account. What it is follows from them; see status.
type facts struct {
	settings   settings
	known      bool // the record was read, or made
	unopened   bool // sealed answers were not looked at when it was: no provider could be made of the settings
	record     journal.Record
	stored     grantName             // the grant the vault holds, as far as is known
	keyed      bool                  // the vault has a record of the account's, and in it the key of its seals, as far as is known
	dirty      bool                  // something of the record is still to be stored
	sealed     bool                  // the answer that the record came from lies on the disk
	unsealed   bool                  // an answer that cannot be read yet is in memory alone: the disk does not take it
	shifted    bool                  // its times were moved with the clock, and are still to be stored
	refreshing bool                  // a request is being made
	spending   string                // fingerprint of the refresh token that is about to be sent
	rival      string                // id of the account that had the refresh token, or had used it, when it was to be sent last
	failed     rare[journal.Attempt] // the last request, if it failed
	vault      rare[vaultFailure]
	breakdown  rare[pause]     // the last work panicked
	unwritten  rare[pause]     // the disk did not take an answer, and it is in memory still
	recheck    rare[time.Time] // a removal failed, and may still take effect: the record is looked at once more; zero if none did
	outOfReach rare[pause]     // an answer is sealed, and the disk does not give it just now
}

// chainRules are what a provider says of its chains.
type chainRules struct {
	rotation oauth.Rotation
	grace    time.Duration // in which a spent refresh token is answered again
	lifetime oauth.RefreshLifetime
}

// rotates reports whether a refresh may spend the refresh token, so that an answer that is lost is a loss.
func (c chainRules) rotates() bool { return c.rotation != oauth.RotatesNever }

// mayHaveSpent reports whether a refresh may have spent the refresh token: by what the provider's file says, or by what its last answer did.
func mayHaveSpent(rotation oauth.Rotation, r journal.Record) bool {
	return rotation != oauth.RotatesNever || r.Rotated()
}

// grantName tells two grants apart.
type grantName struct {
	generation  int
	fingerprint string
}

func nameOf(g journal.Grant) grantName { return grantName{g.Generation, g.Token.Refresh.Fingerprint()} }

// vaultFailure is what the keychain said last; the zero value if all was well.
type vaultFailure struct {
	err      *VaultError
	at       time.Time
	next     time.Time // not asked again by itself before
	failures int       // in a row
}

// pause is a trouble of this computer's own, and when it is looked at again; the zero value if there is none.
type pause struct {
	next     time.Time
	failures int // in a row
}

func (p pause) shifted(d time.Duration) pause { return pause{shifted(p.next, d), p.failures} }

func (v vaultFailure) shifted(d time.Duration) vaultFailure {
	return vaultFailure{v.err, shifted(v.at, d), shifted(v.next, d), v.failures}
}

// shifted is a time moved by d, as after a clock was set; the zero time stays what it is.
func shifted(t time.Time, d time.Duration) time.Time {
	if t.IsZero() {
		return t
	}
	return t.Add(d)
}

// unread reports whether the record, or what is sealed and follows it, is still to be read.
func (f facts) unread() bool { return !f.known || (f.unopened && !f.unusable()) }

// unsaved reports whether the account is served from a grant that the vault does not have.
func (f facts) unsaved() bool { return f.known && f.dirty && f.stored != nameOf(f.record.Grant) }

// onlyInMemory reports whether nothing but this process may have something that must not be lost: a grant that the vault does not
// have, or may have deleted, or an answer that the disk does not take.
func (f facts) onlyInMemory() bool { return f.unsaved() || f.unsealed || f.maybeDeleted() }

// maybeDeleted reports whether a removal failed and the record was not seen since.
func (f facts) maybeDeleted() bool { return f.known && !f.recheck.get().IsZero() && !f.keyed }

// vaultError is what the keychain said last, as an error.
func (f facts) vaultError(what string) *VaultError {
	v := &VaultError{Reason: ReasonKeychain, Err: errors.New(what)}
	if f.vault.get().err != nil {
		v.Reason = f.vault.get().err.Reason
	}
	return v
}

// settingsName is a fingerprint of all that a provider could refuse: another one is worth another try.
func (f facts) settingsName() string {
	s := f.settings.account()
	s.Name, s.HeldUntil, s.Ask, s.Device = "", time.Time{}, false, false
	data, _ := json.Marshal(s) // strings and numbers always marshal
	return (oauth.Secret(data) + f.record.ClientSecret).Fingerprint()
}

// heldUntil is when the account's hold ends; the zero time if it is not held. A hold ends with the access token it is for:
// then there is nothing left that a refresh could take from anybody.
func (f facts) heldUntil(now time.Time) time.Time {
	end, t := f.settings.HeldUntil, f.record.Grant.Token
	if !end.After(now) || t.ValidFor(now) == 0 || f.record.IsUnproven() { // what was brought is refreshed all the same
		return time.Time{}
	}
	if t.Expires.Before(end) {
		return t.Expires
	}
	return end
}

func newAccount(s settings, now time.Time) *account {
	n := &account{id: s.ID, turn: make(chan struct{}, 1)}
	n.shared.heapIndex, n.shared.since, n.shared.shown = -1, now, StateWaiting
	n.shared.facts.settings = s
	return n
}

// attempt is the last request, if it failed; else the zero value.
func (f facts) attempt() journal.Attempt { return f.failed.get() }

// target is whom the settings have a refresh token presented to.
func (f facts) target() journal.Target {
	return journal.Target{ClientID: f.settings.ClientID, Endpoint: f.settings.provider.endpoint}
}

// origins are where the settings would have the secrets go; none if no provider can be made of them.
func (f facts) origins() []string { return f.settings.provider.origins }

// chain is what the settings' provider says of its chains.
func (f facts) chain() chainRules { return f.settings.provider.chain }

// unusable reports whether no provider can be made of the settings.
func (f facts) unusable() bool { return f.settings.provider.unusable }

// hold makes r the record, whatever was written of it. The grant that the account has already stays: its times may have been put
// right meanwhile.
func (f *facts) hold(r journal.Record) {
	if nameOf(f.record.Grant) == nameOf(r.Grant) {
		r.Grant = f.record.Grant
	}
	f.record = f.lean(r)
}

// lean is a record whose origins are in one copy for all accounts of the provider.
func (f facts) lean(r journal.Record) journal.Record {
	if own := f.origins(); len(r.Origins) > 0 && slices.Equal(r.Origins, own) {
		r.Origins = own
	}
	return r
}

// take waits for the account's turn.
func (a *account) take(ctx context.Context) error {
	select {
	case a.turn <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (a *account) release() { <-a.turn }

func (k *Keeper) account(id string) (*account, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if a := k.accounts[id]; a != nil {
		return a, nil
	}
	return nil, ErrNoAccount
}

// facts are an account's as they are now.
func (k *Keeper) facts(a *account) facts {
	k.mu.Lock()
	defer k.mu.Unlock()
	return a.shared.facts
}

// learn changes what is known of an account and has the consequences drawn.
func (k *Keeper) learn(a *account, change func(*facts)) {
	k.mu.Lock()
	defer k.mu.Unlock()
	failed := a.shared.facts.vault.get()
	change(&a.shared.facts)
	k.reconsiderLocked(a)
	if failed.err != nil && a.shared.facts.vault.get().err == nil {
		k.keychainAnsweredLocked(failed)
	}
	k.publishLocked()
}
