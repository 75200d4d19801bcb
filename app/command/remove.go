package command

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"freshkey/app/api"
	"freshkey/app/words"
)

func (l *cli) remove() *cobra.Command {
	c := &cobra.Command{Use: "remove NAME|--all", Short: "help.remove", Long: "help.remove.long"}
	yes := c.Flags().Bool("yes", false, "help.yes")
	all := c.Flags().Bool("all", false, "help.remove_all")
	revoke := c.Flags().Bool("revoke", false, "help.remove_revoke")
	c.Args = func(c *cobra.Command, args []string) error {
		if *all {
			return l.arguments(0, 0)(c, args)
		}
		return l.arguments(1, 1)(c, args)
	}
	c.RunE = func(c *cobra.Command, names []string) error {
		keeps := map[string]bool{}
		if *all {
			all, err := l.everyAccount(c.Context())
			if err != nil {
				return err
			}
			for _, a := range all {
				names = append(names, a.Name)
				keeps[a.Name] = !a.Revocable // there is nobody who would end its chain
			}
		}
		for _, name := range names {
			if !*yes {
				if err := l.confirm(c.Context(), name); err != nil {
					return err
				}
			}
			if err := l.withAgent(c.Context(), func(client *api.Client) error { return l.removeOne(c.Context(), client, name, *revoke && !keeps[name]) }); err != nil {
				return err
			}
		}
		return nil
	}
	return c
}

// everyAccount are those that --all stands for.
func (l *cli) everyAccount(ctx context.Context) (all []api.Account, err error) {
	err = l.withAgent(ctx, func(client *api.Client) error {
		all, err = l.known(ctx, client)
		return err
	})
	return all, err
}

func (l *cli) removeOne(ctx context.Context, client *api.Client, name string, revoke bool) error {
	remove, done := client.Remove, "cli.removed"
	if revoke {
		remove, done = client.RevokeAndRemove, "cli.removed.revoked"
	}
	err := remove(ctx, name)
	if err == nil {
		fmt.Fprintln(l.Out, l.Words.Text(done, words.Args{Account: name}))
	}
	return err
}

// confirm asks a person at a terminal. Who does not type the name gets an error: a script that asks must not go on as if it were done. Nobody is asked
// about an account that is not there.
func (l *cli) confirm(ctx context.Context, name string) error {
	err := l.withAgent(ctx, func(client *api.Client) error {
		_, err := l.account(ctx, client, name)
		return err
	})
	if err != nil {
		return err
	}
	file, atTerminal := terminal(l.In)
	if !atTerminal {
		return l.usage("problem.confirm", words.Args{})
	}
	fmt.Fprint(l.Err, l.Words.Text("cli.confirm_remove", words.Args{Account: name}))
	text, err := bufio.NewReader(file).ReadString('\n')
	if (err == nil || errors.Is(err, io.EOF)) && strings.TrimSpace(text) != name {
		err = &api.Problem{Code: api.CodeFailed, What: l.Words.Text("cli.not_removed", words.Args{Account: name})}
	}
	return err
}
