package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"time"

	"freshkey/app/api"
	"freshkey/app/rehearsal"
	"freshkey/oauth/keeper"
	"freshkey/oauth/sandbox"
)

// inFlight is how long after the provider's last byte a kill may still come before the answer was sealed.
const inFlight = 5 * time.Millisecond

// farthest is how many minutes a clock jumps. A token lives 72 hours: one jump there and one back leave it alive.
const farthest = 30 * 60

// plan is what shall go wrong in one run, drawn from the seed alone.
type plan struct {
	fault    sandbox.Fault
	delay    time.Duration // of the provider's answer
	kill     bool
	killAt   time.Duration // after the refresh was asked for
	keyring  rehearsal.KeyringFault
	breakAt  time.Duration
	healAt   time.Duration
	slow     time.Duration // each write of the keyring
	callers  int
	twoStart bool          // two agents at once when it comes back
	again    time.Duration // after its start the agent is killed once more; 0 means it is not
	jump     time.Duration // how far ahead the agent's wall clock is from then on
	jumpAt   time.Duration
	forget   bool // afterwards the keyring holds again what it held before the run
}

func draw(o options, run int) plan {
	r := rand.New(rand.NewPCG(o.seed, uint64(run)))
	span := func(ms int) time.Duration { return time.Duration(r.IntN(ms*1000)) * time.Microsecond }
	p := plan{delay: span(12), callers: 1}
	if r.IntN(2) == 0 {
		p.slow = span(25)
	}
	faults := []sandbox.Fault{
		sandbox.ResetBefore, sandbox.ResetAfter, sandbox.Drop, sandbox.Truncate, sandbox.TruncateLate, sandbox.Garbage, sandbox.HTML,
		sandbox.Busy, sandbox.Unavailable, sandbox.Rollback, sandbox.Huge, sandbox.WrongTypes, sandbox.Blanks, sandbox.Unknown, sandbox.Settings,
		sandbox.Stall, sandbox.Gateway,
	}
	if len(o.only) > 0 {
		faults = o.only
	}
	if r.IntN(5) < 2 || len(o.only) > 0 {
		p.fault = faults[r.IntN(len(faults))]
	}
	if r.IntN(5) < 3 || p.fault == sandbox.Stall { // a stalled answer is given up after 90 s only
		p.kill, p.killAt = true, span(60)
	}
	if r.IntN(3) == 0 {
		all := []rehearsal.KeyringFault{rehearsal.KeyringLocked, rehearsal.KeyringFails, rehearsal.KeyringLies, rehearsal.KeyringHangs, rehearsal.KeyringGone}
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
		p.jump, p.jumpAt = time.Duration(r.IntN(2*farthest+1)-farthest)*time.Minute, span(60)
	}
	p.forget = r.IntN(5) == 0
	return p
}

// run does one run and judges it.
func (c *chamber) run(o options, number int) error {
	p := draw(o, number)
	before := c.box.Counts()
	old, err := c.keyring.Grant(service, c.account.ID)
	if err != nil {
		return err
	}
	recall := c.keyring.Remember()
	c.prepare(p)
	killed := c.suffer(p)
	c.heal()
	if err := c.comeBack(p); err != nil {
		return fmt.Errorf("run %d %+v: %w", number, p, err)
	}
	v := verdict{plan: p, number: number, killed: killed, before: before, old: old, recall: recall}
	err = c.judge(&v)
	if o.verbose {
		fmt.Printf("run %d %+v: %s %s\n", number, p, v.state, v.said)
	}
	return err
}

func (c *chamber) prepare(p plan) {
	c.report.Runs++
	c.box.Delay(p.delay)
	c.keyring.Slow(p.slow)
	if p.fault != "" {
		c.report.Faults[string(p.fault)]++
		_ = c.box.Break(p.fault, 1) // the names are the sandbox's own
	}
	if p.keyring != "" {
		c.report.Faults["keyring "+string(p.keyring)]++
	}
	if p.callers > 1 {
		c.report.Faults["callers in parallel"]++
	}
	if p.jump != 0 {
		c.report.Faults["clock jumps"]++
	}
	if p.kill && p.twoStart {
		c.report.Faults["two starts at once"]++
	}
}

// suffer asks for a refresh and lets the plan's troubles happen. It returns when the agent was killed, or the zero time.
func (c *chamber) suffer(p plan) (killed time.Time) {
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	var callers, troubles sync.WaitGroup
	done := make(chan struct{})
	for n := range p.callers {
		if n > 0 && n%2 == 0 && !p.kill { // a command that finds no agent starts one
			callers.Go(func() { _ = c.session.Command(c.binary, "--profile", "torture", "token", "work").Run() })
			continue
		}
		callers.Go(func() { _, _ = c.client.Refresh(ctx, c.account.ID) })
	}
	callers.Go(func() { c.watchUse(ctx) })
	go func() { callers.Wait(); close(done) }()
	if p.keyring != "" {
		troubles.Go(func() {
			time.Sleep(p.breakAt)
			_ = c.keyring.Break(p.keyring)
			time.Sleep(p.healAt)
			_ = c.keyring.Break(rehearsal.KeyringWorks)
		})
	}
	if p.jump != 0 {
		troubles.Go(func() {
			time.Sleep(p.jumpAt)
			c.setClock(p.jump)
		})
	}
	if p.kill {
		time.Sleep(p.killAt)
		killed = c.kill()
		c.report.Kills++
	}
	<-done
	troubles.Wait()
	return killed
}

// watchUse sees to it that no token is shown as fresh before the keyring has it.
func (c *chamber) watchUse(ctx context.Context) {
	for range 12 {
		t, err := c.client.Token(ctx, c.account.ID, 0)
		if err != nil {
			if errors.Is(err, api.ErrNoAgent) {
				return
			}
			time.Sleep(3 * time.Millisecond)
			continue
		}
		all, err := c.client.Accounts(ctx)
		stored, storedErr := c.keyring.Grant(service, c.account.ID)
		if err == nil && storedErr == nil && len(all) == 1 && all[0].State == keeper.StateFresh && stored.Generation < all[0].Generation && stored.Access != t.AccessToken {
			c.broken("generation %d is shown as fresh, and the keyring has %d", all[0].Generation, stored.Generation)
			return
		}
		time.Sleep(3 * time.Millisecond)
	}
}

func (c *chamber) broken(format string, args ...any) {
	c.report.Broken = append(c.report.Broken, fmt.Sprintf(format, args...))
}

func (c *chamber) heal() {
	c.box.Heal()
	c.box.Delay(0)
	c.keyring.Slow(0)
	_ = c.keyring.Break(rehearsal.KeyringWorks)
}

// comeBack starts the agent again if it was killed; sometimes two at once, of which exactly one must live.
func (c *chamber) comeBack(p plan) error {
	if c.agent == nil && p.again > 0 {
		if err := c.launch(); err != nil {
			return err
		}
		time.Sleep(p.again)
		c.kill()
		c.report.Faults["killed while coming back"]++
	}
	if c.agent != nil || !p.twoStart {
		return c.start()
	}
	rival := c.command()
	if err := rival.Start(); err != nil {
		return err
	}
	gone := make(chan struct{})
	go func() { _ = rival.Wait(); close(gone) }()
	if err := c.start(); err == nil {
		select {
		case <-c.ended: // the rival was quicker and has the profile
		case <-gone:
			return nil
		case <-time.After(5 * time.Second):
			c.broken("two agents live on one profile")
		}
	}
	_ = rival.Process.Kill()
	<-gone
	c.kill()
	return c.start()
}
