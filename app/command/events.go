package command

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"freshkey/app/api"
	"freshkey/app/words"
	"freshkey/oauth"
	"freshkey/oauth/keeper"
)

func (l *cli) events() *cobra.Command {
	c := &cobra.Command{Use: "events [NAME]", Short: "help.events", Long: "help.events.long", Args: l.arguments(0, 1)}
	asJSON := c.Flags().Bool("json", false, "help.json")
	reconnect := c.Flags().Bool("reconnect", false, "help.reconnect")
	c.RunE = func(c *cobra.Command, args []string) error {
		ctx, stop := interruptible(c.Context())
		defer stop()
		e := eventPrinter{cli: l, asJSON: *asJSON, known: map[string]moment{}, said: map[string]string{}}
		err := l.withAgent(ctx, func(client *api.Client) error {
			if err := e.choose(ctx, client, args); err != nil {
				return err
			}
			return e.follow(ctx, client)
		})
		for *reconnect && errors.Is(err, api.ErrGone) {
			if e.heard { // else this one went before it said anything, and the last was said to have gone
				l.tell("cli.events.gone", words.Args{})
			}
			e.heard = false
			err = e.followNext(ctx)
		}
		if errors.Is(err, api.ErrGone) { // nothing was asked of it that it may have done
			return l.Words.NoAgent()
		}
		return err
	}
	return c
}

// nextAgent is how often it is looked for an agent that follows the one that has gone.
const nextAgent = time.Second

// eventPrinter prints what changes.
type eventPrinter struct {
	*cli
	asJSON bool
	only   string            // the id of the account that is followed; empty for all
	known  map[string]moment // of the last snapshot, by account
	said   map[string]string // the last sentence about each, without its time
	heard  bool              // a snapshot of the agent that is followed
}

// choose notes which account is to be followed, if one is named.
func (e *eventPrinter) choose(ctx context.Context, client *api.Client, names []string) error {
	if len(names) == 0 {
		return nil
	}
	a, err := e.account(ctx, client, names[0])
	e.only = a.ID
	return err
}

// followNext waits for another agent and follows that one. It starts none: the person may have quit the last.
func (e *eventPrinter) followNext(ctx context.Context) error {
	client, err := api.NewClient(e.profile)
	if err != nil {
		return err
	}
	tick := time.NewTicker(nextAgent)
	defer tick.Stop()
	for {
		if err := e.follow(ctx, client); !errors.Is(err, api.ErrNoAgent) {
			return err
		}
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}

// moment is what of an account makes an event when it changes.
type moment struct {
	name       string
	state      keeper.State
	reason     oauth.Reason
	generation int
	superseded bool
	copyIsOld  bool
}

// follow prints what changes, until the agent goes or somebody ends it; how things stand is said first. What cannot be printed any more ends it.
func (e *eventPrinter) follow(ctx context.Context, client *api.Client) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	err := client.Follow(ctx, func(s api.Snapshot) {
		e.heard = true
		present := map[string]moment{}
		for _, a := range s.Accounts {
			now := moment{a.Name, a.State, a.Reason, a.Generation, !a.SupersededAt.IsZero(), !a.CopySupersededAt.IsZero()}
			before, seen := e.known[a.ID]
			if e.leavesOut(a) || now.reason == keeper.ReasonNotRead { // of an agent that has just started: nothing has happened
				if seen {
					present[a.ID] = before
				}
				continue
			}
			present[a.ID] = now
			if seen && before == now {
				continue
			}
			if err := e.print(*a); err != nil {
				cancel(err)
				return
			}
		}
		if err := e.printGone(present); err != nil {
			cancel(err)
			return
		}
		e.known = present
	})
	if cause := context.Cause(ctx); ctx.Err() != nil && !errors.Is(cause, context.Canceled) {
		return cause
	}
	if ctx.Err() != nil { // Ctrl+C is how it ends
		return nil
	}
	return err
}

// leavesOut reports whether an account is not the one that is followed.
func (e *eventPrinter) leavesOut(a *api.Account) bool { return e.only != "" && a.ID != e.only }

// print is one account as it is from now on.
func (e *eventPrinter) print(a api.Account) error {
	if e.asJSON {
		return json.NewEncoder(e.Out).Encode(a)
	}
	now := time.Now()
	state := e.Words.StateName(a, now)
	if a.Reason != "" {
		state += " (" + string(a.Reason) + ")"
	}
	id, until := "cli.event", "-"
	if !a.ExpiresAt.IsZero() {
		until = e.Words.Clock(a.ExpiresAt, now)
	}
	if !a.ExpiresAt.IsZero() && !a.Works(now) {
		id = "cli.event.expired"
	}
	args := words.Args{Account: a.Name, State: state, Generation: a.Generation, Until: until}
	said := e.Words.Text(id, args)
	if said == e.said[a.ID] { // what has changed is for scripts
		return nil
	}
	e.said[a.ID], args.At = said, now.Format("15:04:05")
	_, err := fmt.Fprintln(e.Out, e.Words.Text(id, args))
	return err
}

// printGone tells of accounts that are there no more, or have moved away.
func (e *eventPrinter) printGone(present map[string]moment) error {
	for id, before := range e.known {
		if _, there := present[id]; there {
			continue
		}
		delete(e.said, id)
		var err error
		if e.asJSON {
			err = json.NewEncoder(e.Out).Encode(goneAccount{id, before.name, true})
		} else {
			_, err = fmt.Fprintln(e.Out, e.Words.Text("cli.event.gone", words.Args{At: time.Now().Format("15:04:05"), Account: before.name}))
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// goneAccount is an account that was removed, as JSON has it.
type goneAccount struct {
	ID      string `json:"id"`
	Name    string `json:"name"`
	Removed bool   `json:"removed"`
}
