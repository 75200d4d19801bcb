//go:build linux

package main

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"freshkey/app/api"
	"freshkey/app/testenv"
	"freshkey/oauth/keeper"
	"freshkey/oauth/sandbox"
)

// inFlight is how long after the provider's last byte a kill may still come before the answer was sealed.
const inFlight = 5 * time.Millisecond

// run does one run and judges it.
func (w *worker) run(o options, number int) error {
	p := newPlan(o, number)
	before := w.box.Counts()
	old, err := w.keyring.Grant(service, w.account.ID)
	if err != nil {
		return err
	}
	w.past = append(w.past, moment{w.keyring.Remember(), old.Generation})
	w.past = w.past[max(0, len(w.past)-3):]
	w.announce(p)
	killed := w.injectFaults(p, before)
	w.heal()
	if err := w.restart(p); err != nil {
		return fmt.Errorf("run %d %+v: %w", number, p, err)
	}
	v := verdict{plan: p, number: number, killed: killed, before: before, old: old}
	err = w.judge(&v)
	if o.verbose {
		fmt.Printf("run %d %+v: %s %s\n", number, p, v.state, v.said)
	}
	return err
}

// announce prepares provider and keyring, and counts what the run will see.
func (w *worker) announce(p plan) {
	w.report.Runs++
	w.box.Delay(p.delay)
	w.keyring.Slow(p.slow)
	if p.fault != "" {
		_ = w.box.Break(p.fault, 1) // the names are the sandbox's own
	}
	for kind, happens := range map[string]bool{
		string(p.fault): p.fault != "", "keyring " + string(p.keyring): p.keyring != "", "callers in parallel": p.callers > 1,
		"clock jumps": p.jump != 0, "two starts at once": p.kill && p.twoStart, string(p.act): p.act != nothing,
		"keyring restored": p.restore, "record lost": p.vanish, "storms of news": p.storm,
	} {
		if happens {
			w.report.Faults[kind]++
		}
	}
}

// injectFaults asks for a refresh and lets the plan's troubles happen. It returns when the agent was killed, or the zero time.
func (w *worker) injectFaults(p plan, before sandbox.Counts) (killed time.Time) {
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	var callers, troubles sync.WaitGroup
	done := make(chan struct{})
	w.spoilKeyring(p, &troubles)
	w.startCallers(ctx, p, &callers)
	callers.Go(func() { w.await(p.since, before); w.watchUse(ctx, p) })
	callers.Go(func() { w.await(p.since, before); w.act(ctx, p) })
	go func() { callers.Wait(); close(done) }()
	if p.keyring != "" {
		troubles.Go(func() {
			time.Sleep(p.breakAt)
			_ = w.keyring.Break(p.keyring)
			time.Sleep(p.healAt)
			_ = w.keyring.Break(testenv.KeyringWorks)
		})
	}
	if p.jump != 0 {
		troubles.Go(func() {
			time.Sleep(p.jumpAt)
			w.setClock(p.jump)
		})
	}
	storm, calm := context.WithCancel(ctx)
	if p.storm {
		troubles.Go(func() { w.makeNews(storm) })
	}
	if p.kill {
		w.await(p.since, before)
		time.Sleep(p.killAt)
		killed = w.kill()
		w.report.Kills++
	}
	<-done
	calm()
	troubles.Wait()
	return killed
}

// await waits for an event of this run, or until it is plain that there will be none.
func (w *worker) await(e event, before sandbox.Counts) {
	for deadline := time.Now().Add(10 * time.Second); e != asked && time.Now().Before(deadline); time.Sleep(time.Millisecond) {
		now := w.box.Counts()
		if now.Hits > before.Hits && (e == received || len(now.Deliveries) > len(before.Deliveries)) {
			return
		}
	}
}

func (w *worker) startCallers(ctx context.Context, p plan, callers *sync.WaitGroup) {
	for n := range p.callers {
		if n > 0 && n%2 == 0 && !p.kill && p.act != quit { // a command that finds no agent starts one
			callers.Go(func() { _ = w.session.Command(w.binary, "--profile", "torture", "token", "work").Run() })
			continue
		}
		callers.Go(func() { _, _ = w.client.Refresh(ctx, w.account.ID) })
	}
}

// watchUse sees to it that no token is shown as fresh before the keyring has it, and that no state lies meanwhile. A keyring
// that was made to go back shows less than it was given.
func (w *worker) watchUse(ctx context.Context, p plan) {
	for range 12 {
		t, err := w.client.Token(ctx, w.account.ID, 0)
		if err != nil {
			if errors.Is(err, api.ErrNoAgent) {
				return
			}
			time.Sleep(3 * time.Millisecond)
			continue
		}
		all, err := w.client.Accounts(ctx)
		stored, storedErr := w.keyring.Grant(service, w.account.ID)
		early := err == nil && storedErr == nil && len(all) == 1 && all[0].State == keeper.StateFresh && stored.Generation < all[0].Generation
		if early && stored.Access != t.AccessToken && !p.restore {
			w.broken("generation %d is shown as fresh, and the keyring has %d", all[0].Generation, stored.Generation)
			return
		}
		w.checkLies(ctx, p, "during the run")
		time.Sleep(3 * time.Millisecond)
	}
}

func (w *worker) broken(format string, args ...any) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.report.Broken = append(w.report.Broken, fmt.Sprintf(format, args...))
}

func (w *worker) heal() {
	w.box.Heal()
	w.box.Delay(0)
	w.keyring.Slow(0)
	_ = w.keyring.Break(testenv.KeyringWorks)
}

// restart starts the agent again if it has ended; sometimes two at once, of which exactly one must live.
func (w *worker) restart(p plan) error {
	if p.act == quit && w.agent != nil {
		if err := w.quit(); err != nil {
			return err
		}
	}
	if w.agent == nil && p.again > 0 {
		if err := w.launch(); err != nil {
			return err
		}
		time.Sleep(p.again)
		w.kill()
		w.report.Faults["killed while coming back"]++
	}
	if err := w.startOneOfTwo(p); err != nil {
		return err
	}
	return w.putRight(p)
}

// startOneOfTwo starts the agent, and for some plans a rival beside it.
func (w *worker) startOneOfTwo(p plan) error {
	if w.agent != nil || !p.twoStart {
		return w.start()
	}
	rival := w.command()
	if err := rival.Start(); err != nil {
		return err
	}
	gone := make(chan struct{})
	go func() { _ = rival.Wait(); close(gone) }()
	if err := w.start(); err == nil {
		select {
		case <-w.ended: // the rival was quicker and has the profile
		case <-gone:
			return nil
		case <-time.After(5 * time.Second):
			w.broken("two agents live on one profile")
		}
	}
	_ = rival.Process.Kill()
	<-gone
	w.kill()
	return w.start()
}

// putRight undoes what an edit has left, and has the agent look at a keyring that went back.
func (w *worker) putRight(p plan) error {
	if p.act != edit && !p.restore && !p.vanish {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), 60*time.Second)
	defer cancel()
	var err error
	for range 20 { // the keyring has just come back
		if _, err = w.client.Edit(ctx, w.account.ID, api.EditRequest{ClientSecret: sandbox.DefaultClientSecret}); err == nil {
			return nil
		}
		time.Sleep(100 * time.Millisecond)
	}
	return fmt.Errorf("put the secret right: %w", err)
}
