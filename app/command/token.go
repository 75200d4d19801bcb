package command

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"freshkey/app/api"
	"freshkey/app/words"
	"freshkey/oauth"
)

func (l *cli) token() *cobra.Command {
	c := &cobra.Command{Use: "token NAME", Short: "help.token", Long: "help.token.long", Args: l.tokenArguments}
	asJSON, env := c.Flags().Bool("json", false, "help.json"), c.Flags().String("env", "", "help.env")
	c.Flags().Lookup("env").NoOptDefVal = string(api.ShellPOSIX)
	macKey := c.Flags().Bool("mac-key", false, "help.mac_key")
	claims := c.Flags().Bool("claims", false, "help.claims")
	demanded := l.demands(c)
	c.RunE = func(c *cobra.Command, args []string) error {
		shell, asEnv := shellOf(*env), c.Flags().Changed("env") && *env != "false"
		switch {
		case asEnv && !slices.Contains(api.Shells(), shell):
			return l.usageError(c, "usage.env", words.Args{})
		case count(*asJSON, asEnv, *macKey, *claims) > 1:
			return l.usageError(c, "usage.one_of", words.Args{List: "--json, --env, --mac-key, --claims"})
		}
		d, err := demanded()
		if err != nil {
			return err
		}
		return l.withProvider(c.Context(), func(client *api.Client) error {
			t, err := l.awaitToken(c.Context(), client, args[0], d)
			switch {
			case err != nil:
				return err
			case *asJSON:
				return l.printJSON(t)
			case *claims:
				return l.printClaims(args[0], t)
			case *macKey:
				return l.printMACKey(args[0], t)
			case asEnv:
				return l.printVariables(args[0], t, shell)
			}
			_, err = fmt.Fprintln(l.Out, t.AccessToken)
			return err
		})
	}
	return c
}

// askToken is a token that works for so long. Of one that may be the last a person hears, where no script reads.
func (l *cli) askToken(ctx context.Context, client *api.Client, name string, validity time.Duration) (api.Token, error) {
	t, err := client.Token(ctx, name, validity)
	if t.SignInNeeded {
		l.tell("cli.token.last", words.Args{Account: name, Until: l.Words.Clock(t.ExpiresAt, time.Now())})
	}
	return t, err
}

// tokenArguments is one account. Without an equals sign --env takes no value: what was meant as one is an argument then.
func (l *cli) tokenArguments(c *cobra.Command, args []string) error {
	if len(args) > 1 && c.Flags().Changed("env") {
		return l.usageError(c, "usage.env_sign", words.Args{})
	}
	return l.arguments(1, 1)(c, args)
}

// shellOf reads --env, which had no value in earlier versions but true.
func shellOf(env string) api.Shell {
	if env == "true" {
		return api.ShellPOSIX
	}
	return api.Shell(env)
}

func (l *cli) printVariables(account string, t api.Token, shell api.Shell) error {
	if !t.Fits(shell) {
		return &api.Problem{Code: api.CodeFailed, What: l.Words.Text("cli.env_line_break", words.Args{Account: account})}
	}
	_, err := fmt.Fprint(l.Out, t.Exports(shell))
	return err
}

func (l *cli) printMACKey(account string, t api.Token) error {
	if t.MACKey == "" {
		return l.usage("problem.no_mac_key", words.Args{Account: account, TokenType: t.TokenType})
	}
	_, err := fmt.Fprintln(l.Out, t.MACKey)
	return err
}

// printClaims shows what a token says of itself, to a person or a script that does not rely on it.
func (l *cli) printClaims(account string, t api.Token) error {
	claims, err := oauth.Token{Access: oauth.Secret(t.AccessToken)}.Claims()
	if err != nil {
		return l.Words.NoClaims(account, true)
	}
	fmt.Fprintln(l.Err, l.Words.Text("cli.claims"))
	return l.printJSON(claims)
}

func count(flags ...bool) (n int) {
	for _, f := range flags {
		if f {
			n++
		}
	}
	return n
}

func (l *cli) printJSON(value any) error {
	enc := json.NewEncoder(l.Out)
	enc.SetIndent("", "  ")
	enc.SetEscapeHTML(false) // tokens are read by people too
	return enc.Encode(value)
}
