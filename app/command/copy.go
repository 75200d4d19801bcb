package command

import (
	"context"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"freshkey/app/api"
	"freshkey/app/words"
)

func (l *cli) copy() *cobra.Command {
	c := &cobra.Command{
		Use: "copy NAME|--last [access-token|mac-key|header|curl|json|env]", Short: "help.copy", Long: "help.copy.long",
	}
	minValid := l.validity(c)
	last := c.Flags().Bool("last", false, "help.copy_last")
	c.Args = func(c *cobra.Command, args []string) error {
		if *last {
			return l.arguments(0, 1)(c, args)
		}
		return l.arguments(1, 2)(c, args)
	}
	c.RunE = func(c *cobra.Command, args []string) error {
		form, name := api.FormAccessToken, ""
		if !*last {
			name, args = args[0], args[1:]
		}
		if len(args) == 1 {
			form = api.Form(args[0])
		}
		d, err := minValid()
		if err != nil {
			return err
		}
		return l.withProvider(c.Context(), func(client *api.Client) error { return l.copyFrom(c.Context(), client, name, *last, form, d) })
	}
	return c
}

// copyFrom copies from an account, or from the last one. That is for a key of the desktop: nobody reads what is printed.
func (l *cli) copyFrom(ctx context.Context, client *api.Client, name string, last bool, form api.Form, minValid time.Duration) (err error) {
	copied := client.Copy
	if last {
		copied = client.CopyAndSay
		if name, err = l.lastCopied(ctx, client); err != nil {
			return err
		}
	}
	done, err := copied(ctx, name, form, minValid)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(l.Out, l.Words.Copied("cli.copied", done, time.Now()))
	return err
}

// lastCopied is the account that was copied from last; of one account, that one.
func (l *cli) lastCopied(ctx context.Context, client *api.Client) (string, error) {
	status, err := client.Status(ctx)
	if err != nil {
		return "", err
	}
	accounts, err := client.Accounts(ctx)
	if err != nil {
		return "", err
	}
	for _, a := range accounts {
		if a.ID == status.Last || len(accounts) == 1 {
			return a.ID, nil
		}
	}
	return "", l.usage("problem.none_copied", words.Args{})
}
