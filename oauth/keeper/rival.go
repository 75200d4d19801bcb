package keeper

import (
	"context"

	"freshkey/oauth"
	"freshkey/oauth/journal"
)

// yield is why an account must not spend a refresh token: another one has it, or has used it. Settings that were taken out and
// put back by hand may bring two owners of one chain. That it was used is remembered, also when the other account goes.
func (k *Keeper) yield(ctx context.Context, a *account, r journal.Record, spend oauth.Secret, with app) error {
	rival := k.rivalOf(a, spend)
	if rival == journal.Unknown {
		return nil
	}
	if rival == journal.UsedUp {
		r = r.Refuse(&journal.Intent{Fingerprint: spend.Fingerprint(), To: with.target})
		if err := k.store(ctx, a, r, k.facts(a).attempt); err != nil {
			return err
		}
	}
	k.learn(a, func(f *facts) { f.rival = true })
	return &oauth.Error{Class: oauth.Dead, Reason: ReasonRival}
}

// rivalOf says what another account knows of a refresh token that a is to spend. Of two that could spend it, the one that has
// sent it does, else the one whose id comes first.
func (k *Keeper) rivalOf(a *account, spend oauth.Secret) journal.Possession {
	sent := func(r journal.Record) bool {
		for _, in := range append([]*journal.Intent{r.Intent, r.Unanswered}, r.Unparsed...) {
			if in != nil && in.Cause != journal.CauseSignIn && in.Fingerprint == spend.Fingerprint() {
				return true
			}
		}
		return false
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	mine, name := sent(a.shared.facts.record), spend.Fingerprint()
	for _, other := range k.accounts {
		if other == a {
			continue
		}
		theirs := sent(other.shared.facts.record)
		switch other.shared.facts.record.Knows(spend) {
		case journal.UsedUp:
			return journal.UsedUp
		case journal.Current:
			if other.shared.facts.spending == name || theirs && !mine || theirs == mine && other.id < a.id {
				return journal.Current
			}
		}
	}
	a.shared.facts.spending = name // from here on others yield
	return journal.Unknown
}
