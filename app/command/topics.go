package command

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"freshkey/app/api"
	"freshkey/app/words"
	"freshkey/oauth/keeper"
)

// Topic is a page of help that is about no command.
type Topic struct {
	Name  string // as "freshkey help NAME" takes it
	Title string
	Rows  [][2]string // what it is, and what is to be said of it
}

// Places are where a profile's files lie.
type Places struct{ Config, State, Socket string }

// topicNames are the topics in the order in which manuals have them.
var topicNames = []string{"scripts", "headless", "exit-codes", "states", "reasons", "json", "settings", "environment", "files", "faults"}

// Topics are all topics, for whoever writes them down.
func Topics(w words.Catalog, at Places) (all []Topic) {
	for _, name := range topicNames {
		all = append(all, topic(w, name, at))
	}
	return all
}

func topic(w words.Catalog, name string, at Places) Topic {
	t := Topic{Name: name, Title: w.Text("help.topic." + name)}
	for _, r := range rows(name, at) {
		t.Rows = append(t.Rows, [2]string{r[0], w.Text(r[1])})
	}
	if name == "states" {
		for n, row := range t.Rows {
			t.Rows[n][0] = stateNames(w, row[0])
		}
		t.Rows = append(t.Rows, [2]string{w.Text("superseded.program"), w.Text("help.state.old")})
	}
	return t
}

// stateNames are the name of a state in JSON and, where a list calls it otherwise, that too.
func stateNames(w words.Catalog, state string) string {
	said := w.Text("state." + state)
	if keeper.State(state) == keeper.StateSignIn {
		said += ", " + w.Text("state.not_signed_in")
	}
	if said == state {
		return state
	}
	return state + " (" + said + ")"
}

// printTopic shows a topic. Files are those of the profile, as this environment has them.
func (l *cli) printTopic(name string) error {
	var at Places
	if name == "files" || name == "scripts" {
		var err error
		if at, err = places(l.profile); err != nil {
			return err
		}
	}
	t := topic(l.Words, name, at)
	fmt.Fprintf(l.Out, "%s\n\n", t.Title)
	w := newTable(l.Out, 2)
	for _, row := range t.Rows {
		if name == "scripts" || name == "headless" { // whose lines are long
			fmt.Fprintf(w, "  %s\n      %s\n", row[0], row[1])
			continue
		}
		fmt.Fprintf(w, "  %s\t%s\n", row[0], row[1])
	}
	return w.Flush()
}

func places(p api.Profile) (at Places, err error) {
	if at.Config, err = p.ConfigDir(); err != nil {
		return at, err
	}
	if at.State, err = p.StateDir(); err != nil {
		return at, err
	}
	at.Socket, err = p.Socket()
	return at, err
}

// explained completes what help says more about.
func explained(c *cobra.Command, args []string, _ string) (names []string, _ cobra.ShellCompDirective) {
	about, rest, err := c.Root().Find(args)
	if err == nil && len(rest) == 0 {
		for _, sub := range about.Commands() {
			if !sub.Hidden {
				names = append(names, sub.Name())
			}
		}
	}
	if len(args) == 0 {
		names = append(names, topicNames...)
	}
	return names, cobra.ShellCompDirectiveNoFileComp
}

// help is the command that explains the others, and the topics.
func (l *cli) help() *cobra.Command {
	return &cobra.Command{
		Use: "help [COMMAND [COMMAND]|TOPIC]", Short: "help.help", Args: l.arguments(0, 2), ValidArgsFunction: explained,
		RunE: func(c *cobra.Command, args []string) error {
			if len(args) == 1 && slices.Contains(topicNames, args[0]) {
				return l.printTopic(args[0])
			}
			about, rest, err := c.Root().Find(args)
			if len(args) == 1 && (err != nil || len(rest) > 0) { // "logs"
				if one, more, err := c.Root().Find([]string{strings.TrimSuffix(args[0], "s")}); err == nil && len(more) == 0 && one != c.Root() {
					return one.Help()
				}
			}
			word, others := strings.Join(args, " "), []string(nil)
			if err != nil || about == c.Root() {
				about, others = c.Root(), alsoCalled(word)
			}
			if err != nil || len(rest) > 0 {
				if found, err := l.printMentions(c.Root(), word, others...); found || err != nil {
					return err
				}
				return l.usageError(about, "usage.command", words.Args{Argument: word})
			}
			return about.Help()
		},
	}
}
