package keeper

import (
	"errors"
	"fmt"
	"time"

	"freshkey/oauth"
	"freshkey/oauth/journal"
)

// The causes of events that are no refreshes: what a person or a script has asked of the account.
const (
	CauseHold    journal.Cause = "hold"
	CauseRelease journal.Cause = "release"
)

// Event is one line of an account's history: a generation that was won, or why one was not, or a hold. It holds no secret.
type Event struct {
	At          time.Time     `json:"at"`
	Cause       journal.Cause `json:"cause"`
	State       State         `json:"state"`            // what the account was in afterwards
	Reason      oauth.Reason  `json:"reason,omitempty"` // why; empty if all went well
	Detail      string        `json:"detail,omitempty"`
	Generation  int           `json:"generation"`
	Fingerprint string        `json:"fingerprint"`      // of the refresh token
	Access      string        `json:"access,omitempty"` // fingerprint of the access token
	Expires     time.Time     `json:"expires_at,omitzero"`
	HeldUntil   time.Time     `json:"held_until,omitzero"` // of a hold
	Sent        time.Time     `json:"sent_at,omitzero"`    // of a refresh whose answer is missing: when it went out
	Times       int           `json:"times,omitempty"`     // that a failure came in a row, if it is more than one; told by the history
	LastAt      time.Time     `json:"last_at,omitzero"`    // when it came last, then
	Account     string        `json:"-"`
	Found       bool          `json:"-"` // the vault had it when the account was read first: it was won before, and may have been told of by then
}

// IsHold reports whether an event tells of a hold, or of its end by somebody's word; then it tells of no refresh.
func (e Event) IsHold() bool { return e.Cause == CauseHold || e.Cause == CauseRelease }

// HoldEnd is when the hold that an event tells of ends: with its token, however much longer somebody asked for.
func (e Event) HoldEnd() time.Time {
	if e.Expires.IsZero() {
		return e.HeldUntil
	}
	return earliest(e.HeldUntil, e.Expires)
}

// emit tells the history of a generation that was won.
func (k *Keeper) emit(a *account, cause journal.Cause) { k.tell(a, cause, nil) }

// tell tells the history what an account has come to. The same grant again is no news. A history that breaks down is no
// reason to do anything again.
func (k *Keeper) tell(a *account, cause journal.Cause, failure error) {
	k.mu.Lock()
	v, g := k.viewLocked(a, k.now()), a.shared.facts.record.Grant
	e := eventOf(a.id, g)
	e.At, e.Cause, e.State, e.Reason, e.Detail = k.now(), cause, v.state, v.reason, v.detail
	if x, ok := errors.AsType[*oauth.Error](failure); ok {
		if e.Sent = x.Sent; e.Sent.IsZero() {
			e.Sent = v.sent // what fails now may be another try of one whose answer is missing
		}
		if saysNothing(e.Reason) || v.state == StateUncertain && x.Reason != "" && x.Reason != e.Reason { // of an account that is held now, or edited; or by an older doubt than this try's
			e.Reason, e.Detail = x.Reason, x.Detail()
		}
	}
	again := false
	if won := nameOf(g); failure == nil {
		again = e.Reason == "" && a.shared.lastEvent == "" && won == a.shared.lastWon // stored once more
		a.shared.lastWon = won
	} else {
		again = a.shared.wonLast && e.Reason == a.shared.lastEvent // what was won told of what was wrong with it
	}
	a.shared.lastEvent, a.shared.wonLast = e.Reason, failure == nil
	k.mu.Unlock()
	if !again {
		k.record(e)
	}
}

// record hands an event to the history.
func (k *Keeper) record(e Event) {
	defer func() {
		if p := recover(); p != nil {
			k.config.Log.Error("panic in the history", "account", e.Account, "type", fmt.Sprintf("%T", p))
		}
	}()
	k.config.OnEvent(e)
}

// eventOf is an event about a grant, which still lacks what is told of it.
func eventOf(account string, g journal.Grant) Event {
	return Event{
		Account: account, Generation: g.Generation,
		Fingerprint: g.Token.Refresh.Fingerprint(), Access: g.Token.Access.Fingerprint(), Expires: g.Token.Expires,
	}
}

// emitFound tells the history of the grant that the vault had when the account was read for the first time: the process before this one may have
// ended between the write and the telling. Of a token that the provider has not answered yet nothing was won, and
// what has moved away is no more.
func (k *Keeper) emitFound(a *account, r journal.Record) {
	g := r.Grant
	if g.Generation == 0 || r.IsUnproven() || r.Moved != nil {
		return
	}
	e := eventOf(a.id, g)
	e.At, e.Cause, e.State, e.Found = g.Won(), g.Cause, StateFresh, true
	k.record(e)
}

// saysNothing reports whether a reason is none for a failure.
func saysNothing(r oauth.Reason) bool {
	return r == "" || r == ReasonDue || r == ReasonSettling || r == ReasonJustRefreshed
}

// emitInterrupted tells the history, when an account is read for the first time, of a refresh whose answer is open because the process before this
// one ended: what becomes of it may take until the provider is there again.
func (k *Keeper) emitInterrupted(a *account, known bool) {
	if known {
		return
	}
	if in, reason := k.facts(a).unresolved(); in != nil && reason == ReasonInterrupted {
		k.tell(a, in.Cause, &oauth.Error{Class: oauth.Uncertain, Reason: reason, Sent: in.At})
	}
}

// emitFailure tells the history of a refresh that failed. One that came too late, because the account is held now, is none.
func (k *Keeper) emitFailure(a *account, cause journal.Cause, err error) {
	if err != nil && !errors.Is(err, ErrHeld) {
		k.tell(a, cause, err)
	}
}
