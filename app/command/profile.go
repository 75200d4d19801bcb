package command

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"freshkey/app/api"
	"freshkey/app/words"
)

// profileExists refuses a profile that nobody has begun, unless the command begins one: a slip in its name would start an agent that has no
// accounts, and leave folders and an icon behind.
func (l *cli) profileExists() error {
	all, err := api.Profiles()
	if l.begins || err != nil || slices.Contains(all, l.profile) {
		return nil
	}
	var names []string
	for _, p := range all {
		names = append(names, called(p))
	}
	return l.usage("problem.no_profile", words.Args{Name: l.profile.Name(), List: strings.Join(names, ", ")})
}

// called is how a profile is called on the command line.
func called(p api.Profile) string {
	if p.Name() == "" {
		return "default"
	}
	return p.Name()
}

// profileResult is a profile as JSON has it.
type profileResult struct {
	Name     string `json:"name"`
	Running  bool   `json:"running"`            // an agent answers there
	Version  string `json:"version,omitempty"`  // its
	Accounts int    `json:"accounts,omitempty"` // that it has
}

func (l *cli) profiles() *cobra.Command {
	c := &cobra.Command{Use: "profiles", Short: "help.profiles", Args: l.arguments(0, 0)}
	asJSON := c.Flags().Bool("json", false, "help.json")
	c.RunE = func(c *cobra.Command, _ []string) error {
		all, err := api.Profiles()
		if err != nil {
			return err
		}
		var found []profileResult
		for _, p := range all {
			found = append(found, lookAt(c.Context(), p))
		}
		if *asJSON {
			return l.printJSON(found)
		}
		w := newTable(l.Out, 3)
		fmt.Fprintln(w, l.Words.Text("profiles.header"))
		for _, p := range found {
			status := "-"
			switch {
			case p.Running && p.Version == "":
				status = l.Words.Text("profiles.silent")
			case p.Running:
				status = l.Words.Text("profiles.running", words.Args{PluralCount: p.Accounts, Version: p.Version})
			}
			fmt.Fprintf(w, "%s\t%s\n", p.Name, status)
		}
		return w.Flush()
	}
	return c
}

// patience is how long an agent has to say that it is there.
const patience = 2 * time.Second

// lookAt asks a profile's agent, if there is one. It starts none.
func lookAt(ctx context.Context, p api.Profile) profileResult {
	found := profileResult{Name: called(p)}
	client, err := api.NewClient(p)
	if err != nil {
		return found
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	status, err := client.Status(ctx)
	found.Running = err == nil || errors.Is(err, context.DeadlineExceeded) // one that somebody has stopped is there
	if err == nil {
		found.Version = status.Version
		if accounts, err := client.Accounts(ctx); err == nil {
			found.Accounts = len(accounts)
		}
	}
	return found
}
