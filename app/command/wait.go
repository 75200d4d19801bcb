package command

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"freshkey/app/api"
	"freshkey/app/words"
	"freshkey/oauth/keeper"
)

// demand is what is asked of a token: see demands.
type demand struct {
	validity time.Duration // for how long it has to work
	wait     time.Duration // for how long what passes by itself is waited for; 0: not at all
	said     string        // the latter in words
}

// demands are the flags --min-valid and --wait.
func (l *cli) demands(c *cobra.Command) func() (demand, error) {
	minValid, waiting := l.validity(c), l.waiting(c)
	return func() (demand, error) {
		validity, err := minValid()
		if err != nil {
			return demand{}, err
		}
		d, err := waiting()
		d.validity = validity
		return d, err
	}
}

// waiting is the flag --wait, for a token that works as long as usual.
func (l *cli) waiting(c *cobra.Command) func() (demand, error) {
	text := c.Flags().String("wait", "", "help.wait")
	return func() (demand, error) {
		d := demand{validity: keeper.DefaultValidity}
		if *text == "" {
			return d, nil
		}
		wait, err := l.lengthOf("--wait", *text)
		d.wait, d.said = wait, l.Words.Length(wait)
		return d, err
	}
}

// awaitServed waits, where that is wanted, until an account has a token, for what is then done with it.
func (l *cli) awaitServed(ctx context.Context, client *api.Client, name string, d demand) error {
	if d.wait == 0 {
		return nil
	}
	_, err := l.awaitToken(ctx, client, name, d)
	return err
}

// nextTry is how long it takes at the least before a token is asked for again: an account may look well, and give none for the reason it gave before.
const nextTry = time.Second

// awaitToken is askToken for whoever can wait: what passes by itself is waited for, and a problem only once that takes too long.
func (l *cli) awaitToken(ctx context.Context, client *api.Client, name string, d demand) (api.Token, error) {
	if d.wait == 0 {
		return l.askToken(ctx, client, name, d.validity)
	}
	a, err := l.account(ctx, client, name)
	if err != nil {
		return api.Token{}, err
	}
	waits, stop := context.WithTimeout(ctx, d.wait)
	defer stop()
	var stands *api.Problem // in the way
	for {
		t, err := l.askToken(waits, client, a.ID, d.validity) // whatever it is called by then
		p, isProblem := errors.AsType[*api.Problem](err)
		switch {
		case isProblem && p.Passes():
			if stands == nil {
				l.explained.Store(true)
				l.tell("cli.wait", words.Args{Problem: p.What, Left: l.stillWaits(waits, d)})
			}
			stands = p
		case err == nil, isProblem, !agentGone(err) && waits.Err() == nil:
			return t, err
		}
		err = l.awaitChange(waits, client, a.ID)
		switch {
		case waits.Err() != nil && stands != nil:
			return l.lastWord(ctx, client, a.ID, d, stands)
		case waits.Err() != nil:
			return t, &api.Problem{
				Code: api.CodeOffline, What: l.Words.Text("cli.wait.over", words.Args{Account: name, Left: d.said}), Advice: l.Words.Text("cli.wait.over.advice"),
			}
		case err != nil:
			return t, err
		}
	}
}

// lastWord is what stands in the way once the waiting is over, with what is true of it by now; or the token, which may have come in that moment.
func (l *cli) lastWord(ctx context.Context, client *api.Client, id string, d demand, stands *api.Problem) (api.Token, error) {
	a, err := l.account(ctx, client, id)
	switch {
	case err == nil && a.Settled():
		return l.askToken(ctx, client, id, d.validity)
	case err == nil && a.Reason == stands.Reason:
		stands.Advice = l.Words.State(a, time.Now()).Advice
	}
	return api.Token{}, stands
}

// stillWaits is for how long what is in the way is waited for yet; in the first moment that is what was typed.
func (l *cli) stillWaits(ctx context.Context, d demand) string {
	end, _ := ctx.Deadline()
	if left := time.Until(end); d.wait-left > nextTry {
		return l.Words.Span(left)
	}
	return d.said
}

// agentGone reports whether an agent is there no more, or was not there.
func agentGone(err error) bool { return errors.Is(err, api.ErrGone) || errors.Is(err, api.ErrNoAgent) }

// awaitChange waits until asking for an account's token again is worth it, and starts another agent if the one that there was has gone.
func (l *cli) awaitChange(ctx context.Context, client *api.Client, id string) error {
	pause := time.NewTimer(nextTry)
	defer pause.Stop()
	err := awaitRecovery(ctx, client, id)
	select {
	case <-pause.C:
	case <-ctx.Done():
		return ctx.Err()
	}
	if agentGone(err) {
		return l.launch(ctx, client)
	}
	return err
}

// awaitRecovery waits until an account is well, or gone, or needs a person to sign in or to mend its settings.
func awaitRecovery(ctx context.Context, client *api.Client, id string) error {
	following, stop := context.WithCancel(ctx)
	defer stop()
	err := client.Follow(following, func(s api.Snapshot) {
		n := slices.IndexFunc(s.Accounts, func(a *api.Account) bool { return a.ID == id })
		if n < 0 || s.Accounts[n].Settled() || s.Accounts[n].NeedsSignIn() || s.Accounts[n].State == keeper.StateMisconfigured {
			stop()
		}
	})
	if following.Err() != nil {
		return nil
	}
	return err
}
