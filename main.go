// Freshkey keeps OAuth app tokens fresh, in the OS keychain, and one click away.
package main

import (
	"context"
	"os"
	"runtime"
	"slices"

	"freshkey/app/agent"
	"freshkey/app/api"
	"freshkey/app/command"
	"freshkey/app/program"
	"freshkey/app/words"
	"freshkey/keystore"
)

// Set by the build: the version, and the address of the feed of releases, if there is one.
var (
	version  = "dev"
	releases = ""
)

func main() {
	if !slices.Contains(os.Args[1:], "--background") {
		runtime.UnlockOSThread() // package systray has bound this goroutine to its thread, for a tray; a command would wait for that thread at each step
	}
	api.JoinSession()
	catalog := words.FromEnvironment()
	code := command.Run(context.Background(), os.Args[1:], command.Streams{In: os.Stdin, Out: os.Stdout, Err: os.Stderr}, command.Roles{
		Version: version,
		Words:   catalog,
		Agent: func(ctx context.Context, p api.Profile, tray bool) error {
			return agent.Run(ctx, agent.Options{
				Profile: p, Version: version, Releases: releases, Words: catalog, NoTray: !tray,
				Open: func(service string) agent.Vault { return keystore.Open(service) },
			})
		},
	})
	program.End(code)
}
