package oauth

import "time"

// heldUntil wants k.mu held. It is the zero time if the account is not held. A hold ends with the access token it is for:
// then there is nothing left that a refresh could take from anybody.
func (k *Keeper) heldUntil(e *entry) time.Time {
	end, t := e.account.HeldUntil, e.grant.Token
	if t.Access == "" || !end.After(k.now()) || !t.Expires.After(k.now()) {
		return time.Time{}
	}
	if t.Expires.Before(end) {
		return t.Expires
	}
	return end
}

func (k *Keeper) isHeld(e *entry) bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	return e.unsaved == nil && !k.heldUntil(e).IsZero()
}

// keep wants k.mu held. It leaves a working token alone until it is due, or until its hold ends.
func (k *Keeper) keep(e *entry) {
	state, next := StateFresh, k.dueAt(e)
	if end := k.heldUntil(e); !end.IsZero() {
		state, next = StateHeld, end
	}
	if e.state != state {
		e.since = k.now()
	}
	e.state, e.reason, e.detail = state, ReasonNone, ""
	k.schedule(e, next)
}
