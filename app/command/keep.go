package command

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"freshkey/app/api"
	"freshkey/app/words"
	"freshkey/oauth"
	"freshkey/oauth/keeper"
)

func (l *cli) hold() *cobra.Command {
	return &cobra.Command{
		Use: "hold NAME DURATION", Short: "help.hold", Args: l.arguments(2, 2),
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
		RunE: func(c *cobra.Command, args []string) error { return l.setHold(c.Context(), args[0], time.Time{}) },
	}
}

func (l *cli) setHold(ctx context.Context, name string, until time.Time) error {
	return l.withAgent(ctx, func(client *api.Client) error {
		a, err := client.Hold(ctx, name, until)
		if err != nil {
			return err
		}
		id := "cli.released"
		if !until.IsZero() {
			id = "cli.held"
		}
		_, err = fmt.Fprintln(l.Out, l.Words.Text(id, words.Args{Account: a.Name, Until: l.Words.Clock(until, time.Now())}))
		return err
	})
}

func (l *cli) rename() *cobra.Command {
	return &cobra.Command{
		Use: "rename NAME NEW", Short: "help.rename", Args: l.arguments(2, 2),
		RunE: func(c *cobra.Command, args []string) error {
			if args[1] == "" {
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

func (l *cli) log() *cobra.Command {
	c := &cobra.Command{Use: "log NAME", Short: "help.log", Args: l.arguments(1, 1)}
	asJSON := c.Flags().Bool("json", false, "help.json")
	c.RunE = func(c *cobra.Command, args []string) error {
		return l.withAgent(c.Context(), func(client *api.Client) error {
			all, err := client.Log(c.Context(), args[0])
			if err != nil {
				return err
			}
			return l.printLog(all, *asJSON)
		})
	}
	return c
}

func (l *cli) printLog(all []keeper.Event, asJSON bool) error {
	if asJSON {
		for _, e := range all {
			if err := json.NewEncoder(l.Out).Encode(e); err != nil {
				return err
			}
		}
		return nil
	}
	w := tabwriter.NewWriter(l.Out, 0, 0, 3, ' ', 0)
	fmt.Fprintln(w, l.Words.Text("log.header"))
	for _, e := range all {
		result := l.Words.Text("state." + string(e.State))
		switch e.Reason {
		case "":
		case keeper.ReasonNotSignedIn:
			result = l.Words.Text("state.not_signed_in")
		default:
			result += " (" + string(e.Reason) + ")"
		}
		if e.Times > 1 {
			result += ", " + l.Words.Text("log.times", words.Args{Count: e.Times, At: l.Words.Clock(e.LastAt, time.Now())})
		}
		if !e.HeldUntil.IsZero() {
			result = l.Words.Text("lineage.held", words.Args{Until: l.Words.Clock(e.HeldUntil, time.Now())})
		}
		fmt.Fprintf(w, "%s\t%d\t#%s\t%s\t%s\n", e.At.Local().Format("2006-01-02 15:04:05"), e.Generation, e.Fingerprint, l.Words.Text("cause."+string(e.Cause)), result)
	}
	return w.Flush()
}
