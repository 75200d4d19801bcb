package keeper

import "freshkey/oauth/journal"

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
