package command

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"freshkey/app/api"
	"freshkey/app/words"
	"freshkey/oauth"
)

// provider is the command about providers.
func (l *cli) provider() *cobra.Command {
	c := &cobra.Command{Use: "provider", Short: "help.providers", Args: l.arguments(0, 0), RunE: func(c *cobra.Command, _ []string) error { return l.listProviders(c.Context(), false) }}
	list := &cobra.Command{Use: "list", Short: "help.provider_list", Args: l.arguments(0, 0)}
	asJSON := list.Flags().Bool("json", false, "help.json")
	list.RunE = func(c *cobra.Command, _ []string) error { return l.listProviders(c.Context(), *asJSON) }
	show := &cobra.Command{Use: "show PROVIDER", Short: "help.provider_show", Args: l.arguments(1, 1), RunE: func(c *cobra.Command, args []string) error {
		p, err := l.knownProvider(c.Context(), args[0])
		if err != nil {
			return err
		}
		return l.printJSON(p)
	}}
	c.AddCommand(list, show, l.addProvider(), l.removeProvider(), l.testProvider())
	return c
}

func (l *cli) addProvider() *cobra.Command {
	return &cobra.Command{
		Use: "add FILE.json", Short: "help.provider_add", Args: l.arguments(1, 1),
		RunE: func(c *cobra.Command, args []string) error {
			p, err := l.readProviderFile(args[0])
			if err != nil {
				return err
			}
			err = l.changeProviders(c.Context(), func(own []oauth.Provider) ([]oauth.Provider, error) { return append(without(own, p.Name), p), nil })
			return l.sayDone(err, "cli.provider.added", p.Name)
		},
	}
}

func (l *cli) removeProvider() *cobra.Command {
	return &cobra.Command{
		Use: "remove PROVIDER", Short: "help.provider_remove", Args: l.arguments(1, 1),
		RunE: func(c *cobra.Command, args []string) error {
			err := l.changeProviders(c.Context(), func(own []oauth.Provider) ([]oauth.Provider, error) {
				rest := without(own, args[0])
				if len(rest) == len(own) {
					return nil, l.usage("problem.not_own_provider", words.Args{Argument: args[0]})
				}
				return rest, nil
			})
			return l.sayDone(err, "cli.provider.removed", args[0])
		},
	}
}

// sayDone says what was done with a provider, unless it was not.
func (l *cli) sayDone(err error, id, name string) error {
	if err == nil {
		_, err = fmt.Fprintln(l.Out, l.Words.Text(id, words.Args{Name: name}))
	}
	return err
}

// changeProviders stores another list of the person's own providers.
func (l *cli) changeProviders(ctx context.Context, change func([]oauth.Provider) ([]oauth.Provider, error)) error {
	return l.withAgent(ctx, func(client *api.Client) error {
		own, err := client.OwnProviders(ctx)
		if err != nil {
			return err
		}
		if own, err = change(own); err != nil {
			return err
		}
		return client.SetProviders(ctx, own)
	})
}

// without are those of another name.
func without(all []oauth.Provider, name string) []oauth.Provider {
	return slices.DeleteFunc(slices.Clone(all), func(p oauth.Provider) bool { return strings.EqualFold(p.Name, name) })
}

// testProvider tries one out. The client secret comes from standard input, where there is an app to be asked about.
func (l *cli) testProvider() *cobra.Command {
	c := &cobra.Command{Use: "test PROVIDER", Short: "help.provider_test", Args: l.arguments(1, 1)}
	id := c.Flags().String("client-id", "", "help.client_id")
	secret := c.Flags().Bool("client-secret", false, "help.test_secret")
	over := providerFlags(c.Flags())
	c.RunE = func(c *cobra.Command, args []string) error {
		p, err := l.readProvider(c.Context(), args[0])
		if err != nil {
			return err
		}
		in := api.TestRequest{ClientID: *id}
		if in.Provider, err = over(p); err != nil {
			return err
		}
		if *secret {
			if in.ClientSecret, err = l.readSecret(); err != nil {
				return err
			}
		}
		return l.withProvider(c.Context(), func(client *api.Client) error { return l.printTest(c.Context(), client, in) })
	}
	return c
}

