package keeper

import (
	"context"

	"freshkey/oauth/journal"
)

// What the tests of the package's outside need of its inside.
var (
	Due           = due
	Backoff       = backoff
	FailedAttempt = failedAttempt
)

// InMemory is an account's record as memory has it.
func (k *Keeper) InMemory(id string) journal.Record {
	a, _ := k.account(id)
	return k.facts(a).record
}

// LoadAll reads all records, or waits for whoever is about to.
func (k *Keeper) LoadAll(ctx context.Context) error { return k.loadAll(ctx) }

// Tick is one look at what is due.
func (k *Keeper) Tick() { _, _, _ = k.nextDue(k.now()) }

// States are all accounts as they are now, in the order of a snapshot.
func (k *Keeper) States() (all []AccountState) {
	for _, v := range k.Snapshot().Accounts {
		if a, err := k.Account(v.ID); err == nil {
			all = append(all, a)
		}
	}
	return all
}
