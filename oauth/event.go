package oauth

import "time"

// Event is one line of an account's history: a generation that was won, or why one was not. It holds no secret.
type Event struct {
	At          time.Time `json:"at"`
	Cause       Cause     `json:"cause"`
	State       State     `json:"state"`            // what the account was in afterwards
	Reason      Reason    `json:"reason,omitempty"` // why; empty if all went well
	Detail      string    `json:"detail,omitempty"`
	Generation  int       `json:"generation"`
	Fingerprint string    `json:"fingerprint"` // of the refresh token
	Expires     time.Time `json:"expires_at,omitzero"`
	Account     string    `json:"-"`
}

// note tells the history what an account has come to. The same failure again is no news.
func (k *Keeper) note(e *entry, cause Cause) {
	k.mu.Lock()
	t := e.grant.Token
	v := Event{
		Account: e.id, At: k.now(), Cause: cause, State: e.state, Reason: e.reason, Detail: e.detail,
		Generation: e.grant.Generation, Fingerprint: t.Refresh.Fingerprint(), Expires: t.Expires,
	}
	again := e.reason != ReasonNone && e.reason == e.noted
	e.noted = e.reason
	k.mu.Unlock()
	if !again {
		k.world.Note(v)
	}
}
