package command

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"freshkey/app/api"
	"freshkey/app/program"
	"freshkey/app/words"
	"freshkey/oauth/sandbox"
)

func (l *cli) doctor() *cobra.Command {
	c := &cobra.Command{Use: "doctor", Short: "help.doctor", Args: l.arguments(0, 0)}
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
			return errors.Join(err, verdict(checks))
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

// verdict is the first failed check; the keychain comes first and has an exit code of its own.
func verdict(checks []api.Check) error {
	for n, c := range checks {
		if c.OK {
			continue
		}
		code := api.CodeFailed
		if n == 0 {
			code = api.CodeKeychain
		}
		return &api.Problem{Code: code, What: c.Result, Advice: c.Advice}
	}
	return nil
}

func (l *cli) quit() *cobra.Command {
	return &cobra.Command{
		Use: "quit", Short: "help.quit", Args: l.arguments(0, 0),
		RunE: func(c *cobra.Command, _ []string) error {
			client, err := api.NewClient(l.profile)
			if err != nil {
				return err
			}
			farewell, err := client.Quit(c.Context())
			if err != nil {
				if errors.Is(err, api.ErrNoAgent) {
					return &api.Problem{Code: api.CodeNoAgent, What: l.Words.Text("cli.not_running")}
				}
				return err
			}
			if err := program.AwaitEnd(c.Context(), l.profile); err != nil {
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

func faultNames() []string {
	var names []string
	for _, f := range sandbox.Faults() {
		names = append(names, string(f))
	}
	return names
}

func (l *cli) sandbox() *cobra.Command {
	var faults []string
	c := &cobra.Command{
		Use: "sandbox", Short: "help.sandbox", Args: l.arguments(0, 0),
		Long: "help.sandbox.long",
	}
	listen := c.Flags().String("listen", "127.0.0.1:0", "help.listen")
	expires := c.Flags().Duration("expires", 72*time.Hour, "help.expires")
	c.Flags().StringArrayVar(&faults, "fault", nil, "help.fault")
	c.RunE = func(c *cobra.Command, _ []string) error {
		if addr, err := netip.ParseAddrPort(*listen); err != nil || !addr.Addr().IsLoopback() {
			return l.usage("sandbox.loopback", words.Args{Address: *listen})
		}
		if *expires < time.Second {
			return l.usageError(c, "usage.flag_wrong", words.Args{Argument: "--expires"})
		}
		s := sandbox.New(sandbox.Config{Expires: expires.Truncate(time.Second)})
		for _, f := range faults {
			if !breakWith(s, f) {
				return l.usageError(c, "usage.fault", words.Args{List: strings.Join(faultNames(), ", ")})
			}
		}
		return l.serveSandbox(c.Context(), s, *listen, *expires)
	}
	return c
}

// breakWith takes NAME or NAME:TIMES.
func breakWith(s *sandbox.Server, fault string) bool {
	name, times, _ := strings.Cut(fault, ":")
	n, err := strconv.Atoi(times)
	if times == "" {
		n = -1
	} else if err != nil || n < 1 {
		return false
	}
	return s.Break(sandbox.Fault(name), n) == nil
}

func (l *cli) serveSandbox(ctx context.Context, s *sandbox.Server, address string, expires time.Duration) error {
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", address)
	if err != nil {
		return err
	}
	base := "http://" + listener.Addr().String()
	fmt.Fprintln(l.Out, l.Words.Text("sandbox.ready", words.Args{Address: base, Left: l.Words.Span(expires)}))
	fmt.Fprintln(l.Out, l.Words.Text("sandbox.add"))
	fmt.Fprintf(l.Out, "  curl -s -X POST %s/sandbox/chain | freshkey --profile rehearsal add rehearsal --token-url %s/oauth2/token --authorize-url %s/oauth2/authorize --api-url %s\n",
		base, base, base, base)
	stop := context.AfterFunc(ctx, func() { _ = listener.Close() })
	defer stop()
	if err := s.Serve(listener); ctx.Err() == nil {
		return err
	}
	return nil
}
