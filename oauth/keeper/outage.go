package keeper

import (
	"errors"
	"time"

	"freshkey/oauth"
	"freshkey/oauth/journal"
)

// outage is what is known of a token endpoint that could not be reached, or could not answer, over all accounts that use it.
type outage struct {
	failed time.Time // when it was asked in vain last
	over   time.Time // when an account that had asked in vain got its answer, after that; zero before
}

// heals reports whether an attempt failed for a reason that lies with the endpoint, or with the way to it, and spent nothing.
func heals(class oauth.Class, reason oauth.Reason) bool {
	return class == oauth.Offline || class == oauth.Transient && reason == oauth.ReasonServer
}

// noteOutcome tells history and neighbours what a refresh came to; before is the attempt before it.
func (k *Keeper) noteOutcome(a *account, cause journal.Cause, before journal.Attempt, err *error) {
	k.noteOutage(a, before, *err)
	k.emitFailure(a, cause, *err)
}

// noteOutage draws from what came of an account's refresh what it says of the endpoint. When one that had failed succeeds, the outage is over for
// all others too: each tries again soon, and does not wait for an end that was guessed while nothing answered. The success of an account that
// never failed says nothing: a provider may refuse to answer for one app alone, and that one keeps its waits.
func (k *Keeper) noteOutage(a *account, before journal.Attempt, err error) {
	x, failed := errors.AsType[*oauth.Error](err)
	failed = failed && heals(x.Class, x.Reason)
	recovered := err == nil && heals(before.Class, before.Reason)
	if !failed && !recovered {
		return
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	endpoint := a.shared.facts.settings.provider.endpoint
	o := k.outages[endpoint]
	if failed {
		o.failed = k.now()
		k.outages[endpoint] = o
		return
	}
	if o.failed = latest(o.failed, before.At); !o.failed.After(o.over) {
		return // the others know
	}
	o.over = k.now()
	k.outages[endpoint] = o
	for _, other := range k.accounts {
		if f := &other.shared.facts; f.settings.provider.endpoint == endpoint && heals(f.attempt().Class, f.attempt().Reason) {
			k.reconsiderLocked(other)
		}
	}
	k.publishLocked()
}
