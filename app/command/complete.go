package command

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"freshkey/app/api"
	"freshkey/app/words"
	"freshkey/oauth"
	"freshkey/oauth/sandbox"
)

// completionTimeout is how long a person waits for a completion at most.
const completionTimeout = 2 * time.Second

// known is what an agent that runs knows; a completion starts none, and complains of nothing.
func known[T any](l *cli, c *cobra.Command, ask func(context.Context, *api.Client) (T, error)) (out T) {
	l.profileFromEnvironment(c)
	profile, err := api.ParseProfile(l.profileName)
	if err != nil {
		return out
	}
	client, err := api.NewClient(profile)
	if err != nil {
		return out
	}
	ctx, cancel := context.WithTimeout(c.Context(), completionTimeout)
	defer cancel()
	if answer, err := ask(ctx, client); err == nil {
		out = answer
	}
	return out
}

// accountNames are those of the accounts.
func (l *cli) accountNames(c *cobra.Command, _ []string, _ string) (names []string, _ cobra.ShellCompDirective) {
	for _, a := range known(l, c, func(ctx context.Context, client *api.Client) ([]api.Account, error) { return client.Accounts(ctx) }) {
		names = append(names, a.Name)
	}
	return names, cobra.ShellCompDirectiveNoFileComp
}

// providerNames are those that accounts can be added with.
func (l *cli) providerNames(c *cobra.Command, _ []string, _ string) (names []string, _ cobra.ShellCompDirective) {
	for _, p := range known(l, c, func(ctx context.Context, client *api.Client) ([]oauth.Provider, error) { return client.Providers(ctx) }) {
		names = append(names, p.Name)
	}
	return names, cobra.ShellCompDirectiveNoFileComp
}

// providersOrFiles are providers' names, and files where none of those fits.
func (l *cli) providersOrFiles(c *cobra.Command, args []string, word string) ([]string, cobra.ShellCompDirective) {
	names, _ := l.providerNames(c, args, word)
	return names, cobra.ShellCompDirectiveDefault
}

// doorKeys are the names of the door's keys.
func (l *cli) doorKeys(c *cobra.Command, _ []string, _ string) (names []string, _ cobra.ShellCompDirective) {
	for _, k := range known(l, c, func(ctx context.Context, client *api.Client) (api.Door, error) { return client.Door(ctx) }).Keys {
		names = append(names, k.Name)
	}
	return names, cobra.ShellCompDirectiveNoFileComp
}

// profileNames are those of the profiles that have settings on this computer.
func profileNames(*cobra.Command, []string, string) (names []string, _ cobra.ShellCompDirective) {
	all, _ := api.Profiles() // none, then
	for _, p := range all {
		if p.Name() != "" {
			names = append(names, p.Name())
		}
	}
	return names, cobra.ShellCompDirectiveNoFileComp
}

// fixed completes one of a few words.
func fixed[T ~string](choices ...T) cobra.CompletionFunc {
	return cobra.FixedCompletions(texts(choices), cobra.ShellCompDirectiveNoFileComp)
}

