//go:build linux

package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"freshkey/app/api"
	"freshkey/app/testenv"
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
	old    testenv.StoredGrant
	state  keeper.State
	said   string
}

// judge compares what the provider takes with what is kept, and goes on from there.
func (w *worker) judge(v *verdict) error {
	account, err := w.waitIdle()
	if err != nil {
		return fmt.Errorf("run %d %+v: %w", v.number, v.plan, err)
	}
	v.state = account.State
	after := w.box.Counts()
	v.after = after
	w.report.Refreshes += after.Refreshes - v.before.Refreshes
	if account.State == keeper.StateUncertain {
		w.report.Uncertain++
	}
	served := w.served(v)
	stored, err := w.keyring.Grant(service, w.account.ID)
	if err != nil {
		return err
	}
	if served != "" && served != stored.Access && account.State != keeper.StateUnsaved {
		w.broken("run %d %+v: the access token that is served is not the one that is stored", v.number, v.plan)
	}
	w.sentOnce(v, after)
	w.checkLies(context.Background(), v.plan, fmt.Sprintf("after run %d %+v", v.number, v.plan))
	live := func(refresh string) bool { return slices.Contains(after.Live, oauth.Secret(refresh).Fingerprint()) }
	kept := live(stored.Refresh)
	w.explain(v, kept, stored)
	return w.refreshAgain(v, kept, v.plan.act == bring && (live(v.old.Refresh) || live(stored.Previous)), after)
}

// explain says what became of the run's answer, or calls it lost.
func (w *worker) explain(v *verdict, kept bool, stored testenv.StoredGrant) {
	late := w.unfinished(v, v.after)
	switch {
	case kept && late:
		w.report.Survived++
		v.said = "kept, although it was in flight"
	case kept:
		v.said = "kept"
	case rolledBack(v):
		v.said = "the provider forgot its answer"
	case dropped(v.plan.fault):
		w.report.Dropped++
		v.said = "the answer was dropped"
		w.wantDoubt(v, stored)
	case late:
		w.report.InFlight++
		v.said = "in flight"
		w.wantDoubt(v, stored)
	default:
		w.report.Lost++
		w.broken("run %d %+v: LOST: the provider takes %v, stored is #%s, state %s, %d seals", v.number, v.plan, last(v.after.Live), oauth.Secret(stored.Refresh).Fingerprint(), v.state, w.seals())
	}
}

// refreshAgain refreshes once more, with nothing in the way: what was kept must work, and what is gone must say so. behind says that the chain which
// another one was brought for is alive: it has to come back once that one is refused, at the second try at the latest.
func (w *worker) refreshAgain(v *verdict, kept, behind bool, before sandbox.Counts) error {
	ctx, cancel := context.WithTimeout(context.Background(), 100*time.Second)
	defer cancel()
	_, err := w.client.Refresh(ctx, w.account.ID)
	if !kept && behind && err != nil {
		_, err = w.client.Refresh(ctx, w.account.ID)
	}
	account, settleErr := w.waitIdle()
	if settleErr != nil {
		return settleErr
	}
	after := w.box.Counts()
	reuse := after.Reuses - v.before.Reuses
	w.report.Reuse += reuse
	w.report.Refreshes += after.Refreshes - before.Refreshes
	gone := !kept && !behind && !rolledBack(v)
	explained := !kept && behind || v.plan.act == bring && (dropped(v.plan.fault) || !v.killed.IsZero()) // what was brought was tried again, and given up, already
	switch {
	case !gone && (err != nil || account.State != keeper.StateFresh):
		w.report.Lost++
		w.broken("run %d %+v: LOST: a chain that was kept does not go on: %v, state %s (%s)", v.number, v.plan, err, account.State, account.Reason)
	case gone && account.State != keeper.StateSignIn:
		w.broken("run %d %+v: a chain that is gone is %s", v.number, v.plan, account.State)
	case !gone && !explained && reuse > 0:
		w.broken("run %d %+v: %d spent tokens were presented without need", v.number, v.plan, reuse)
	}
	if account.State != keeper.StateFresh {
		return w.add()
	}
	if v.plan.forget && !gone {
		return w.forget(v)
	}
	return nil
}

// forget takes the keyring's last writes away, behind the back of an agent that is killed. The sealed answers bring the
// chain back.
func (w *worker) forget(v *verdict) error {
	m, ok := w.moment(v.plan.back)
	if !ok {
		return nil
	}
	w.report.Faults["keyring forgets"]++
	before := w.box.Counts()
	w.kill()
	m.restore()
	if err := w.start(); err != nil {
		return err
	}
	account, err := w.waitIdle()
	if err != nil {
		return err
	}
	stored, err := w.keyring.Grant(service, w.account.ID)
	if err != nil {
		return err
	}
	after := w.box.Counts()
	if kept := slices.Contains(after.Live, oauth.Secret(stored.Refresh).Fingerprint()); !kept || account.State != keeper.StateFresh || after.Hits > before.Hits {
		w.report.Lost++
		w.broken("run %d %+v: LOST: the keyring forgot, and the chain is #%s, state %s (%s); the provider takes %v", v.number, v.plan,
			oauth.Secret(stored.Refresh).Fingerprint(), account.State, account.Reason, last(after.Live))
		return w.add()
	}
	return nil
}

