package command

import (
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"freshkey/app/api"
	"freshkey/app/transfer"
	"freshkey/app/words"
)

func (l *cli) export() *cobra.Command {
	c := &cobra.Command{Use: "export NAME --move FILE", Short: "help.export", Long: "help.export.long", Args: l.arguments(1, 1)}
	file := c.Flags().String("move", "", "help.export_move")
	c.RunE = func(c *cobra.Command, args []string) error {
		if *file == "" {
			return l.usageError(c, "usage.export", words.Args{})
		}
		path, err := filepath.Abs(*file) // the agent runs elsewhere
		if err != nil {
			return err
		}
		in := api.ExportRequest{Path: path}
		if in.Passphrase, err = l.passphrase(true); err != nil {
			return err
		}
		return l.withAgent(c.Context(), func(client *api.Client) error {
			err := client.Export(c.Context(), args[0], in)
			if err == nil {
				l.tell("cli.exported", words.Args{Account: args[0], Path: path})
			}
			return err
		})
	}
	return c
}

// passphrase is the first line of standard input; a person at a terminal is asked, without echo, and for a new one twice.
func (l *cli) passphrase(anew bool) (string, error) {
	file, atTerminal := terminal(l.In)
	if !atTerminal {
		text, err := readPiped(l.In)
		text, _, _ = strings.Cut(text, "\n")
		text = strings.TrimSuffix(text, "\r")
		switch {
		case err != nil:
		case text == "":
			err = l.usage("problem.no_passphrase", words.Args{})
		case anew && !transfer.LongEnough(text):
			err = l.usage("problem.passphrase", words.Args{})
		}
		return text, err
	}
	first, err := l.hidden(file, "ask.passphrase")
	switch {
	case err != nil || !anew:
		return first, err
	case !transfer.LongEnough(first):
		return "", l.usage("problem.passphrase", words.Args{})
	}
	again, err := l.hidden(file, "ask.passphrase_again")
	if err == nil && again != first {
		err = l.usage("problem.passphrases", words.Args{})
	}
	return first, err
}
