//go:build linux

package main

import (
	"math/rand/v2"
	"time"

	"freshkey/app/testenv"
	"freshkey/oauth/sandbox"
)

// maxJump is how many minutes a clock jumps. A token lives 72 hours: one jump there and one back leave it alive.
const maxJump = 30 * 60

// plan is what shall happen in one run, drawn from the seed alone.
type plan struct {
	fault    sandbox.Fault
	delay    time.Duration // of the provider's answer
	kill     bool
	killAt   time.Duration // after the refresh was asked for, or after what since says
	since    event
	keyring  testenv.KeyringFault
	breakAt  time.Duration
	healAt   time.Duration
	slow     time.Duration // each write of the keyring
	callers  int           // of a refresh
	twoStart bool          // two agents at once when it comes back
	again    time.Duration // after its start the agent is killed once more; 0 means it is not
	jump     time.Duration // how far ahead the agent's wall clock is from then on
	jumpAt   time.Duration
	forget   bool // afterwards the keyring holds again what it held before the run
	back     int  // or before so many runs more

	act     act           // what happens beside the refresh
	actAt   time.Duration // when
	person  string        // who signs in; "" is who the account belongs to
	agree   bool          // another person's chain may replace the account's
	restore bool          // the keyring goes back while the agent runs
	backAt  time.Duration // when; 0 means before the refresh is asked for
	vanish  bool          // the keyring loses the record while the agent runs
	storm   bool          // news of the network and of sleep, all the time
}

// act is what a person does while a refresh is under way.
type act string

// The acts.
const (
	nothing  act = ""
	signIn   act = "sign-in"
	bring    act = "bring"     // a chain that was won elsewhere
	edit     act = "edit"      // a wrong secret, then the right one
	handEdit act = "hand edit" // config.json, with and without the account
	quit     act = "quit"
)

// event is what a plan's times of killing, quitting and watching count from. A test that must see a moment waits for it: how long a
// machine takes to come there is its own.
type event string

// The events.
const (
	asked     event = ""          // a refresh
	received  event = "received"  // the provider has the request
	delivered event = "delivered" // and its answer is out
)

// newPlan draws the plan of a run.
func newPlan(o options, run int) plan {
	r := rand.New(rand.NewPCG(o.seed, uint64(run)))
	span := func(ms int) time.Duration { return time.Duration(r.IntN(ms*1000)) * time.Microsecond }
	p := plan{delay: span(12), callers: 1}
	if r.IntN(2) == 0 {
		p.slow = span(25)
	}
	p.fault = faultOf(o, r)
	if r.IntN(5) < 3 || p.fault == sandbox.Stall { // a stalled answer is given up after 90 s only
		p.kill, p.killAt = true, span(60)
	}
	if r.IntN(3) == 0 {
		all := []testenv.KeyringFault{testenv.KeyringLocked, testenv.KeyringFails, testenv.KeyringLies, testenv.KeyringHangs, testenv.KeyringGone}
		p.keyring, p.breakAt, p.healAt = all[r.IntN(len(all))], span(30), span(150)+20*time.Millisecond
	}
	if r.IntN(4) == 0 {
		p.callers = 2 + r.IntN(4)
	}
	p.twoStart = r.IntN(10) == 0
	if p.kill && r.IntN(4) == 0 {
		p.again = span(40) + time.Microsecond
	}
	if r.IntN(5) == 0 {
		p.jump, p.jumpAt = time.Duration(r.IntN(2*maxJump+1)-maxJump)*time.Minute, span(60)
	}
	p.forget, p.back = r.IntN(5) == 0, r.IntN(3)
	p.storm = r.IntN(6) == 0
	p.drawAct(r, span)
	if o.stress != nil {
		o.stress(&p)
	}
	return p
}

func faultOf(o options, r *rand.Rand) sandbox.Fault {
	faults := []sandbox.Fault{
		sandbox.ResetBefore, sandbox.ResetAfter, sandbox.Drop, sandbox.Truncate, sandbox.TruncateLate, sandbox.Garbage, sandbox.HTML,
		sandbox.Busy, sandbox.Unavailable, sandbox.Rollback, sandbox.Huge, sandbox.WrongTypes, sandbox.Blanks, sandbox.Unknown, sandbox.Settings,
		sandbox.Stall, sandbox.Gateway,
	}
	if len(o.only) > 0 {
		faults = o.only
	}
	if r.IntN(5) < 2 || len(o.only) > 0 {
		return faults[r.IntN(len(faults))]
	}
	return ""
}

// drawAct draws what people and keychains do beside the refresh.
func (p *plan) drawAct(r *rand.Rand, span func(int) time.Duration) {
	p.actAt = span(40)
	switch r.IntN(10) {
	case 0, 1:
		p.act, p.agree = signIn, r.IntN(2) == 0
		if r.IntN(2) == 0 {
			p.person = [...]string{"one", "two", "three"}[r.IntN(3)]
		}
	case 5:
		p.act, p.agree = bring, r.IntN(4) > 0
		p.callers *= r.IntN(2) // or what is brought is all that is sent
	case 2:
		p.act = edit
	case 3:
		p.act = handEdit
	case 4:
		if !p.kill {
			p.act = quit
		}
	}
	switch r.IntN(8) {
	case 0:
		p.restore, p.backAt = true, span(40)*time.Duration(r.IntN(2))
	case 1: // a record that is gone when the agent starts is gone for good
		p.vanish = !p.kill && p.act != quit && p.act != handEdit
	}
}