func (l *cli) printTest(ctx context.Context, client *api.Client, in api.TestRequest) error {
	check, err := client.TestProvider(ctx, in)
	if err != nil {
		return err
	}
	for _, step := range check.Steps {
		mark := "ok "
		if !step.OK {
			mark = "BAD"
		}
		fmt.Fprintln(l.Out, mark, step.Name)
	}
	if !check.OK {
		return &api.Problem{Code: api.CodeFailed, Reason: "provider_test", What: check.Result, Advice: check.Advice}
	}
	_, err = fmt.Fprintln(l.Out, check.Result)
	return err
}

func (l *cli) listProviders(ctx context.Context, asJSON bool) error {
	return l.withAgent(ctx, func(client *api.Client) error {
		all, err := client.Providers(ctx)
		switch {
		case err != nil:
			return err
		case asJSON:
			return l.printJSON(all)
		}
		w := newTable(l.Out, 3)
		fmt.Fprintln(w, l.Words.Text("providers.header"))
		for _, p := range all {
			fmt.Fprintf(w, "%s\t%s\t%s\n", p.Name, cmp.Or(p.Title, p.Name), p.Host())
		}
		return w.Flush()
	})
}

// providerFlags are what may be said beside a provider. over puts the addresses in the place of the provider's, and values into the places that
// it leaves open.
func providerFlags(f *pflag.FlagSet) (over func(oauth.Provider) (oauth.Provider, error)) {
	var said oauth.Provider
	f.StringVar(&said.TokenURL, "token-url", "", "help.token_url")
	f.StringVar(&said.AuthorizeURL, "authorize-url", "", "help.authorize_url")
	f.StringVar(&said.APIURL, "api-url", "", "help.api_url")
	f.StringVar(&said.Method, "method", "", "help.method")
	values := f.StringToString("set", nil, "help.set")
	scope := f.String("scope", "", "help.scope")
	noSecret := f.Bool("no-secret", false, "help.no_secret")
	return func(p oauth.Provider) (oauth.Provider, error) {
		if *scope != "" {
			said.Scopes = strings.Fields(*scope)
		}
		if *noSecret {
			said.AuthMethod = oauth.AuthNone
		}
		for _, name := range slices.Sorted(maps.Keys(*values)) {
			if _, asked := p.Asks[name]; !asked {
				return p, &oauth.FieldError{Field: name, Code: oauth.FieldNotAsked}
			}
		}
		p, err := p.Fill(*values)
		return p.With(said), err
	}
}

// readProvider is a provider as it is named on a command line: by name, by the address of its issuer, or by its file.
func (l *cli) readProvider(ctx context.Context, name string) (oauth.Provider, error) {
	switch {
	case name == "" || name == oauth.BuiltInName:
		return oauth.Provider{Name: oauth.BuiltInName}, nil
	case strings.HasPrefix(name, "https://"), strings.HasPrefix(name, "http://"):
		return oauth.Provider{Issuer: name}, nil
	case filepath.Base(name) == name && !strings.HasSuffix(name, ".json"):
		return l.knownProvider(ctx, name)
	}
	return l.readProviderFile(name)
}

func (l *cli) readProviderFile(name string) (oauth.Provider, error) {
	data, err := os.ReadFile(name)
	if err != nil {
		return oauth.Provider{}, l.usage("problem.provider_file", words.Args{Problem: err.Error()})
	}
	return oauth.ParseProvider(data)
}

// knownProvider is one of those that the agent knows.
func (l *cli) knownProvider(ctx context.Context, name string) (p oauth.Provider, err error) {
	err = l.withAgent(ctx, func(client *api.Client) error {
		all, err := client.Providers(ctx)
		if err != nil {
			return err
		}
		n := slices.IndexFunc(all, func(o oauth.Provider) bool { return o.Name == name })
		if n < 0 {
			n = slices.IndexFunc(all, func(o oauth.Provider) bool { return strings.EqualFold(o.Name, name) })
		}
		if n < 0 {
			return l.usage("problem.no_provider", words.Args{Argument: name})
		}
		p = all[n]
		return nil
	})
	return p, err
}