// last are the newest of a long list.
func last(all []string) []string { return all[max(0, len(all)-4):] }

// spent is the fingerprint of the refresh token the run began with.
func (v *verdict) spent() string { return oauth.Secret(v.old.Refresh).Fingerprint() }

func dropped(f sandbox.Fault) bool {
	return slices.Contains([]sandbox.Fault{sandbox.Drop, sandbox.Stall, sandbox.Truncate, sandbox.Garbage, sandbox.Gateway}, f)
}

// rolledBack is a provider that answered and forgot; the token before is the one that works.
func rolledBack(v *verdict) bool { return rolledBackPlan(v.plan) }

func rolledBackPlan(p plan) bool { return p.fault == sandbox.Rollback }

// unfinished reports whether the agent was killed before an answer was out, or within a moment of it.
func (w *worker) unfinished(v *verdict, after sandbox.Counts) bool {
	if v.killed.IsZero() {
		return false
	}
	delivered := after.Deliveries[len(v.before.Deliveries):]
	if len(delivered) < max(1, after.Issued-v.before.Issued) {
		return true
	}
	return slices.ContainsFunc(delivered, func(d sandbox.Delivery) bool { return v.killed.Sub(d.At) < inFlight })
}

// wantDoubt: an answer that never arrived must not look like a healthy account, nor like a chain that is dead for sure,
// unless the token that is left was tried again and refused.
func (w *worker) wantDoubt(v *verdict, stored testenv.StoredGrant) {
	left := oauth.Secret(stored.Refresh).Fingerprint()
	tries := v.after.Presented[left] - v.before.Presented[left]
	if v.state != keeper.StateUncertain && (v.state != keeper.StateSignIn || tries < 2) {
		w.lie("run %d %+v: the answer is gone, and after %d tries the account says %s", v.number, v.plan, tries, v.state)
	}
}

// checkLies: an account that says it is fresh serves a token that works, and its refresh token is the one the provider takes.
// A provider that has forgotten its own answer deceives it too.
func (w *worker) checkLies(ctx context.Context, p plan, when string) {
	before, ok := w.freshNow(ctx)
	if !ok || rolledBackPlan(p) {
		return
	}
	live := w.box.Counts().Live
	t, err := w.client.Token(ctx, w.account.ID, 0)
	works := err != nil || w.box.Works(oauth.Secret(t.AccessToken))
	if slices.Contains(live, before.Fingerprint) && works {
		return
	}
	if now, ok := w.freshNow(ctx); ok && now.Fingerprint == before.Fingerprint && now.Since.Equal(before.Since) {
		w.lie("%s: fresh, with refresh token #%s; the provider takes %v; the access token works: %v", when, now.Fingerprint, last(live), works)
	}
}

// freshNow is the account, if it says that it is fresh.
func (w *worker) freshNow(ctx context.Context) (api.Account, bool) {
	all, err := w.client.Accounts(ctx)
	if err != nil || len(all) != 1 || all[0].State != keeper.StateFresh {
		return api.Account{}, false
	}
	return all[0], true
}

func (w *worker) lie(format string, args ...any) {
	w.broken("LIE: "+format, args...)
	w.mu.Lock()
	defer w.mu.Unlock()
	w.report.Lies++
}

// sentOnce: with one caller and no restart there is one request, whatever became of it.
func (w *worker) sentOnce(v *verdict, after sandbox.Counts) {
	times := after.Presented[v.spent()] - v.before.Presented[v.spent()]
	if v.plan.callers == 1 && v.killed.IsZero() && times > 1 {
		w.broken("run %d %+v: one refresh was sent %d times", v.number, v.plan, times)
	}
}

// served is the access token that is served: whatever happened, there is one to use. Only if another person's sign-in broke off
// behind its refresh token there is none before the next refresh, which keeps its distance; nor is there while another person's chain, that was
// brought, is in doubt: each that the provider makes is one.
func (w *worker) served(v *verdict) string {
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	t, err := w.client.Token(ctx, w.account.ID, keeper.DefaultValidity)
	for p := (*api.Problem)(nil); errors.As(err, &p) && p.Reason == keeper.ReasonJustRefreshed && v.plan.act == signIn; {
		time.Sleep(time.Second)
		t, err = w.client.Token(ctx, w.account.ID, keeper.DefaultValidity)
	}
	if err != nil && (v.plan.act != bring || v.state != keeper.StateUncertain) {
		w.broken("run %d %+v: no access token is served: %v", v.number, v.plan, err)
	}
	return t.AccessToken
}
