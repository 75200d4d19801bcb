// Package command is the command line: a client of the agent that starts one where none runs. It holds nothing.
package command

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"sync/atomic"
	"time"

	"github.com/spf13/cobra"

	"freshkey/app/api"
	"freshkey/app/program"
	"freshkey/app/words"
	"freshkey/oauth/keeper"
)

// Roles are what this program can be besides a command.
type Roles struct {
	Agent   func(ctx context.Context, p api.Profile, tray bool) error // api.ErrRunning if there is one
	Version string
	Words   words.Catalog
}

// Streams are the process's own.
type Streams struct {
	In       io.Reader
	Out, Err io.Writer
}

// line is one call of the command line.
type cli struct {
	Roles
	Streams
	profileName  string
	profile      api.Profile
	begins       bool          // the command may be the first on its profile
	asker        *asker        // of hidden questions; nil before the first
	lines        *bufio.Reader // of open questions; nil before the first
	line         chan answer   // the next of them, if it is waited for
	explained    atomic.Bool   // it was said what the call waits for
	asksProvider bool          // the call may wait for one
	helpErr      error         // why a page of help could not be printed: cobra wants to know nothing of it
}

// Run does what args say and returns the exit code: 0 done, 1 failed, 2 usage, 3 sign-in needed, 4 keychain unavailable,
// 5 no agent, 6 offline or timed out, 7 no such account.
func Run(ctx context.Context, args []string, s Streams, r Roles) int {
	program.Harden()
	l := &cli{Roles: r, Streams: s}
	root := l.root(args)
	root.SetArgs(args)
	if slices.Contains(args, cobra.ShellCompRequestCmd) { // it shows the sentences
		root.InitDefaultHelpCmd()
		l.translate(root)
		l.completeArguments(root)
	}
	err := cmp.Or(root.ExecuteContext(ctx), l.helpErr)
	if err == nil {
		return 0
	}
	if code, ok := errors.AsType[exited](err); ok {
		return int(code)
	}
	l.discardTyped()
	p := l.problem(err)
	l.say(p)
	return p.Code.ExitCode()
}

// say tells a problem.
func (l *cli) say(p *api.Problem) {
	fmt.Fprintf(l.Err, "freshkey: %s\n", p.What)
	if p.Advice != "" {
		fmt.Fprintln(l.Err, p.Advice)
	}
}

func (l *cli) problem(err error) *api.Problem {
	switch {
	case errors.Is(err, api.ErrNoAgent):
		return l.Words.NoAgent()
	case errors.Is(err, api.ErrGone):
		return &api.Problem{Code: api.CodeNoAgent, What: l.Words.Text("problem.gone"), Advice: l.Words.Text("problem.gone.advice")}
	}
	return l.Words.Problem(err, api.Account{}, time.Now())
}

// root is the command line with the commands that args need.
func (l *cli) root(args []string) *cobra.Command {
	cobra.MousetrapHelpText = "" // a double click on Windows shall start the agent, not a lecture
	var background, noTray, version bool
	root := &cobra.Command{
		Use: "freshkey", Short: "help.root", Long: "help.root.long", SilenceUsage: true, SilenceErrors: true,
		Args: l.arguments(0, 0),
		PersistentPreRunE: func(c *cobra.Command, args []string) error {
			return cmp.Or(l.chooseProfile(c, background), l.refuseNoName(c, args))
		},
		RunE: func(c *cobra.Command, _ []string) error {
			if version {
				return l.printVersion()
			}
			if noTray && !background {
				return l.usageError(c, "usage.no_tray", words.Args{})
			}
			return l.start(c.Context(), background, !noTray)
		},
	}
	root.CompletionOptions.DisableDefaultCmd = true
	root.SetIn(l.In)
	root.SetOut(l.Out)
	root.SetErr(l.Err)
	root.SetFlagErrorFunc(l.flagProblem)
	root.SetUsageFunc(l.printUsage)
	root.SetHelpFunc(l.printHelp)
	root.SetHelpCommand(l.help())
	root.PersistentFlags().BoolP("help", "h", false, "help.this")
	root.PersistentFlags().StringVar(&l.profileName, "profile", "", "help.profile")
	root.Flags().BoolVar(&background, "background", false, "help.background")
	root.Flags().BoolVar(&version, "version", false, "help.version")
	root.Flags().BoolVar(&noTray, "no-tray", false, "help.no_tray")
	root.AddCommand(l.wanted(args)...)
	return root
}

// chooseProfile is before every command. An agent that starts with the session is that of no script.
func (l *cli) chooseProfile(c *cobra.Command, background bool) (err error) {
	if !background {
		l.profileFromEnvironment(c)
	}
	l.profile, err = api.ParseProfile(l.profileName)
	switch {
	case err == nil:
	case !c.Flags().Changed("profile") && (c.Name() == "help" || c.Name() == "version" || c.Name() == "completion"): // which need none
	case !c.Flags().Changed("profile"):
		return l.usage("usage.profile.variable", words.Args{Name: api.ProfileVariable})
	default:
		return l.usage("usage.profile", words.Args{})
	}
	switch c.Name() {
	case "freshkey", "window", "add", "import":
		l.begins = true
	}
	return nil
}

func (l *cli) profileFromEnvironment(c *cobra.Command) {
	if !c.Flags().Changed("profile") {
		l.profileName = os.Getenv(api.ProfileVariable)
	}
}

// start is the agent's role with background; without, it opens the window of an agent that outlives this command.
func (l *cli) start(ctx context.Context, background, tray bool) error {
	if !background {
		program.AllowForeground()
		return l.withAgent(ctx, func(c *api.Client) error { return c.OpenWindow(ctx) })
	}
	ctx, stop := interruptible(ctx)
	defer stop()
	err := l.Agent(ctx, l.profile, tray)
	if errors.Is(err, api.ErrRunning) {
		fmt.Fprintln(l.Err, l.Words.Text("cli.runs_already"))
		return nil
	}
	return err
}

func (l *cli) window() *cobra.Command {
	return &cobra.Command{
		Use: "window", Short: "help.window", Args: l.arguments(0, 0),
		RunE: func(c *cobra.Command, _ []string) error { return l.start(c.Context(), false, true) },
	}
}

func (l *cli) version() *cobra.Command {
	return &cobra.Command{
		Use: "version", Short: "help.version", Args: l.arguments(0, 0),
		RunE: func(*cobra.Command, []string) error { return l.printVersion() },
	}
}

func (l *cli) printVersion() error {
	_, err := fmt.Fprintln(l.Out, "freshkey", l.Version)
	return err
}

// validity is the flag --min-valid; without it the agent's default counts.
func (l *cli) validity(c *cobra.Command) func() (time.Duration, error) {
	text := c.Flags().String("min-valid", "", "help.min_valid")
	return func() (time.Duration, error) {
		if *text == "" {
			return keeper.DefaultValidity, nil
		}
		return l.lengthOf("--min-valid", *text)
	}
}

// lengthOf is the length of time that a flag says.
func (l *cli) lengthOf(flag, text string) (time.Duration, error) {
	d, err := api.ParseValidity(text)
	if err != nil {
		return 0, l.usage("usage.validity", words.Args{Argument: flag})
	}
	return d, nil
}
