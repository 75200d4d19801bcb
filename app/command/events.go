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
	c := &cobra.Command{Use: "events", Short: "help.events", Long: "help.events.long", Args: l.arguments(0, 0)}
	asJSON := c.Flags().Bool("json", false, "help.json")
	c.RunE = func(c *cobra.Command, _ []string) error {
		ctx, stop := interruptible(c.Context())
		defer stop()
		return l.withAgent(ctx, func(client *api.Client) error { return l.follow(ctx, client, *asJSON) })
	}
	return c
}

// moment is what of an account makes an event when it changes.
type moment struct {
	state      keeper.State
	reason     oauth.Reason
	generation int
	superseded bool
	copyIsOld  bool
}

// follow prints what changes, until the agent goes or somebody ends it; how things stand is said first. What cannot be printed any more ends it.
func (l *cli) follow(ctx context.Context, client *api.Client, asJSON bool) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	known := map[string]moment{}
	err := client.Follow(ctx, func(s api.Snapshot) {
		present := map[string]moment{}
		for _, a := range s.Accounts {
			now := moment{a.State, a.Reason, a.Generation, !a.SupersededAt.IsZero(), !a.CopySupersededAt.IsZero()}
			present[a.ID] = now
			if before, seen := known[a.ID]; seen && before == now {
				continue
			}
			if err := l.printEvent(*a, asJSON); err != nil {
				cancel(err)
				return
			}
		}
		known = present
	})
	if cause := context.Cause(ctx); ctx.Err() != nil && !errors.Is(cause, context.Canceled) {
		return cause
	}
	if ctx.Err() != nil { // Ctrl+C is how it ends
		return nil
	}
	return err
}

// printEvent is one account as it is from now on.
func (l *cli) printEvent(a api.Account, asJSON bool) error {
	if asJSON {
		return json.NewEncoder(l.Out).Encode(a)
	}
	now := time.Now()
	state := l.Words.StateName(a, now)
	if a.Reason != "" {
		state += " (" + string(a.Reason) + ")"
	}
	until := "-"
	if !a.ExpiresAt.IsZero() {
		until = l.Words.Clock(a.ExpiresAt, now)
	}
	_, err := fmt.Fprintln(l.Out, l.Words.Text("cli.event", words.Args{At: now.Format("15:04:05"), Account: a.Name, State: state, Generation: a.Generation, Until: until}))
	return err
}
