package command

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"freshkey/app/api"
	"freshkey/app/words"
)

// usage is a call that cannot be taken, with an advice of its own if the catalogue has one.
func (l *cli) usage(id string, a words.Args) *api.Problem {
	advice := l.Words.Text(id+".advice", a)
	if advice == id+".advice" {
		advice = ""
	}
	return &api.Problem{Code: api.CodeUsage, What: l.Words.Text(id, a), Advice: advice}
}

// usageError is a call that the command's help would have shown how to write. It quotes no argument but a mistaken command: the
// others may be secrets.
func (l *cli) usageError(c *cobra.Command, id string, a words.Args) *api.Problem {
	p := l.usage(id, a)
	p.Advice = l.Words.Text("usage.help", words.Args{Command: c.CommandPath()})
	return p
}

// arguments says how many a command takes.
func (l *cli) arguments(least, most int) cobra.PositionalArgs {
	return func(c *cobra.Command, args []string) error {
		switch {
		case !c.HasParent() && len(args) > 0:
			return l.noCommand(c, args[0])
		case len(args) < least:
			return l.usageError(c, "usage.too_few", words.Args{Command: c.UseLine()})
		case most >= 0 && len(args) > most:
			return l.usageError(c, "usage.too_many", words.Args{Command: c.UseLine()})
		}
		return nil
	}
}

// refuseNoName refuses what is no account's name and no part of an address either: a script's variable that is not set.
func (l *cli) refuseNoName(c *cobra.Command, args []string) error {
	takesName := strings.Contains(c.Use, " NAME") || strings.Contains(c.Use, " [NAME]")
	if !takesName || c.Name() == "add" || len(args) == 0 {
		return nil
	}
	if name := args[0]; strings.Trim(name, ". ") == "" || strings.ContainsAny(name, `/\`) {
		return l.Words.NoAccount(name)
	}
	return nil
}

// noCommand is a command that there is not, with those that may be meant.
func (l *cli) noCommand(root *cobra.Command, typed string) error {
	p := l.usageError(root, "usage.command", words.Args{Argument: typed})
	root.SuggestionsMinimumDistance = 2 // letters that differ; and whatever begins with what was typed
	if near := root.SuggestionsFor(typed); len(near) > 0 {
		slices.Sort(near)
		p.Advice = l.Words.Text("usage.command.near", words.Args{List: strings.Join(near, ", ")})
	}
	return p
}

// flagProblem words what the parser of flags complains of.
func (l *cli) flagProblem(c *cobra.Command, err error) error {
	if unknown, ok := errors.AsType[*pflag.NotExistError](err); ok {
		if short := unknown.GetSpecifiedShortnames(); short != "" {
			return l.usageError(c, "usage.flag", words.Args{Argument: "-" + short[:1]})
		}
		return l.usageError(c, "usage.flag", words.Args{Argument: "--" + unknown.GetSpecifiedName()})
	}
	if bare, ok := errors.AsType[*pflag.ValueRequiredError](err); ok {
		return l.usageError(c, "usage.flag_value", words.Args{Argument: "--" + bare.GetFlag().Name})
	}
	if wrong, ok := errors.AsType[*pflag.InvalidValueError](err); ok {
		return l.wrongValue(c, wrong.GetFlag().Name)
	}
	return l.usageError(c, "usage.flag_syntax", words.Args{})
}

// wrongValue is a flag's value that cannot be used, with those that can, where they are a few.
func (l *cli) wrongValue(c *cobra.Command, flag string, choices ...string) error {
	args := words.Args{Argument: "--" + flag, List: strings.Join(choices, ", ")}
	switch f := c.Flag(flag); {
	case len(choices) > 0:
		return l.usageError(c, "usage.flag_wrong.choices", args)
	case f != nil && f.Value.Type() == "duration":
		return l.usageError(c, "usage.flag_wrong.duration", args)
	case f != nil && f.Value.Type() == "uint":
		args.Argument += ", -" + f.Shorthand
		return l.usageError(c, "usage.flag_wrong.count", args)
	}
	return l.usageError(c, "usage.flag_wrong", args)
}

// translate puts sentences in the place of their ids, in a command and all below it. Until somebody asks for help there are ids
// only: reading the sentences takes as long as the rest of a command.
func (l *cli) translate(c *cobra.Command) {
	say := func(text *string) {
		if strings.HasPrefix(*text, "help.") {
			*text = l.Words.Text(*text, words.Args{List: strings.Join(faultNames(), ", ")})
		}
	}
	say(&c.Short)
	say(&c.Long)
	for _, flags := range []*pflag.FlagSet{c.Flags(), c.PersistentFlags()} {
		flags.VisitAll(func(f *pflag.Flag) { say(&f.Usage) })
	}
	for _, sub := range c.Commands() {
		l.translate(sub)
	}
}

// printUsage is cobra's, in the person's language.
func (l *cli) printUsage(c *cobra.Command) error {
	l.translate(c.Root())
	var b strings.Builder
	heading := func(id string) { fmt.Fprintf(&b, "\n%s\n", l.Words.Text(id)) }
	fmt.Fprintf(&b, "%s\n  %s\n", l.Words.Text("help.usage"), c.UseLine())
	if c.HasAvailableSubCommands() {
		fmt.Fprintf(&b, "  %s COMMAND\n", c.CommandPath())
		heading("help.commands")
		for _, sub := range c.Commands() {
			fmt.Fprintf(&b, "  %-*s %s\n", sub.NamePadding(), sub.Name(), sub.Short)
		}
	}
	if c.HasAvailableLocalFlags() {
		heading("help.flags")
		b.WriteString(c.LocalFlags().FlagUsages())
	}
	if c.HasAvailableInheritedFlags() {
		heading("help.global_flags")
		b.WriteString(c.InheritedFlags().FlagUsages())
	}
	if c.HasAvailableSubCommands() {
		fmt.Fprintf(&b, "\n%s\n", l.Words.Text("help.more", words.Args{Command: strings.Replace(c.CommandPath(), c.Root().Name(), c.Root().Name()+" help", 1)}))
	}
	if !c.HasParent() || c.Name() == "help" {
		fmt.Fprintf(&b, "\n%s\n", l.Words.Text("help.topics", words.Args{List: strings.Join(topicNames, ", ")}))
	}
	_, err := fmt.Fprint(c.OutOrStdout(), b.String())
	return err
}

// printHelp is what a command does, with examples, and then how it is called.
func (l *cli) printHelp(c *cobra.Command, _ []string) {
	l.translate(c.Root())
	_, l.helpErr = fmt.Fprintf(c.OutOrStdout(), "%s\n\n%s", cmp.Or(c.Long, c.Short), c.UsageString())
}

// Tree is the whole command line with its sentences, for whoever writes it down.
func Tree(r Roles) *cobra.Command {
	l := &cli{Roles: r}
	root := l.root(nil)
	l.translate(root)
	return root
}
