package keeper

// What the tests of the package's outside need of its inside.
var (
	Due           = due
	Backoff       = backoff
	FailedAttempt = failedAttempt
)
