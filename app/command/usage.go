package command

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"freshkey/app/api"
	"freshkey/app/words"
)

// usage is a call that cannot be taken, with an advice of its own if the catalogue has one.
func (l *line) usage(id string, a words.Args) *api.Problem {
	advice := l.Words.Say(id+".advice", a)
	if advice == id+".advice" {
		advice = ""
	}
	return &api.Problem{Code: api.CodeUsage, What: l.Words.Say(id, a), Advice: advice}
}

// misuse is a call that the command's help would have shown how to write. It quotes no argument but a mistaken command: the
// others may be secrets.
func (l *line) misuse(c *cobra.Command, id, name string) error {
	p := l.usage(id, words.Args{Name: name})
	p.Advice = l.Words.Say("usage.help", words.Args{Path: c.CommandPath()})
	return p
}

// arguments says how many a command takes.
func (l *line) arguments(least, most int) cobra.PositionalArgs {
	return func(c *cobra.Command, args []string) error {
		switch {
		case !c.HasParent() && len(args) > 0:
			return l.misuse(c, "usage.command", args[0])
		case len(args) < least:
			return l.misuse(c, "usage.too_few", c.UseLine())
		case len(args) > most:
			return l.misuse(c, "usage.too_many", c.UseLine())
		}
		return nil
	}
}

// flagProblem words what the parser of flags complains of.
func (l *line) flagProblem(c *cobra.Command, err error) error {
	if unknown, ok := errors.AsType[*pflag.NotExistError](err); ok {
		if short := unknown.GetSpecifiedShortnames(); short != "" {
			return l.misuse(c, "usage.flag", "-"+short[:1])
		}
		return l.misuse(c, "usage.flag", "--"+unknown.GetSpecifiedName())
	}
	if bare, ok := errors.AsType[*pflag.ValueRequiredError](err); ok {
		return l.misuse(c, "usage.flag_value", "--"+bare.GetFlag().Name)
	}
	if wrong, ok := errors.AsType[*pflag.InvalidValueError](err); ok {
		return l.misuse(c, "usage.flag_wrong", "--"+wrong.GetFlag().Name)
	}
	return l.misuse(c, "usage.flag_syntax", "")
}

// help is the command that explains the others.
func (l *line) help() *cobra.Command {
	return &cobra.Command{
		Use: "help [COMMAND]", Short: "help.help", Args: l.arguments(0, 1),
		RunE: func(c *cobra.Command, args []string) error {
			about, rest, err := c.Root().Find(args)
			if err != nil || len(rest) > 0 {
				return l.misuse(c.Root(), "usage.command", strings.Join(args, " "))
			}
			return about.Help()
		},
	}
}

// translate puts sentences in the place of their ids, in a command and all below it. Until somebody asks for help there are ids
// only: reading the sentences takes as long as the rest of a command.
func (l *line) translate(c *cobra.Command) {
	say := func(text *string) {
		if strings.HasPrefix(*text, "help.") {
			*text = l.Words.Say(*text, words.Args{Problem: strings.Join(faultNames(), ", ")})
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
func (l *line) printUsage(c *cobra.Command) error {
	l.translate(c.Root())
	var b strings.Builder
	heading := func(id string) { fmt.Fprintf(&b, "\n%s\n", l.Words.Say(id)) }
	fmt.Fprintf(&b, "%s\n  %s\n", l.Words.Say("help.usage"), c.UseLine())
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
		fmt.Fprintf(&b, "\n%s\n", l.Words.Say("help.more", words.Args{Path: c.CommandPath()}))
	}
	_, err := fmt.Fprint(c.OutOrStdout(), b.String())
	return err
}
