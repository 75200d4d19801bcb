package oauth

import "time"

// now is the wall clock without its monotonic part, which stops while the machine sleeps.
func (k *Keeper) now() time.Time { return k.world.Now().Round(0) }

// What the clock may do while the loop sleeps, and how long the network gets to come back after the machine slept.
const (
	jumpTolerance = 10 * time.Second
	AfterWake     = 20 * time.Second
	AfterOnline   = 5 * time.Second
)

// clocks are the wall clock and the one that stops during sleep, read at one moment.
type clocks struct{ wall, steady time.Time }

func (k *Keeper) readClocks() clocks { return clocks{k.now(), time.Now()} }

// compareClocks reads them again: if they went apart, the machine slept or somebody set the clock. What lies between two
// comparisons is whatever happened, so no jump falls between two stools.
func (k *Keeper) compareClocks(before clocks) clocks {
	now := k.readClocks()
	if jump := now.wall.Sub(before.wall) - now.steady.Sub(before.steady); jump.Abs() > jumpTolerance {
		k.world.Log.Info("the clock jumped", "by", jump.Round(time.Second).String())
		k.setBack(-jump)
		k.Settle(AfterWake)
	}
	return now
}

// setBack moves the pauses along with a clock that was set back by d: else each would last that much longer.
func (k *Keeper) setBack(d time.Duration) {
	k.mu.Lock()
	defer k.mu.Unlock()
	for _, e := range k.entries {
		if d > 0 && e.state != StateFresh && e.state != StateHeld && !e.next.IsZero() {
			k.schedule(e, e.next.Add(-d))
		}
	}
}

// Settle holds scheduled refreshes back for d, because the machine woke or the network came up, and looks at every
// deadline anew: what was offline is tried soon after, and a token that was issued in the future, by a clock that was
// wrong, can't be trusted about its expiry.
func (k *Keeper) Settle(d time.Duration) {
	k.mu.Lock()
	defer k.mu.Unlock()
	now := k.now()
	if rest := now.Add(d); k.settled.Before(rest) || k.settled.Sub(now) > AfterWake { // further ahead: the clock was set back
		k.settled = rest
	}
	for _, e := range k.entries {
		switch {
		case e.state == StateLocked || e.state == StateUnsaved:
			k.schedule(e, k.now())
		case e.state == StateOffline, e.state == StateUncertain && e.away:
			k.schedule(e, k.settled.Add(time.Duration(k.world.Random()*float64(5*time.Second))))
		case e.state == StateFresh || e.state == StateHeld:
			k.keep(e)
		}
	}
	k.publish()
	wake(k.poke)
	wake(k.hasty)
}

// dueAt wants k.mu held.
func (k *Keeper) dueAt(e *entry) time.Time {
	t := e.grant.Token
	if now := k.now(); t.Issued.After(now.Add(5 * time.Minute)) {
		return now
	}
	return due(t, e.id, k.world.Share())
}

// ClockSkew is how far this machine's clock was ahead of a provider's when one last answered; false if none has.
func (k *Keeper) ClockSkew() (time.Duration, bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.skew, k.skewKnown
}

func (k *Keeper) noteClock(r Reply) {
	if r.Date.IsZero() {
		return
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	k.skew, k.skewKnown = r.Received.Sub(r.Date).Truncate(time.Second), true // Date has whole seconds
}
