package command

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"freshkey/app/api"
	"freshkey/app/words"
	"freshkey/oauth/keeper"
)

// entry is an event of an account's history, with the account's name.
type entry struct {
	Account string `json:"account"`
	keeper.Event
}

func (l *cli) log() *cobra.Command {
	c := &cobra.Command{Use: "log [NAME]", Short: "help.log", Args: l.arguments(0, 1)}
	asJSON, lines := c.Flags().Bool("json", false, "help.json"), c.Flags().UintP("lines", "n", 0, "help.lines")
	c.RunE = func(c *cobra.Command, args []string) error {
		return l.withAgent(c.Context(), func(client *api.Client) error {
			var all []entry
			var err error
			if len(args) == 1 {
				all, err = history(c.Context(), client, args[0])
			} else {
				all, err = histories(c.Context(), client)
			}
			if c.Flags().Changed("lines") && uint(len(all)) > *lines {
				all = all[uint(len(all))-*lines:]
			}
			switch {
			case err != nil:
				return err
			case *asJSON:
				return l.printEntries(all)
			}
			return l.printLog(all, len(args) == 0)
		})
	}
	return c
}

// history is an account's, oldest first.
func history(ctx context.Context, client *api.Client, name string) (all []entry, err error) {
	events, err := client.Log(ctx, name)
	for _, e := range events {
		all = append(all, entry{name, e})
	}
	return all, err
}

// histories are those of all accounts, as one.
func histories(ctx context.Context, client *api.Client) (all []entry, err error) {
	accounts, err := client.Accounts(ctx)
	if err != nil {
		return nil, err
	}
	for _, a := range accounts {
		one, err := history(ctx, client, a.ID)
		if p, gone := errors.AsType[*api.Problem](err); gone && p.Code == api.CodeNoAccount { // removed meanwhile
			continue
		} else if err != nil {
			return nil, err
		}
		for _, e := range one {
			all = append(all, entry{a.Name, e.Event})
		}
	}
	slices.SortStableFunc(all, func(a, b entry) int { return a.At.Compare(b.At) })
	return all, nil
}

// printEntries prints a line of JSON for each.
func (l *cli) printEntries(all []entry) error {
	for _, e := range all {
		if err := json.NewEncoder(l.Out).Encode(e); err != nil {
			return err
		}
	}
	return nil
}

func (l *cli) printLog(all []entry, named bool) error {
	w := newTable(l.Out, 3)
	name := func(text string) string {
		if !named {
			return ""
		}
		return text + "\t"
	}
	fmt.Fprintln(w, name(l.Words.Text("log.account"))+l.Words.Text("log.header"))
	for _, e := range all {
		token := "-" // of an account that waits for its first
		if e.Fingerprint != "" {
			token = "#" + e.Fingerprint
		}
		fmt.Fprintf(w, "%s%s\t%d\t%s\t%s\t%s\n", name(e.Account), e.At.Local().Format("2006-01-02 15:04:05"), e.Generation, token,
			l.Words.Text("cause."+string(e.Cause)), l.result(e.Event))
	}
	return w.Flush()
}

// result is what came of an event.
func (l *cli) result(e keeper.Event) string {
	result := l.Words.Text("state." + string(e.State))
	if (api.Account{State: e.State}).Settled() && e.Reason != "" { // what failed left the account as it was
		result = l.Words.Text("log.failed")
	}
	switch {
	case !e.HeldUntil.IsZero():
		return l.Words.Text("lineage.held", words.Args{Until: l.Words.Clock(e.HoldEnd(), time.Now())})
	case e.Reason == keeper.ReasonNotSignedIn:
		result = l.Words.Text("state.not_signed_in")
	case api.Account{Reason: e.Reason}.Passing():
		result = l.Words.Text("log.due")
	case e.Reason != "":
		why := string(e.Reason)
		if e.Detail != "" && len(e.Detail) < 20 {
			why += ", " + e.Detail
		}
		result += " (" + why + ")"
	}
	if e.Times > 1 {
		result += ", " + l.Words.Text("log.times", words.Args{Count: e.Times, At: l.Words.Clock(e.LastAt, time.Now())})
	}
	return result
}
