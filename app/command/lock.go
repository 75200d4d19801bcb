package command

import (
	"fmt"

	"github.com/spf13/cobra"

	"freshkey/app/api"
)

func (l *cli) lock() *cobra.Command {
	return &cobra.Command{
		Use: "lock", Short: "help.lock", Args: l.arguments(0, 0),
		RunE: func(c *cobra.Command, _ []string) error {
			return l.withAgent(c.Context(), func(client *api.Client) error {
				err := client.Lock(c.Context())
				if err == nil {
					_, err = fmt.Fprintln(l.Out, l.Words.Text("cli.locked"))
				}
				return err
			})
		},
	}
}

func (l *cli) unlock() *cobra.Command {
	return &cobra.Command{
		Use: "unlock", Short: "help.unlock", Args: l.arguments(0, 0),
		RunE: func(c *cobra.Command, _ []string) error {
			return l.withAgent(c.Context(), func(client *api.Client) error {
				err := client.Unlock(c.Context())
				if err == nil {
					_, err = fmt.Fprintln(l.Out, l.Words.Text("cli.unlocked"))
				}
				return err
			})
		},
	}
}
