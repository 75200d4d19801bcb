package command

import (
	"context"
	"time"

	"github.com/spf13/cobra"

	"freshkey/app/api"
	"freshkey/app/words"
)

// completionTimeout is how long a person waits for a completion at most.
const completionTimeout = 2 * time.Second

// names completes the name of an account, of an agent that runs: a completion starts none.
func (l *cli) names(c *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
	if len(args) > 0 {
		return nil, cobra.ShellCompDirectiveDefault
	}
	l.profileFromEnvironment(c)
	profile, err := api.ParseProfile(l.profileName)
	if err != nil {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	client, err := api.NewClient(profile)
	if err != nil {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	ctx, cancel := context.WithTimeout(c.Context(), completionTimeout)
	defer cancel()
	all, err := client.Accounts(ctx)
	if err != nil {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	var found []string
	for _, a := range all {
		found = append(found, a.Name)
	}
	return found, cobra.ShellCompDirectiveNoFileComp
}

// formsOf completes the name of an account, and then what is copied of it.
func (l *cli) formsOf(c *cobra.Command, args []string, word string) ([]string, cobra.ShellCompDirective) {
	last := c.Flags().Changed("last")
	if len(args) == 0 && !last {
		return l.names(c, args, word)
	}
	var forms []string
	if len(args) == 0 || len(args) == 1 && !last {
		for _, form := range api.Forms() {
			forms = append(forms, string(form))
		}
	}
	return forms, cobra.ShellCompDirectiveNoFileComp
}

// completeNames has each command that takes an account complete its name.
func (l *cli) completeNames(root *cobra.Command) {
	for _, c := range root.Commands() {
		switch c.Name() {
		case "copy":
			c.ValidArgsFunction = l.formsOf
		case "token", "sign", "call", "exec", "git-credential", "refresh", "login", "hold", "release", "rename", "edit", "log", "remove", "export":
			c.ValidArgsFunction = l.names
		}
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
