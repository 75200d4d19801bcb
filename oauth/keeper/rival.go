package keeper

import (
	"cmp"
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
		if err := k.store(ctx, a, r, k.facts(a).attempt()); err != nil {
			return err
		}
	}
	return &oauth.Error{Class: oauth.Dead, Reason: ReasonRival}
}

// rivalOf says what another account knows of a refresh token that a is to spend, if a has to give way to it. It notes which one
// that is, or that a is about to spend the token: from then on others give way.
func (k *Keeper) rivalOf(a *account, spend oauth.Secret) journal.Possession {
	k.mu.Lock()
	defer k.mu.Unlock()
	mine, fingerprint := &a.shared.facts, spend.Fingerprint()
	for _, other := range k.accounts {
		if other == a {
			continue
		}
		if p := mine.givesWay(&other.shared.facts, spend, fingerprint); p != journal.Unknown {
			mine.rival, k.yielding[a] = other.id, true
			k.reconsiderLocked(a)
			k.publishLocked()
			return p
		}
	}
	mine.rival, mine.spending = "", fingerprint
	delete(k.yielding, a)
	return journal.Unknown
}

// givesWay says what another account knows of a refresh token, if that one is to spend it: the one that is about to, else of two
// that could the one that has sent it before, else the one whose id comes first.
func (f *facts) givesWay(other *facts, spend oauth.Secret, fingerprint string) journal.Possession {
	switch known := other.record.KnowsBy(spend, fingerprint); known {
	case journal.UsedUp:
		return known
	case journal.Current:
		mine, theirs := f.record.HasSent(spend), other.record.HasSent(spend)
		if other.spending == fingerprint || theirs && !mine || theirs == mine && other.settings.ID < f.settings.ID {
			return known
		}
	}
	return journal.Unknown
}

// yieldsLocked reports whether the account that a gave way to still has the chain. Facts that have changed since undo it.
func (k *Keeper) yieldsLocked(a *account) bool {
	f := &a.shared.facts
	other := k.accounts[f.rival]
	if other == nil {
		return false
	}
	spend := cmp.Or(f.record.TokenToSend(f.target()), f.record.Grant.Token.Refresh) // one that was used up is refused by now
	return f.givesWay(&other.shared.facts, spend, spend.Fingerprint()) != journal.Unknown
}

// reconsiderRivalsLocked looks again at the accounts that gave way to one: it may be gone, or have another chain.
func (k *Keeper) reconsiderRivalsLocked(a *account) {
	for other := range k.yielding {
		if other.shared.facts.rival == a.id {
			k.reconsiderLocked(other)
		}
	}
}
