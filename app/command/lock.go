package command

import (
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"freshkey/app/api"
	"freshkey/app/words"
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

// readingAgain is how long all accounts may take that were locked, before that is told as it is.
const readingAgain = 5 * time.Second

// askingSoon is how long an unlocking takes that asks nobody.
const askingSoon = time.Second

func (l *cli) unlock() *cobra.Command {
	return &cobra.Command{
		Use: "unlock", Short: "help.unlock", Args: l.arguments(0, 0),
		RunE: func(c *cobra.Command, _ []string) error {
			return l.withAgent(c.Context(), func(client *api.Client) error {
				asks := time.AfterFunc(askingSoon, func() { l.tell("cli.unlock.asking", words.Args{}) })
				err := client.Unlock(c.Context())
				asks.Stop()
				if err == nil { // so that a list that comes next shows what it has brought
					err = awaitNone(c.Context(), client, readingAgain, (*api.Account).Unlockable)
				}
				if err == nil {
					_, err = fmt.Fprintln(l.Out, l.Words.Text("cli.unlocked"))
				}
				return err
			})
		},
	}
}
