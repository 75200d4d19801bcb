package keeper

import (
	"hash/fnv"
	"math/rand/v2"
	"time"

	"freshkey/oauth"
	"freshkey/oauth/journal"
)

// The rule of promise 9: a rotation is a risk, so refresh as rarely as is safe.
const (
	DefaultShare  = 20               // due when the last so many percent of the lifetime begin, unless the settings say otherwise …
	minMargin     = 5 * time.Minute  // … but at least this long before expiry
	maxMargin     = 24 * time.Hour   // … and at most this long
	jitterPercent = 10               // … give or take, so that accounts added together do not refresh together
	minGap        = 10 * time.Second // never sooner after the last rotation, whatever the provider says of lifetimes
)

// The waits of promise 11.
const (
	firstBackoff     = 30 * time.Second
	maxBackoff       = time.Hour
	maxOfflineWait   = 5 * time.Minute // trying to connect costs nothing
	minHalfLife      = 2 * time.Second // the shortest wait while a token that works runs out
	maxVaultWait     = time.Minute
	maxUnsavedWait   = 30 * time.Second
	askAgain         = 10 * time.Second // since no connection was found, before somebody who asks for a token has it looked for again
	askKeychain      = 2 * time.Second  // since the keychain was locked, before somebody who asks for a token has it tried again
	networkReturning = 5 * time.Second  // accounts that were offline try again within this time, spread out
)

// due is when the token t of the account id wants its refresh. The jitter is drawn from the id and the time of issue, so it
// is the same after a restart. share is in percent. A token without an expiry (only a refresh token is known) is due at once,
// and so is one that was issued in the future, by a clock that was wrong: it can't be trusted about its expiry.
func due(t oauth.Token, id string, share int, now time.Time) time.Time {
	life := t.Lifetime()
	if t.Access == "" || life <= 0 {
		return t.Issued
	}
	if t.ByWrongClock(now) {
		return now
	}
	margin := min(max(life*time.Duration(share)/100, minMargin), maxMargin)
	margin += time.Duration(float64(margin) * spread(id, t.Issued) * jitterPercent / 100)
	return t.Expires.Add(-min(margin, life/2))
}

// due is when the account wants its refresh: when its access token does, or sooner if its refresh token ends first, and a refresh puts that off.
func (f facts) due(s surroundings, now time.Time) time.Time {
	g := f.record.Grant
	if f.record.IsUnproven() {
		return g.Begun
	}
	wanted, end := due(g.Token, f.settings.ID, s.share, now), f.refreshTokenEnds()
	if end.IsZero() || g.Token.ByWrongClock(now) || f.endIsFixed() {
		return wanted
	}
	return earliest(wanted, end.Add(-end.Sub(g.Won())/100*time.Duration(s.share)))
}

// refreshTokenEnds is when the refresh token ends unless it is used; zero if that is not known.
func (f facts) refreshTokenEnds() time.Time {
	t := f.record.Grant.Token
	t.Issued = f.record.Grant.Won()
	return f.chain().lifetime.TokenEnds(t)
}

// endIsFixed reports whether the last refresh did not put off the end that the provider told.
func (f facts) endIsFixed() bool {
	g, previous := f.record.Grant, f.record.Previous
	if g.Token.RefreshExpires.IsZero() || g.Cause == journal.CauseSignIn || previous == nil || previous.Token.RefreshExpires.IsZero() {
		return false
	}
	putOff, passed := g.Token.RefreshExpires.Sub(previous.Token.RefreshExpires), g.Won().Sub(previous.Won())
	return putOff < passed/2 // providers tell whole seconds of what is left
}

// spread is a number in [-1, 1) that looks random and is always the same for the same account and time.
func spread(id string, at time.Time) float64 {
	h := fnv.New64a()
	_, _ = h.Write([]byte(id))
	r := rand.New(rand.NewPCG(h.Sum64(), uint64(at.UnixNano())))
	return 2*r.Float64() - 1
}

// backoff is how long to wait after the nth failure in a row (1 is the first), with full jitter: anything between half a
// step and a whole one.
func backoff(n int, random float64) time.Duration {
	step := maxBackoff
	if n < 8 {
		step = min(firstBackoff<<max(0, n-1), maxBackoff)
	}
	return step/2 + time.Duration(random*float64(step/2))
}

// graceTries are the waits after a lost answer, while the provider answers a spent token again: it may be the network that lost it, or the
// provider that is down. Later the ordinary waits count, and one more try shortly before the grace ends.
var graceTries = [...]time.Duration{0, 2 * time.Second, 8 * time.Second}

// inGrace is when to ask again, within a grace that ends then, after the nth failure in a row; ordinary is when it would be otherwise.
func inGrace(attempt journal.Attempt, grace time.Duration, end, ordinary time.Time) time.Time {
	if n := attempt.Failures; n <= len(graceTries) {
		return earliest(ordinary, attempt.At.Add(graceTries[max(0, n-1)]))
	}
	if last := end.Add(-grace / 10); last.After(attempt.At) {
		return earliest(ordinary, last)
	}
	return ordinary
}

// vaultWait is how long to wait before the keychain is tried again after its nth failure in a row. Trying costs nothing and a
// person may just have unlocked it, so it begins short.
func vaultWait(n int, longest time.Duration) time.Duration {
	return min(time.Second<<min(max(0, n-1), 10), longest)
}

// failedAttempt is the attempt that a failed exchange amounts to. While the access token still works the wait is never more
// than half of what is left, so that a short-lived token gets its tries too; later it is never more than a quarter of its life, which is how often
// the provider is asked anyway, give or take. What the provider asks for is always kept.
func failedAttempt(before journal.Attempt, x *oauth.Error, t oauth.Token, now time.Time, random float64) journal.Attempt {
	a := journal.Attempt{
		Class: x.Class, Reason: x.Reason, Status: x.Status, Code: x.Code.Number(), Word: x.Code.Word(), At: now, Failures: before.Failures + 1, NotBefore: before.NotBefore,
	}
	wait := backoff(a.Failures, random)
	if x.Class == oauth.Offline {
		wait = min(wait, maxOfflineWait)
	}
	if left := t.ValidFor(now); left > 0 {
		wait = min(wait, max(left/2, minHalfLife))
	} else if life := t.Lifetime(); life > 0 {
		wait = min(wait, max(life/4, firstBackoff))
	}
	if x.RetryAfter > 0 {
		a.NotBefore = now.Add(x.RetryAfter)
	}
	a.Next = latest(now.Add(wait), a.NotBefore)
	return a
}

// failedAgain is the attempt that a failed refresh amounts to, by what it was made for. Who asks while the account waits, and gets what it waits
// for, changes nothing of the wait: a person who asks ten times would have it wait an hour after the provider is up again.
func failedAgain(before journal.Attempt, x *oauth.Error, cause journal.Cause, t oauth.Token, now time.Time, random float64) journal.Attempt {
	a := failedAttempt(before, x, t, now, random)
	if cause == journal.CauseAsked && heals(x.Class, x.Reason) && heals(before.Class, before.Reason) && before.Next.After(now) {
		a.Failures, a.Next = before.Failures, latest(before.Next, a.NotBefore)
	}
	return a
}

// MinValidFor is how long a copied token shall still work when the caller does not say: the setting, or half the lifetime if
// that is less.
func MinValidFor(setting, lifetime time.Duration) time.Duration {
	if lifetime <= 0 {
		return setting
	}
	return min(setting, lifetime/2)
}

func earliest(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}

func latest(times ...time.Time) time.Time {
	var last time.Time
	for _, t := range times {
		if t.After(last) {
			last = t
		}
	}
	return last
}
