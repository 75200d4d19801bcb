package words

import (
	"time"

	"freshkey/app/api"
	"freshkey/oauth/keeper"
)

// Unlockable reports whether opening the keychain would help an account.
func Unlockable(a api.Account) bool {
	waits := a.State == keeper.StateLocked || a.State == keeper.StateUnsaved
	return waits && (a.Reason == keeper.ReasonLocked || a.Reason == keeper.ReasonKeychain)
}

// Passing reports whether an account only waits for its turn: nothing has failed, and seconds will change it.
func Passing(a api.Account) bool {
	switch a.Reason {
	case keeper.ReasonNotRead, keeper.ReasonDue, keeper.ReasonSettling, keeper.ReasonJustRefreshed:
		return true
	}
	return false
}

// Icon names the picture for an account's state: fresh, busy, resting, attention or problem. Each has a shape of its own,
// so it says the same as the words do.
func Icon(a api.Account, now time.Time) string {
	switch a.State {
	case keeper.StateFresh, keeper.StateHeld:
		return "fresh"
	case keeper.StateRefreshing:
		return "busy"
	case keeper.StateWaiting, keeper.StateOffline:
		if !Passing(a) && !a.ExpiresAt.After(now) {
			return "attention"
		}
		return "resting"
	case keeper.StateSignIn, keeper.StateMisconfigured:
		return "problem"
	}
	return "attention"
}

// Urgency is how much an account wants a person, 1 (not at all) to 5.
func Urgency(a api.Account, now time.Time) int {
	return map[string]int{"problem": 5, "attention": 4, "busy": 3, "resting": 2, "fresh": 1}[Icon(a, now)]
}
