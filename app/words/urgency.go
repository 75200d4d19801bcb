package words

import (
	"time"

	"freshkey/app/api"
)

// Urgency is how much an account wants a person, 1 (not at all) to 6: whose token works no more, and who waits for a person, is the most urgent.
func Urgency(a api.Account, now time.Time) int {
	if AlertOf(a).NeedsPerson() && !a.Usable(now) {
		return 6
	}
	switch Icon(a, now) {
	case "problem":
		return 5
	case "attention":
		return 4
	case "resting":
		return UrgencyTrouble
	case "busy": // seconds will tell
		return 2
	}
	return wantsNobody
}

// Urgencies that others than Urgency know of.
const (
	UrgencyTrouble = 3 // from here on something is wrong with the account
	wantsNobody    = 1
)

// CompareUrgency orders accounts for tray and window, negative if a comes before b: the more urgent one, and of two that are as urgent the one whose
// token stops working sooner. Of tokens that work no more none does. Nor do those that want nobody differ: rows that changed places with each
// refresh would move under the pointer.
func CompareUrgency(a, b *api.Account, now time.Time) int {
	u := Urgency(*a, now)
	if more := Urgency(*b, now) - u; more != 0 || u == wantsNobody {
		return more
	}
	switch worksA, worksB := a.Usable(now), b.Usable(now); {
	case worksA && worksB:
		return a.ExpiresAt.Compare(b.ExpiresAt)
	case worksA:
		return 1
	case worksB:
		return -1
	}
	return 0
}
