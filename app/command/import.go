package command

import (
	"context"
	"os"

	"github.com/spf13/cobra"

	"freshkey/app/api"
	"freshkey/app/transfer"
	"freshkey/app/words"
)

func (l *cli) importFile() *cobra.Command {
	c := &cobra.Command{Use: "import FILE", Short: "help.import", Long: "help.import.long", Args: l.arguments(1, 1)}
	var in api.ImportRequest
	c.Flags().StringVar(&in.Name, "name", "", "help.import_name")
	c.Flags().BoolVar(&in.TakeBack, "take-back", false, "help.import_take_back")
	c.RunE = func(c *cobra.Command, args []string) (err error) {
		if in.File, err = os.ReadFile(args[0]); err != nil {
			return l.usage("problem.move_file", words.Args{Path: args[0], Problem: err.Error()})
		}
		if _, err := transfer.Parse(in.File); err != nil {
			return l.usage("problem.move_no_file", words.Args{})
		}
		if in.Passphrase, err = l.passphrase(false); err != nil {
			return err
		}
		return l.withAgent(c.Context(), func(client *api.Client) error { return l.take(c.Context(), client, args[0], in) })
	}
	return c
}

// take stores the file's account, and removes the file: a copy of it is good for nothing any more.
func (l *cli) take(ctx context.Context, client *api.Client, path string, in api.ImportRequest) error {
	a, err := client.Import(ctx, in)
	if err != nil {
		return err
	}
	l.tell("cli.imported", words.Args{Account: a.Name})
	if err := os.Remove(path); err != nil {
		l.tell("cli.import.file", words.Args{Path: path})
	}
	return nil
}
