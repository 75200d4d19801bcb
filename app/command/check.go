package command

import (
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"freshkey/app/api"
	"freshkey/app/words"
)

func (l *cli) check() *cobra.Command {
	c := &cobra.Command{Use: "check [-]", Short: "help.check", Long: "help.check.long", Args: l.arguments(0, 1)}
	asJSON := c.Flags().Bool("json", false, "help.json")
	c.RunE = func(c *cobra.Command, args []string) error {
		if len(args) == 1 && args[0] != "-" {
			return l.usageError(c, "usage.check", words.Args{})
		}
		token, err := l.readToken()
		if err != nil {
			return err
		}
		return l.withAgent(c.Context(), func(client *api.Client) error {
			found, err := client.CheckToken(c.Context(), token)
			switch {
			case err != nil:
				return err
			case *asJSON:
				err = l.printJSON(found)
			default:
				_, err = fmt.Fprintln(l.Out, l.describeCheck(found))
			}
			if err == nil && !good(found) {
				return exited(1)
			}
			return err
		})
	}
	return c
}

// good reports whether a token is worth to be used.
func good(found api.CheckResult) bool {
	return found.Known && found.Current && time.Now().Before(found.ExpiresAt)
}

func (l *cli) describeCheck(found api.CheckResult) string {
	now := time.Now()
	args := words.Args{Account: found.Account, Generation: found.Generation, Until: l.Words.Clock(found.ExpiresAt, now)}
	switch {
	case !found.Known:
		return l.Words.Text("check.unknown")
	case good(found):
		return l.Words.Text("check.good", args)
	case found.Current || found.ReplacedAt.IsZero():
		return l.Words.Text("check.expired", args)
	}
	args.At = l.Words.Clock(found.ReplacedAt, now)
	if !found.ExpiresAt.After(now) {
		return l.Words.Text("check.old.expired", args)
	}
	return l.Words.Text("check.old", args)
}

// readToken takes a token from standard input; a person at a terminal is asked, without echo.
func (l *cli) readToken() (string, error) {
	file, atTerminal := terminal(l.In)
	if !atTerminal {
		return l.piped("usage.no_token")
	}
	token, err := l.hidden(file, "ask.token")
	return strings.TrimSpace(token), err
}
