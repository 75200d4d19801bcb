package command

import (
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"freshkey/app/api"
	"freshkey/app/words"
)

func (l *cli) edit() *cobra.Command {
	in := api.EditRequest{Confirm: true}
	c := &cobra.Command{Use: "edit NAME", Short: "help.edit", Long: "help.edit.long", Args: l.arguments(1, 1)}
	f := c.Flags()
	f.StringVar(&in.ClientID, "client-id", "", "help.client_id")
	f.StringVar(&in.RedirectURI, "redirect-uri", "", "help.redirect_uri")
	provider := f.String("provider", "", "help.provider")
	over := providerFlags(f)
	secret := f.Bool("client-secret", false, "help.edit_secret")
	question := f.String("ask", "", "help.ask")
	c.RunE = func(c *cobra.Command, args []string) (err error) {
		if empty := emptyFlag(c); empty != "" { // as of a script's variable that is not set: it would change nothing
			return l.usageError(c, "usage.flag_value", words.Args{Argument: "--" + empty})
		}
		if *provider != "" {
			if in.Provider, err = l.readProvider(c.Context(), *provider); err != nil {
				return err
			}
		}
		if f.Changed("ask") {
			on := *question == "on"
			if in.Ask = &on; !on && *question != "off" {
				return l.wrongValue(c, "ask", "on", "off")
			}
		}
		if in.Provider, err = over(in.Provider); err != nil {
			return err
		}
		if *secret {
			if in.ClientSecret, err = l.readSecret(); err != nil {
				return err
			}
		}
		return l.withAgent(c.Context(), func(client *api.Client) error { return l.sendEdit(c, client, args[0], in) })
	}
	return c
}

// readSecret takes another client secret from standard input; a person at a terminal is asked, without echo.
func (l *cli) readSecret() (string, error) {
	file, atTerminal := terminal(l.In)
	var text string
	var err error
	if atTerminal {
		text, err = l.hidden(file, "ask.client_secret")
	} else {
		text, err = l.piped("usage.no_secret")
	}
	switch {
	case err == nil && text == "":
		err = l.usage("usage.nothing_typed", words.Args{})
	case err == nil && text == "{": // the first of several lines
		err = l.usage("usage.secret_json", words.Args{})
	}
	return text, err
}

// sendEdit stores the change. Where the secrets would go elsewhere then, a person is asked; without an answer they go nowhere. Of a command that
// changes nothing, that is all there is to do.
func (l *cli) sendEdit(c *cobra.Command, client *api.Client, name string, in api.EditRequest) error {
	a, err := client.Edit(c.Context(), name, in)
	if err != nil {
		return err
	}
	if !a.EndpointChanged() && !flagged(c) {
		return l.usageError(c, "usage.edit", words.Args{})
	}
	if a.EndpointChanged() {
		if a, err = l.confirmEndpoint(c.Context(), client, a); err != nil {
			return err
		}
	}
	_, err = fmt.Fprintln(l.Out, l.Words.Text("cli.edited", words.Args{Account: a.Name}))
	return err
}

// emptyFlag is one of a command's own flags that was given an empty value; "" if none was.
func emptyFlag(c *cobra.Command) (name string) {
	c.LocalFlags().VisitAll(func(f *pflag.Flag) {
		if f.Changed && strings.Trim(f.Value.String(), " []") == "" {
			name = f.Name
		}
	})
	return name
}

// flagged reports whether a command was given one of its own flags.
func flagged(c *cobra.Command) (given bool) {
	c.LocalFlags().VisitAll(func(f *pflag.Flag) { given = given || f.Changed })
	return given
}

// confirmEndpoint waits for a person's word in the window: what is typed here, any program could type.
func (l *cli) confirmEndpoint(ctx context.Context, client *api.Client, a api.Account) (api.Account, error) {
	args := words.Args{Account: a.Name, Detail: a.Detail, Was: strings.Join(a.ConfirmedOrigins, ", ")}
	fmt.Fprintln(l.Err, l.Words.Text("cli.endpoint.waiting", args))
	ctx, stop := interruptible(ctx)
	defer stop()
	confirmed, err := client.Confirm(ctx, a.ID, a.Origins)
	if ctx.Err() != nil { // the settings stay as they were edited
		fmt.Fprintln(l.Err, l.Words.Text("cli.endpoint.open", args))
		return a, interrupted
	}
	return confirmed, err
}
