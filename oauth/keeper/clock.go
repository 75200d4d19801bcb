package keeper

import (
	"time"

	"freshkey/oauth"
)

// How long the network gets to come back, and what counts as a jump of the clock.
const (
	AfterWake     = 20 * time.Second // after the machine slept
	AfterOnline   = 5 * time.Second  // after the network came up
	jumpTolerance = 10 * time.Second
	maxRest       = time.Minute // all rests together hold a due token back for no longer
)

// rest is a time without scheduled requests, because the machine woke or the network came up.
type rest struct {
	begun time.Duration // on the steady clock, which neither sleep nor a hand on the wall clock moves; one that is extended goes on
	until time.Time
	news  time.Time // when the machine woke or the network came up last
}

// extended is the rest after something happened that asks for another d. waiting says that an account has been waiting for
// this rest's end and has not had its turn yet: then it is not held back by a new one.
func (r rest) extended(now time.Time, steady, d time.Duration, waiting bool) rest {
	if !r.until.After(now) && !waiting {
		r.begun = steady
	}
	if d > 0 {
		r.news = now
		r.until = latest(r.until, now.Add(d))
	}
	if limit := now.Add(maxRest - (steady - r.begun)); r.until.After(limit) {
		r.until = limit
	}
	return r
}

// Reconsider looks at every deadline anew, because a setting has changed.
func (k *Keeper) Reconsider() {
	share, asked := k.config.Share(), k.config.AskVault()
	k.mu.Lock()
	defer k.mu.Unlock()
	k.share, k.asked = share, asked
	k.reconsiderAllLocked()
}

func (k *Keeper) reconsiderAllLocked() {
	for _, a := range k.accounts {
		k.reconsiderLocked(a)
	}
	k.publishLocked()
	wake(k.wakeScheduler)
	wake(k.wakeLoader)
}

// Reschedule holds scheduled refreshes back for d, because the machine woke or the network came up, and looks at every deadline
// anew: what was offline is tried soon after, what is locked or unsaved at once. 0 says that only the keychain was opened.
func (k *Keeper) Reschedule(d time.Duration) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.restLocked(d)
	k.opened = k.now()
	k.reconsiderAllLocked()
}

func (k *Keeper) restLocked(d time.Duration) {
	waiting := len(k.queue) > 0 && !k.queue[0].shared.wakeAt.After(k.rest.until)
	k.rest = k.rest.extended(k.now(), time.Since(k.begun), d, waiting)
}

// clocks are the wall clock and the one that stops during sleep, read at one moment.
type clocks struct{ wall, steady time.Time }

// jumpSince is how much further the wall clock has gone than the steady one.
func (c clocks) jumpSince(before clocks) time.Duration {
	return c.wall.Sub(before.wall) - c.steady.Sub(before.steady)
}

func (k *Keeper) readClocks() clocks { return clocks{k.now(), time.Now()} }

// compareClocks reads them again: if they went apart, the machine slept or somebody set the clock. Each comparison begins
// where the one before ended, so no jump is missed and none is counted twice: whoever is about to write down a time compares
// first, so that the time is not moved along later.
func (k *Keeper) compareClocks() {
	k.mu.Lock()
	defer k.mu.Unlock()
	now := k.readClocks()
	jump := now.jumpSince(k.clocks)
	k.clocks = now
	if jump.Abs() > jumpTolerance {
		k.config.Log.Info("the clock jumped", "by", jump.Round(time.Second).String())
		k.clockJumpedLocked(jump)
	}
}

// setBackSince is how much the clock was set back since it was read; 0 if it was not, or went forward as after a sleep.
func (k *Keeper) setBackSince(before clocks) time.Duration {
	k.compareClocks() // so that nothing is moved twice
	if jump := k.readClocks().jumpSince(before); jump < -jumpTolerance {
		return jump
	}
	return 0
}

// clockJumpedLocked makes a rest, as after any sleep. With a clock that was set back it moves the waits along, or each would last that
// much longer, and the times of the token, or it would be called good for that much longer. Which clock the token was won by is
// not known after a restart: one that is replaced too early costs less than one that is called good and is not. What was moved
// is stored, for the next process.
func (k *Keeper) clockJumpedLocked(jump time.Duration) {
	k.restLocked(AfterWake)
	now := k.now()
	k.opened = now
	for _, a := range k.accounts {
		if jump > 0 {
			break
		}
		if a.shared.since.After(now) {
			a.shared.since = now
		}
		f := &a.shared.facts
		f.failed, f.record.Attempt = rarely(f.attempt().Shifted(jump)), f.record.Attempt.Value().Shifted(jump).Pointer()
		f.record.Grant, f.shifted = f.record.Grant.Shifted(jump), f.record.Grant.Generation > 0
		f.vault = rarely(f.vault.get().shifted(jump))
		f.breakdown, f.outOfReach = rarely(f.breakdown.get().shifted(jump)), rarely(f.outOfReach.get().shifted(jump))
		f.unwritten, f.recheck = rarely(f.unwritten.get().shifted(jump)), rarely(shifted(f.recheck.get(), jump))
	}
	k.reconsiderAllLocked()
}

// clockSkew is how far this machine's clock was ahead of a provider's when one last answered.
type clockSkew struct {
	ahead time.Duration
	known bool
}

// ClockSkew is how far this machine's clock was ahead of a provider's when one last answered; false if none has.
func (k *Keeper) ClockSkew() (time.Duration, bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.skew.ahead, k.skew.known
}

func (k *Keeper) noteClock(r oauth.Reply) {
	if r.Date.IsZero() {
		return
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	k.skew = clockSkew{r.Received.Sub(r.Date).Truncate(time.Second), true} // Date has whole seconds
}
