package command

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"freshkey/app/api"
	"freshkey/app/words"
	"freshkey/oauth/keeper"
)

// gitCredential is a helper as gitcredentials(7) has it: git asks it for a password, and gets the access token. What git would store or erase is
// not git's to keep.
func (l *cli) gitCredential() *cobra.Command {
	c := &cobra.Command{Use: "git-credential NAME get|store|erase", Short: "help.git_credential", Long: "help.git_credential.long", Args: l.arguments(2, 2)}
	user := c.Flags().String("username", "oauth2", "help.git_username")
	c.RunE = func(c *cobra.Command, args []string) error {
		if args[1] != "get" {
			return nil
		}
		asked, err := readCredential(l.In)
		if err != nil {
			return err
		}
		if asked["protocol"] == "" {
			return l.usage("usage.no_credential", words.Args{Account: args[0]})
		}
		if asked["protocol"] != "https" { // a token never goes over the line in the clear
			return l.usage("problem.git_protocol", words.Args{Detail: asked["protocol"]})
		}
		return l.withProvider(c.Context(), func(client *api.Client) error {
			t, err := client.Token(c.Context(), args[0], keeper.DefaultValidity)
			if err == nil {
				_, err = fmt.Fprintf(l.Out, "username=%s\npassword=%s\npassword_expiry_utc=%d\n", *user, t.AccessToken, t.ExpiresAt.Unix())
			}
			return err
		})
	}
	return c
}

// readCredential reads lines of NAME=VALUE up to an empty one.
func readCredential(r io.Reader) (map[string]string, error) {
	fields := map[string]string{}
	lines := bufio.NewScanner(io.LimitReader(r, maxInput))
	for lines.Scan() && lines.Text() != "" {
		if name, value, ok := strings.Cut(lines.Text(), "="); ok {
			fields[name] = value
		}
	}
	return fields, lines.Err()
}
