package command

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"freshkey/app/api"
	"freshkey/app/words"
	"freshkey/oauth"
	"freshkey/oauth/sandbox"
)

func faultNames() []string { return texts(sandbox.Faults()) }

func (l *cli) sandbox() *cobra.Command {
	var faults []string
	var config sandbox.Config
	c := &cobra.Command{
		Use: "sandbox", Short: "help.sandbox", Args: l.arguments(0, 0),
		Long: "help.sandbox.long",
	}
	listen := c.Flags().String("listen", "127.0.0.1:0", "help.listen")
	expires := c.Flags().Duration("expires", 72*time.Hour, "help.expires")
	dialect := c.Flags().String("dialect", string(sandbox.Xiaomi), "help.dialect")
	rotation := c.Flags().String("rotation", string(oauth.RotatesAlways), "help.rotation")
	c.Flags().DurationVar(&config.Grace, "grace", 0, "help.grace")
	c.Flags().BoolVar(&config.Public, "public", false, "help.public")
	c.Flags().StringArrayVar(&faults, "fault", nil, "help.fault")
	c.RunE = func(c *cobra.Command, _ []string) error {
		if addr, err := netip.ParseAddrPort(*listen); err != nil || !addr.Addr().IsLoopback() {
			return l.usage("sandbox.loopback", words.Args{Address: *listen})
		}
		if *expires < time.Second {
			return l.wrongValue(c, "expires")
		}
		config.Dialect, config.Rotation, config.Expires = sandbox.Dialect(*dialect), oauth.Rotation(*rotation), expires.Truncate(time.Second)
		config.RevokeOnReuse = config.Dialect == sandbox.Plain
		if err := l.refuseSandbox(c, config); err != nil {
			return err
		}
		s := sandbox.New(config)
		for _, f := range faults {
			if !breakWith(s, f) {
				return l.usageError(c, "usage.fault", words.Args{List: strings.Join(faultNames(), ", ")})
			}
		}
		ctx, stop := interruptible(c.Context())
		defer stop()
		return l.serveSandbox(ctx, s, *listen, *expires)
	}
	return c
}

// refuseSandbox says of what a sandbox cannot be made.
func (l *cli) refuseSandbox(c *cobra.Command, config sandbox.Config) error {
	switch {
	case !slices.Contains(sandbox.Dialects(), config.Dialect):
		return l.wrongValue(c, "dialect", texts(sandbox.Dialects())...)
	case !slices.Contains(oauth.Rotations(), config.Rotation):
		return l.wrongValue(c, "rotation", texts(oauth.Rotations())...)
	case config.Grace < 0:
		return l.wrongValue(c, "grace")
	case config.Public && config.Dialect != sandbox.Plain:
		return l.usage("sandbox.public", words.Args{})
	}
	return nil
}

func texts[T ~string](all []T) (out []string) {
	for _, one := range all {
		out = append(out, string(one))
	}
	return out
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
		p := l.usage("sandbox.no_address", words.Args{Address: address, Problem: err.Error()})
		p.Code = api.CodeFailed
		return p
	}
	base := "http://" + listener.Addr().String()
	fmt.Fprintln(l.Out, l.Words.Text("sandbox.ready", words.Args{Address: base, Left: l.Words.Length(expires)}))
	fmt.Fprintln(l.Out, l.Words.Text("sandbox.add"))
	_, port, _ := net.SplitHostPort(listener.Addr().String()) // so that the next sandbox's account has another name
	fmt.Fprintf(l.Out, "  curl -s -X POST %s/sandbox/chain | freshkey --profile rehearsal add sandbox-%s\n", base, port)
	stop := context.AfterFunc(ctx, func() { _ = listener.Close() })
	defer stop()
	if err := s.Serve(listener); ctx.Err() == nil {
		return err
	}
	return nil
}
