package command

import (
	"context"
	"errors"
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
}

// demands are the flags --min-valid and --wait.
func (l *cli) demands(c *cobra.Command) func() (demand, error) {
	minValid, text := l.validity(c), c.Flags().String("wait", "", "help.wait")
	return func() (d demand, err error) {
		if d.validity, err = minValid(); err == nil && *text != "" {
			d.wait, err = l.lengthOf("--wait", *text)
		}
		return d, err
	}
}

// nextTry is how long it takes at the least before a token is asked for again: an account may look well, and give none for the reason it gave before.
const nextTry = time.Second

// awaitToken is askToken for whoever can wait: what passes by itself is waited for, and a problem only once that takes too long.
func (l *cli) awaitToken(ctx context.Context, client *api.Client, name string, d demand) (api.Token, error) {
	if d.wait == 0 {
		return l.askToken(ctx, client, name, d.validity)
	}
	waits, stop := context.WithTimeout(ctx, d.wait)
	defer stop()
	var last error
	for {
		t, err := l.askToken(waits, client, name, d.validity)
		p, isProblem := errors.AsType[*api.Problem](err)
		switch {
		case waits.Err() != nil && ctx.Err() == nil && err != nil && !isProblem:
			return t, l.waitOver(name, d.wait, last)
		case !isProblem || !p.Passes():
			return t, err
		case last == nil:
			l.explained.Store(true)
			l.tell("cli.wait", words.Args{Problem: p.What, Left: l.Words.Span(d.wait)})
		}
		last = err
		if l.awaitRecovery(waits, client, name) != nil {
			return t, l.waitOver(name, d.wait, last)
		}
	}
}

// waitOver is what stood in the way to the end; where not even that was heard, that it took too long.
func (l *cli) waitOver(name string, wait time.Duration, last error) error {
	if last != nil {
		return last
	}
	return &api.Problem{
		Code: api.CodeOffline, What: l.Words.Text("cli.wait.over", words.Args{Account: name, Left: l.Words.Span(wait)}), Advice: l.Words.Text("cli.wait.over.advice"),
	}
}

// awaitRecovery waits until an account is well, or gone, or needs a person to sign in or to mend its settings. The error is that it has not come to
// that before ctx has ended, or the agent.
func (l *cli) awaitRecovery(ctx context.Context, client *api.Client, name string) error {
	pause := time.NewTimer(nextTry)
	defer pause.Stop()
	following, stop := context.WithCancel(ctx)
	defer stop()
	done := false
	err := client.Follow(following, func(s api.Snapshot) {
		if a, there := accountIn(s.Accounts, name); !there || a.Settled() || a.NeedsSignIn() || a.State == keeper.StateMisconfigured {
			done = true
			stop()
		}
	})
	if !done {
		return err
	}
	select {
	case <-pause.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// accountIn is the account that a person calls by its name or id.
func accountIn(all []*api.Account, ref string) (*api.Account, bool) {
	for _, a := range all {
		if a.ID == ref || api.SameName(a.Name, ref) {
			return a, true
		}
	}
	return nil, false
}
