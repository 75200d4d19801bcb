package oauth

import (
	"hash/fnv"
	"math/rand/v2"
	"time"
)

// The rule of promise 9: a rotation is a risk, so refresh as rarely as is safe.
const (
	shareLeft     = 20               // due when the last so many percent of the lifetime begin, unless the settings say otherwise …
	leastMargin   = 5 * time.Minute  // … but at least this long before expiry
	mostMargin    = 24 * time.Hour   // … and at most this long
	jitterPercent = 10               // … give or take, so that accounts added together do not refresh together
	firstBackoff  = 30 * time.Second // promise 11
	lastBackoff   = time.Hour
)

// due is when the token t of the account id wants its refresh. The jitter is drawn from the id and the time of issue, so
// it is the same after a restart. share is in percent. A token without an expiry (only a refresh token is known) is due at once.
func due(t Token, id string, share int) time.Time {
	life := t.Lifetime()
	if t.Access == "" || life <= 0 {
		return t.Issued
	}
	margin := min(max(life*time.Duration(share)/100, leastMargin), mostMargin)
	margin += time.Duration(float64(margin) * spread(id, t.Issued) * jitterPercent / 100)
	return t.Expires.Add(-min(margin, life/2))
}

// spread is a number in [-1, 1) that looks random and is always the same for the same account and time.
func spread(id string, issued time.Time) float64 {
	h := fnv.New64a()
	_, _ = h.Write([]byte(id))
	r := rand.New(rand.NewPCG(h.Sum64(), uint64(issued.UnixNano())))
	return 2*r.Float64() - 1
}

// backoff is how long to wait after the nth failure in a row (1 is the first), with full jitter: anything between half a
// step and a whole one. asked is the provider's Retry-After and always wins if longer.
func backoff(n int, asked time.Duration, random float64) time.Duration {
	step := lastBackoff
	if n < 8 {
		step = min(firstBackoff<<max(0, n-1), lastBackoff)
	}
	wait := step/2 + time.Duration(random*float64(step/2))
	return max(wait, asked)
}

// keychainPause is how long to wait before the keychain is tried again after its nth failure in a row. Trying costs
// nothing and a person may just have unlocked it, so it begins short.
func keychainPause(n int, longest time.Duration) time.Duration {
	return min(time.Second<<min(max(0, n-1), 10), longest)
}

// DefaultMinValid is how long a copied token shall still work when the caller does not say: the setting, or half the
// lifetime if that is less.
func DefaultMinValid(setting, lifetime time.Duration) time.Duration {
	if lifetime <= 0 {
		return setting
	}
	return min(setting, lifetime/2)
}
