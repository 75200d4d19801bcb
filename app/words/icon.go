package words

import (
	"time"

	"freshkey/app/api"
	"freshkey/oauth"
)

// Unlockable tells whether opening the keychain would help an account.
func Unlockable(a api.Account) bool {
	waits := a.State == oauth.StateLocked || a.State == oauth.StateUnsaved
	return waits && (a.Reason == oauth.ReasonLocked || a.Reason == oauth.ReasonKeychain)
}

// Icon names the picture for an account's state: fresh, busy, resting, attention or problem. Each has a shape of its own,
// so it says the same as the words do.
func Icon(a api.Account, now time.Time) string {
	switch a.State {
	case oauth.StateFresh, oauth.StateHeld:
		return "fresh"
	case oauth.StateRefreshing:
		return "busy"
	case oauth.StateWaiting, oauth.StateOffline:
		if a.Reason != oauth.ReasonNotRead && !a.ExpiresAt.After(now) {
			return "attention"
		}
		return "resting"
	case oauth.StateSignIn, oauth.StateMisconfigured:
		return "problem"
	}
	return "attention"
}

// Urgency is how much an account wants a person, 1 (not at all) to 5.
func Urgency(a api.Account, now time.Time) int {
	return map[string]int{"problem": 5, "attention": 4, "busy": 3, "resting": 2, "fresh": 1}[Icon(a, now)]
}
