package command

import (
	"context"
	"fmt"
	"slices"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"freshkey/app/api"
	"freshkey/app/words"
	"freshkey/oauth/keeper"
)

func (l *cli) list() *cobra.Command {
	c := &cobra.Command{Use: "list", Short: "help.list", SuggestFor: []string{"status", "ls", "accounts"}, Args: l.arguments(0, 0)}
	asJSON := c.Flags().Bool("json", false, "help.json")
	c.RunE = func(c *cobra.Command, _ []string) error {
		return l.withAgent(c.Context(), func(client *api.Client) error {
			all, err := l.readAccounts(c.Context(), client)
			switch {
			case err != nil:
				return err
			case *asJSON:
				return l.printJSON(all)
			}
			return l.printTable(all)
		})
	}
	return c
}

// firstRead is how long a list waits for an agent that has just started and reads the keychain still. One that takes longer is told of as it is.
const firstRead = 10 * time.Second

// readAccounts are all accounts, once the keychain was asked about each.
func (l *cli) readAccounts(ctx context.Context, client *api.Client) (all []api.Account, err error) {
	unread := func(a api.Account) bool { return a.Reason == keeper.ReasonNotRead }
	all, err = client.Accounts(ctx)
	if err != nil || !slices.ContainsFunc(all, unread) {
		return all, err
	}
	waiting, stop := context.WithTimeout(ctx, firstRead)
	defer stop()
	err = client.Follow(waiting, func(s api.Snapshot) {
		if !slices.ContainsFunc(s.Accounts, func(a *api.Account) bool { return unread(*a) }) {
			stop()
		}
	})
	if waiting.Err() == nil { // the agent has gone
		return nil, err
	}
	return client.Accounts(ctx)
}

func (l *cli) printTable(all []api.Account) error {
	if len(all) == 0 {
		_, err := fmt.Fprintln(l.Out, l.Words.Text("list.none"))
		return err
	}
	now := time.Now()
	clock := func(t time.Time) string {
		if t.IsZero() {
			return "-"
		}
		return l.Words.Clock(t, now)
	}
	w := tabwriter.NewWriter(l.Out, 0, 0, 3, ' ', 0)
	fmt.Fprintln(w, l.Words.Text("list.header"))
	for _, a := range all {
		until := clock(a.ExpiresAt)
		if !a.ExpiresAt.IsZero() && !a.Usable(now) {
			until = l.Words.Text("list.expired", words.Args{At: until})
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\n", a.Name, l.Words.StateWhy(a, now), until, clock(a.NextRefreshAt))
	}
	return w.Flush()
}