// first completes the first argument, and then whatever comes after it; nothing if that is nil.
func first(name, after cobra.CompletionFunc) cobra.CompletionFunc {
	return func(c *cobra.Command, args []string, word string) ([]string, cobra.ShellCompDirective) {
		switch {
		case len(args) == 0:
			return name(c, args, word)
		case len(args) == 1 && after != nil:
			return after(c, args, word)
		}
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
}

// accountThenCommand completes an account, then a program and what that takes, which may be files.
func (l *cli) accountThenCommand(c *cobra.Command, args []string, word string) ([]string, cobra.ShellCompDirective) {
	command := slices.DeleteFunc(slices.Clone(args), func(arg string) bool { return arg == "--" })
	switch len(command) {
	case 0:
		return l.accountNames(c, args, word)
	case 1:
		return programs(word), cobra.ShellCompDirectiveDefault
	}
	return nil, cobra.ShellCompDirectiveDefault
}

// programs are those on the path that begin with a word.
func programs(word string) (names []string) {
	for _, dir := range filepath.SplitList(os.Getenv("PATH")) {
		files, _ := os.ReadDir(dir) // a path may name what is not there
		for _, f := range files {
			if word != "" && !f.IsDir() && strings.HasPrefix(f.Name(), word) {
				names = append(names, f.Name())
			}
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// copied completes what is copied, and of which account unless it is the last one.
func (l *cli) copied(c *cobra.Command, args []string, word string) ([]string, cobra.ShellCompDirective) {
	forms := fixed(api.Forms()...)
	if c.Flags().Changed("last") {
		return first(forms, nil)(c, args, word)
	}
	return first(l.accountNames, forms)(c, args, word)
}

// completeArguments has each command complete what it takes. Where nothing is said, files are offered.
func (l *cli) completeArguments(root *cobra.Command) {
	files := func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
		return nil, cobra.ShellCompDirectiveDefault
	}
	for path, arguments := range map[string]cobra.CompletionFunc{
		"copy": l.copied, "exec": l.accountThenCommand, "export": first(l.accountNames, nil), "remove": first(l.accountNames, nil),
		"sign": first(l.accountNames, fixed("GET", "POST", "PUT", "PATCH", "DELETE")), "call": first(l.accountNames, fixed("GET", "POST", "PUT", "PATCH", "DELETE")),
		"git-credential": first(l.accountNames, fixed("get")), "hold": first(l.accountNames, fixed("15m", "1h", "2h", "8h")),
		"token": first(l.accountNames, nil), "refresh": first(l.accountNames, nil), "login": first(l.accountNames, nil), "release": first(l.accountNames, nil),
		"rename": first(l.accountNames, nil), "edit": first(l.accountNames, nil), "log": first(l.accountNames, nil), "list": first(l.accountNames, nil), "events": first(l.accountNames, nil),
		"door remove": first(l.doorKeys, nil), "provider show": first(l.providerNames, nil), "provider remove": first(l.providerNames, nil), "provider test": first(l.providersOrFiles, nil),
		"autostart": fixed("on", "off", "status"), "import": files, "provider add": files,
	} {
		if c, rest, err := root.Find(strings.Fields(path)); err == nil && len(rest) == 0 {
			c.ValidArgsFunction = arguments
		}
	}
	l.completeFlags(root)
}

// completeFlags has the flags of a command, and of those below it, complete what they take. A flag means the same with every command.
func (l *cli) completeFlags(c *cobra.Command) {
	if c.ValidArgsFunction == nil && len(c.ValidArgs) == 0 && c.HasParent() {
		c.ValidArgsFunction = cobra.NoFileCompletions
	}
	for name, choices := range map[string]cobra.CompletionFunc{
		"account": l.accountNames, "provider": l.providersOrFiles, "profile": profileNames, "env": fixed(api.Shells()...),
		"form":    fixed(api.FormAccessToken, api.FormMACKey, api.FormHeader),
		"dialect": fixed(sandbox.Dialects()...), "rotation": fixed(oauth.Rotations()...), "fault": fixed(sandbox.Faults()...),
		"ask": fixed("on", "off"), "method": fixed("GET", "POST"),
	} {
		_ = c.RegisterFlagCompletionFunc(name, choices) // not every command has it
	}
	c.Flags().VisitAll(func(f *pflag.Flag) {
		switch f.Name {
		case "move", "data", "file": // of which one is wanted
		default:
			_ = c.RegisterFlagCompletionFunc(f.Name, cobra.NoFileCompletions) // unless it is one of those above
		}
	})
	for _, sub := range c.Commands() {
		l.completeFlags(sub)
	}
}

func (l *cli) completion() *cobra.Command {
	return &cobra.Command{
		Use: "completion bash|zsh|fish|powershell", Short: "help.completion", Long: "help.completion.long", Args: l.arguments(1, 1),
		ValidArgs: []string{"bash", "zsh", "fish", "powershell"},
		RunE: func(c *cobra.Command, args []string) error {
			switch args[0] {
			case "bash":
				return c.Root().GenBashCompletionV2(l.Out, true)
			case "zsh":
				return c.Root().GenZshCompletion(l.Out)
			case "fish":
				return c.Root().GenFishCompletion(l.Out, true)
			case "powershell":
				return c.Root().GenPowerShellCompletionWithDesc(l.Out)
			}
			return l.usageError(c, "usage.completion", words.Args{})
		},
	}
}
