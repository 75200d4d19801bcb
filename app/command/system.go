package command

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"freshkey/app/api"
	"freshkey/app/program"
	"freshkey/app/words"
)

func (l *cli) doctor() *cobra.Command {
	c := &cobra.Command{Use: "doctor", Short: "help.doctor", SuggestFor: []string{"status", "check-up"}, Args: l.arguments(0, 0)}
	asJSON := c.Flags().Bool("json", false, "help.json")
	c.RunE = func(c *cobra.Command, _ []string) error {
		return l.withAgent(c.Context(), func(client *api.Client) error {
			checks, err := client.Doctor(c.Context())
			if err != nil {
				return err
			}
			if *asJSON {
				err = l.printJSON(checks)
			} else {
				l.printChecks(checks)
			}
			return errors.Join(err, l.verdict(checks))
		})
	}
	return c
}

func (l *cli) printChecks(checks []api.Check) {
	for _, c := range checks {
		mark := "ok  "
		if !c.OK {
			mark = "BAD "
		}
		fmt.Fprintf(l.Out, "%s %s: %s\n", mark, c.Name, c.Result)
		if c.Advice != "" {
			fmt.Fprintf(l.Out, "     %s\n", c.Advice)
		}
	}
}

// verdict names the failed checks, whose words stand above. The keychain comes first and has an exit code of its own.
func (l *cli) verdict(checks []api.Check) error {
	var bad []string
	for _, c := range checks {
		if !c.OK {
			bad = append(bad, c.Name)
		}
	}
	if len(bad) == 0 {
		return nil
	}
	p := &api.Problem{Code: api.CodeFailed, What: l.Words.Text("doctor.verdict", words.Args{List: strings.Join(bad, ", ")})}
	if !checks[0].OK {
		p.Code = api.CodeKeychain
	}
	return p
}

func (l *cli) quit() *cobra.Command {
	return &cobra.Command{
		Use: "quit", Short: "help.quit", Args: l.arguments(0, 0),
		RunE: func(c *cobra.Command, _ []string) error {
			client, err := api.NewClient(l.profile)
			if err != nil {
				return err
			}
			ctx, stop := context.WithCancel(c.Context())
			defer stop()
			defer time.AfterFunc(slowAnswer, func() { l.lookAfterEnd(ctx, client) }).Stop()
			farewell, err := client.Quit(ctx)
			if err != nil {
				if errors.Is(err, api.ErrNoAgent) {
					return &api.Problem{Code: api.CodeNoAgent, What: l.Words.Text("cli.not_running")}
				}
				return err
			}
			if err := program.AwaitEnd(ctx, l.profile); err != nil {
				return err
			}
			if farewell.Unsaved > 0 {
				body := "notice.quit_unsaved.body"
				if farewell.Unsealed > 0 {
					body += ".unsealed"
				}
				fmt.Fprintln(l.Out, l.Words.Text("notice.quit_unsaved")+".", l.Words.Text(body))
			}
			_, err = fmt.Fprintln(l.Out, l.Words.Text("cli.quit"))
			return err
		},
	}
}

// lookAfterEnd says that an agent that is to end still sees something through, if it reacts or has closed its socket already.
func (l *cli) lookAfterEnd(ctx context.Context, client *api.Client) {
	if err := l.react(ctx, client); err == nil || errors.Is(err, api.ErrNoAgent) {
		l.tell("cli.quit.waiting", words.Args{})
	}
}
