package command

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"freshkey/app/api"
	"freshkey/app/words"
	"freshkey/oauth"
)

// provider is the command about providers; add, edit and remove are the window's and the settings file's.
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
	c.AddCommand(list, show)
	return c
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
		w := tabwriter.NewWriter(l.Out, 0, 0, 3, ' ', 0)
		fmt.Fprintln(w, l.Words.Text("providers.header"))
		for _, p := range all {
			fmt.Fprintf(w, "%s\t%s\t%s\n", p.Name, cmp.Or(p.Title, p.Name), host(p))
		}
		return w.Flush()
	})
}

// host is where a provider is, for people.
func host(p oauth.Provider) string {
	address := cmp.Or(p.TokenURL, p.Issuer)
	if u, err := url.Parse(address); err == nil {
		return u.Host
	}
	return strings.TrimPrefix(address, "https://") // with a place to fill
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
	return func(p oauth.Provider) (oauth.Provider, error) {
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
	case name == "" || name == oauth.BuiltIn().Name:
		return oauth.Provider{Name: oauth.BuiltIn().Name}, nil
	case strings.HasPrefix(name, "https://"), strings.HasPrefix(name, "http://"):
		return oauth.Provider{Issuer: name}, nil
	case filepath.Base(name) == name && !strings.HasSuffix(name, ".json"):
		return l.knownProvider(ctx, name)
	}
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
		n := slices.IndexFunc(all, func(o oauth.Provider) bool { return strings.EqualFold(o.Name, name) })
		if n < 0 {
			return l.usage("problem.no_provider", words.Args{Argument: name})
		}
		p = all[n]
		return nil
	})
	return p, err
}
