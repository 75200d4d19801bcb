package agent

import (
	"time"

	"freshkey/app/api"
	"freshkey/app/words"
	"freshkey/oauth/keeper"
)

// alertFor decides. trouble is when the account stopped being fresh. What heals by itself stays quiet until half of the
// life that was left then is gone. Being offline is no news to the person who is; reached is when any account was refreshed last: after that, it is
// the provider that cannot be reached, and its tokens run out unseen.
func alertFor(a api.Account, trouble, reached, now time.Time) words.Alert {
	kind := words.AlertOf(a)
	if a.State == keeper.StateOffline && !a.Works(now) && reached.After(trouble) {
		return words.AlertLate
	}
	if kind == "" && a.EndsSoon(now) {
		return words.AlertEnding
	}
	if kind == words.AlertLate && (!isLate(a, trouble, now) || triesSoon(a, now)) {
		return ""
	}
	return kind
}

// isLate reports whether an account that heals by itself has taken too long for that.
func isLate(a api.Account, trouble, now time.Time) bool {
	return words.AlertOf(a) == words.AlertLate && !a.Passing() && !now.Before(quietUntil(a, trouble))
}

// triesSoon reports whether the next try comes before a notice of the last one would be read.
func triesSoon(a api.Account, now time.Time) bool {
	left := a.NextRefreshAt.Sub(now)
	return left > 0 && left < 5*time.Second
}

func quietUntil(a api.Account, trouble time.Time) time.Time {
	return trouble.Add(max(0, a.ExpiresAt.Sub(trouble)) / 2)
}
