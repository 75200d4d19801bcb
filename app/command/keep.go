package command

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"freshkey/app/api"
	"freshkey/app/words"
	"freshkey/oauth"
	"freshkey/oauth/keeper"
)

func (l *cli) hold() *cobra.Command {
	return &cobra.Command{
		Use: "hold NAME DURATION", Short: "help.hold", Long: "help.hold.long", Args: l.arguments(2, 2),
		RunE: func(c *cobra.Command, args []string) error {
			d, err := api.ParseValidity(args[1])
			if _, bare := strconv.Atoi(args[1]); err != nil || d == 0 || bare == nil { // 30 of what?
				return l.usage("problem.duration", words.Args{})
			}
			return l.setHold(c.Context(), args[0], time.Now().Add(d))
		},
	}
}

func (l *cli) release() *cobra.Command {
	return &cobra.Command{
		Use: "release NAME", Short: "help.release", Args: l.arguments(1, 1),
		RunE: func(c *cobra.Command, args []string) error { return l.endHold(c.Context(), args[0]) },
	}
}

func (l *cli) endHold(ctx context.Context, name string) error {
	return l.withAgent(ctx, func(client *api.Client) error {
		before, err := l.account(ctx, client, name)
		if err != nil {
			return err
		}
		a, err := client.Hold(ctx, before.ID, time.Time{})
		if err != nil {
			return err
		}
		id := "cli.released"
		if before.HeldUntil.IsZero() {
			id = "cli.released.not"
		}
		_, err = fmt.Fprintln(l.Out, l.Words.Text(id, words.Args{Account: a.Name}))
		return err
	})
}

func (l *cli) setHold(ctx context.Context, name string, until time.Time) error {
	return l.withAgent(ctx, func(client *api.Client) error {
		before, err := l.account(ctx, client, name)
		if err != nil {
			return err
		}
		a, err := client.Hold(ctx, before.ID, until)
		if err != nil {
			return err
		}
		if before.HeldUntil.After(until) {
			l.tell("cli.held.shorter", words.Args{Until: l.Words.Clock(before.HeldUntil, time.Now())})
		}
		id := "cli.held"
		if a.ExpiresAt.Before(until) {
			id, until = "cli.held.token", a.ExpiresAt
		}
		if a.State == keeper.StateRefreshing {
			l.tell("cli.held.refreshing", words.Args{})
		}
		_, err = fmt.Fprintln(l.Out, l.Words.Text(id, words.Args{Account: a.Name, Until: l.Words.Clock(until, time.Now())}))
		return err
	})
}

func (l *cli) rename() *cobra.Command {
	return &cobra.Command{
		Use: "rename NAME NEW", Short: "help.rename", Args: l.arguments(2, 2),
		RunE: func(c *cobra.Command, args []string) error {
			if strings.TrimSpace(args[1]) == "" {
				return &oauth.FieldError{Field: "name", Code: oauth.FieldMissing}
			}
			return l.withAgent(c.Context(), func(client *api.Client) error {
				a, err := client.Edit(c.Context(), args[0], api.EditRequest{Name: args[1]})
				if err == nil {
					fmt.Fprintln(l.Out, l.Words.Text("cli.renamed", words.Args{Account: args[0], Name: a.Name}))
				}
				return err
			})
		},
	}
}
