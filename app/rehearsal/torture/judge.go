package main

import (
	"context"
	"fmt"
	"slices"
	"time"

	"freshkey/app/rehearsal"
	"freshkey/oauth"
	"freshkey/oauth/keeper"
	"freshkey/oauth/sandbox"
)

// verdict is one run's evidence and what was made of it.
type verdict struct {
	plan   plan
	number int
	killed time.Time
	before sandbox.Counts
	after  sandbox.Counts
	old    rehearsal.StoredGrant
	recall func()
	state  keeper.State
	said   string
}

// judge compares what the provider takes with what is kept, and goes on from there.
func (c *chamber) judge(v *verdict) error {
	account, err := c.settled()
	if err != nil {
		return fmt.Errorf("run %d %+v: %w", v.number, v.plan, err)
	}
	v.state = account.State
	after := c.box.Counts()
	v.after = after
	c.report.Refreshes += after.Refreshes - v.before.Refreshes
	if account.State == keeper.StateUncertain {
		c.report.Uncertain++
	}
	served := c.served(v)
	stored, err := c.keyring.Grant(service, c.account.ID)
	if err != nil {
		return err
	}
	if served != "" && served != stored.Access && account.State != keeper.StateUnsaved {
		c.broken("run %d %+v: the access token that is served is not the one that is stored", v.number, v.plan)
	}
	c.sentOnce(v, after)
	kept := slices.Contains(after.Live, oauth.Secret(stored.Refresh).Fingerprint())
	c.explain(v, kept, stored)
	return c.goOn(v, kept, after)
}

// explain says what became of the run's answer, or calls it lost.
func (c *chamber) explain(v *verdict, kept bool, stored rehearsal.StoredGrant) {
	late := c.unfinished(v, v.after)
	switch {
	case kept && late:
		c.report.Survived++
		v.said = "kept, although it was in flight"
	case kept:
		v.said = "kept"
	case rolledBack(v):
		v.said = "the provider forgot its answer"
	case dropped(v.plan.fault):
		c.report.Dropped++
		v.said = "the answer was dropped"
		c.wantDoubt(v)
	case late:
		c.report.InFlight++
		v.said = "in flight"
		c.wantDoubt(v)
	default:
		c.report.Lost++
		c.broken("run %d %+v: LOST: the provider takes %v, stored is #%s, state %s, %d seals", v.number, v.plan, v.after.Live, oauth.Secret(stored.Refresh).Fingerprint(), v.state, c.seals())
	}
}

// goOn refreshes once more, with nothing in the way: what was kept must work, and what is gone must say so.
func (c *chamber) goOn(v *verdict, kept bool, before sandbox.Counts) error {
	ctx, cancel := context.WithTimeout(context.Background(), 100*time.Second)
	defer cancel()
	_, err := c.client.Refresh(ctx, c.account.ID)
	account, settleErr := c.settled()
	if settleErr != nil {
		return settleErr
	}
	after := c.box.Counts()
	reuse := after.Reuses - v.before.Reuses
	c.report.Reuse += reuse
	c.report.Refreshes += after.Refreshes - before.Refreshes
	gone := !kept && !rolledBack(v)
	switch {
	case !gone && (err != nil || account.State != keeper.StateFresh):
		c.report.Lost++
		c.broken("run %d %+v: LOST: a chain that was kept does not go on: %v, state %s (%s)", v.number, v.plan, err, account.State, account.Reason)
	case gone && account.State != keeper.StateSignIn:
		c.broken("run %d %+v: a chain that is gone is %s", v.number, v.plan, account.State)
	case !gone && reuse > 0:
		c.broken("run %d %+v: %d spent tokens were presented without need", v.number, v.plan, reuse)
	}
	if account.State != keeper.StateFresh {
		return c.add()
	}
	if v.plan.forget && !gone {
		return c.forget(v)
	}
	return nil
}

// forget takes the keyring's last writes away, behind the back of an agent that is killed. The sealed answers bring the
// chain back.
func (c *chamber) forget(v *verdict) error {
	c.report.Faults["keyring forgets"]++
	before := c.box.Counts()
	c.kill()
	v.recall()
	if err := c.start(); err != nil {
		return err
	}
	account, err := c.settled()
	if err != nil {
		return err
	}
	stored, err := c.keyring.Grant(service, c.account.ID)
	if err != nil {
		return err
	}
	after := c.box.Counts()
	if kept := slices.Contains(after.Live, oauth.Secret(stored.Refresh).Fingerprint()); !kept || account.State != keeper.StateFresh || after.Hits > before.Hits {
		c.report.Lost++
		c.broken("run %d %+v: LOST: the keyring forgot, and the chain is #%s, state %s (%s); the provider takes %v", v.number, v.plan,
			oauth.Secret(stored.Refresh).Fingerprint(), account.State, account.Reason, after.Live)
		return c.add()
	}
	return nil
}

// spent is the fingerprint of the refresh token the run began with.
func (v *verdict) spent() string { return oauth.Secret(v.old.Refresh).Fingerprint() }

func dropped(f sandbox.Fault) bool {
	return slices.Contains([]sandbox.Fault{sandbox.Drop, sandbox.Stall, sandbox.Truncate, sandbox.Garbage, sandbox.Gateway}, f)
}

// rolledBack is a provider that answered and forgot; the token before is the one that works.
func rolledBack(v *verdict) bool { return v.plan.fault == sandbox.Rollback }

// unfinished reports whether the agent was killed before the last answer was out, or within a moment of it.
func (c *chamber) unfinished(v *verdict, after sandbox.Counts) bool {
	if v.killed.IsZero() {
		return false
	}
	if len(after.Deliveries) == len(v.before.Deliveries) {
		return true
	}
	last := after.Deliveries[len(v.before.Deliveries)] // of this run the first; later ones come from the way back
	return v.killed.Sub(last.At) < inFlight
}

// wantDoubt: an answer that never arrived must not look like a healthy account, nor like a chain that is dead for sure,
// unless it was tried again and refused.
func (c *chamber) wantDoubt(v *verdict) {
	tries := v.after.Presented[v.spent()] - v.before.Presented[v.spent()]
	if v.state != keeper.StateUncertain && (v.state != keeper.StateSignIn || tries < 2) {
		c.broken("run %d %+v: the answer is gone, and after %d tries the account says %s", v.number, v.plan, tries, v.state)
	}
}

// sentOnce: with one caller and no restart there is one request, whatever became of it.
func (c *chamber) sentOnce(v *verdict, after sandbox.Counts) {
	times := after.Presented[v.spent()] - v.before.Presented[v.spent()]
	if v.plan.callers == 1 && v.killed.IsZero() && times > 1 {
		c.broken("run %d %+v: one refresh was sent %d times", v.number, v.plan, times)
	}
}

// served is the access token that is served: whatever happened, there is one to use.
func (c *chamber) served(v *verdict) string {
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	t, err := c.client.Token(ctx, c.account.ID, keeper.DefaultValidity)
	if err != nil {
		c.broken("run %d %+v: no access token is served: %v", v.number, v.plan, err)
	}
	return t.AccessToken
}
