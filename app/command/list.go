package command

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"freshkey/app/api"
	"freshkey/app/words"
	"freshkey/oauth/keeper"
)

func (l *cli) list() *cobra.Command {
	c := &cobra.Command{Use: "list [NAME]", Short: "help.list", SuggestFor: []string{"status", "ls", "accounts", "show", "info"}, Args: l.arguments(0, 1)}
	asJSON := c.Flags().Bool("json", false, "help.json")
	c.RunE = func(c *cobra.Command, args []string) error {
		return l.withAgent(c.Context(), func(client *api.Client) error {
			all, err := l.readAccounts(c.Context(), client)
			if err == nil && len(args) > 0 {
				var one api.Account
				one, err = l.named(all, args[0])
				all = []api.Account{one}
			}
			switch {
			case err != nil:
				return err
			case *asJSON:
				return l.printJSON(all)
			case len(args) > 0:
				return errors.Join(l.printTable(all), l.printAccount(all[0]))
			}
			return l.printTable(all)
		})
	}
	return c
}

// account is the one that a name or an id stands for.
func (l *cli) account(ctx context.Context, client *api.Client, ref string) (api.Account, error) {
	all, err := l.known(ctx, client)
	if err != nil {
		return api.Account{}, err
	}
	return l.named(all, ref)
}

// known are all accounts. Where there are none because the settings could not be read, that is an error: a script would take it for a fact.
func (l *cli) known(ctx context.Context, client *api.Client) ([]api.Account, error) {
	all, err := client.Accounts(ctx)
	if err != nil || len(all) > 0 {
		return all, err
	}
	status, err := client.Status(ctx)
	if err == nil && status.SettingsAside != "" {
		err = l.Words.SettingsAside(status.SettingsAside)
	}
	return all, err
}

// named is the account among these that a name or an id stands for.
func (l *cli) named(all []api.Account, ref string) (api.Account, error) {
	var names []string
	for _, a := range all {
		if a.ID == ref || api.SameName(a.Name, ref) {
			return a, nil
		}
		names = append(names, a.Name)
	}
	return api.Account{}, l.Words.NoAccount(ref, names...)
}

// printAccount is what there is to be said of one account beside its line in the list: how it stands, and its settings as edit calls them.
func (l *cli) printAccount(a api.Account) error {
	fmt.Fprintf(l.Out, "\n%s\n\n", l.Words.State(a, time.Now()))
	w := newTable(l.Out, 3)
	for _, row := range [][2]string{
		{"provider", a.Provider},
		{"origins", strings.Join(a.Origins, ", ")},
		{"client_id", a.ClientID},
		{"redirect_uri", a.RedirectURI},
		{"scope", a.Scope},
		{"open_id", a.OpenID},
		{"token_type", a.TokenType},
		{"ask", strconv.FormatBool(a.Ask)},
		{"generation", strconv.Itoa(a.Generation)},
		{"id", a.ID},
	} {
		if row[1] != "" {
			fmt.Fprintf(w, "%s\t%s\n", row[0], row[1])
		}
	}
	return w.Flush()
}

// firstRead is how long a list waits for an agent that has just started and reads the keychain still. One that takes longer is told of as it is.
const firstRead = 10 * time.Second

// readAccounts are all accounts, once the keychain was asked about each.
func (l *cli) readAccounts(ctx context.Context, client *api.Client) (all []api.Account, err error) {
	unread := func(a *api.Account) bool { return a.Reason == keeper.ReasonNotRead }
	all, err = l.known(ctx, client)
	if err != nil || !slices.ContainsFunc(all, func(a api.Account) bool { return unread(&a) }) {
		return all, err
	}
	if err := awaitNone(ctx, client, firstRead, unread); err != nil {
		return nil, err
	}
	return client.Accounts(ctx)
}

// awaitNone waits until no account is like that any more, or for so long.
func awaitNone(ctx context.Context, client *api.Client, longest time.Duration, like func(*api.Account) bool) error {
	waiting, stop := context.WithTimeout(ctx, longest)
	defer stop()
	err := client.Follow(waiting, func(s api.Snapshot) {
		if !slices.ContainsFunc(s.Accounts, like) {
			stop()
		}
	})
	if waiting.Err() != nil {
		return nil
	}
	return err // the agent has gone
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
	w := newTable(l.Out, 3)
	fmt.Fprintln(w, l.Words.Text("list.header"))
	for _, a := range all {
		until := clock(a.ExpiresAt)
		switch {
		case a.KeptBack:
			until = l.Words.Text("window.kept_back")
		case !a.ExpiresAt.IsZero() && !a.Works(now):
			until = l.Words.Text("list.expired", words.Args{At: until})
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\n", a.Name, l.Words.StateWhy(a, now), until, clock(a.NextRefreshAt))
	}
	return w.Flush()
}
