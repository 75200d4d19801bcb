package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"freshkey/app/api"
	"freshkey/app/program"
	"freshkey/app/words"
)

// version is set by the build.
var version = "dev"

func main() {
	program.Harden()
	api.JoinSession()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	code := run(ctx, os.Args[1:])
	stop()
	os.Exit(code)
}

// options are what the program was called with.
type options struct {
	profile    api.Profile
	background bool // start the agent and no more
	attached   bool // be the window, of an agent that is there
	version    bool
}

// parse reads the arguments. flag.ErrHelp if they ask for help; any other error has been printed.
func parse(args []string, w words.Catalog) (o options, err error) {
	flags := flag.NewFlagSet(program.Window, flag.ContinueOnError)
	name := flags.String("profile", "", w.Text("help.profile"))
	flags.BoolVar(&o.background, "background", false, w.Text("help.background"))
	flags.BoolVar(&o.attached, "attached", false, w.Text("help.attached"))
	flags.BoolVar(&o.version, "version", false, w.Text("help.version"))
	if err := flags.Parse(args); err != nil {
		return o, err
	}
	if !o.attached && *name == "" { // an agent's window has the agent's
		*name = os.Getenv(api.ProfileVariable)
	}
	if o.profile, err = api.ParseProfile(*name); err != nil {
		fmt.Fprintln(os.Stderr, program.Window+":", w.Text("usage.profile"))
	}
	return o, err
}

// run does what args say and returns the exit code, as the command line's are.
func run(ctx context.Context, args []string) int {
	catalog := words.FromEnvironment()
	o, err := parse(args, catalog)
	switch {
	case errors.Is(err, flag.ErrHelp):
		return 0
	case err != nil:
		return api.CodeUsage.ExitCode()
	case o.version:
		fmt.Println(program.Window, version)
		return 0
	}
	client, err := api.NewClient(o.profile)
	if err != nil {
		fmt.Fprintln(os.Stderr, program.Window+":", err)
		return api.CodeFailed.ExitCode()
	}
	if !o.attached {
		if err = bringUp(ctx, o.profile, client); err == nil && !o.background {
			program.AllowForeground()
			err = client.OpenWindow(ctx) // one window a profile: the agent's
		}
		switch {
		case err == nil:
			return 0
		case o.background:
			fmt.Fprintln(os.Stderr, program.Window+":", describe(catalog, notStarted(catalog, o.profile, err)))
			return api.CodeNoAgent.ExitCode()
		}
	}
	openWindow(ctx, o, client, catalog) // which says that there is no agent, and offers to start one
	return 0
}
