package command

import (
	"context"
	"io"

	"github.com/spf13/cobra"

	"freshkey/app/desktop"
	"freshkey/app/program"
)

// helpers are commands that no person calls, and no help names.
func (l *cli) helpers() map[string]func() *cobra.Command {
	return map[string]func() *cobra.Command{program.ShortcutHelper: l.serveShortcut}
}

// serveShortcut asks the desktop's portal for a combination of keys, in the place of the agent that has started it: see desktop.ServeShortcut. It
// ends when its input does. The portal wants to look into whoever asks, and here is nothing to be seen.
func (l *cli) serveShortcut() *cobra.Command {
	return &cobra.Command{
		Use: program.ShortcutHelper + " TRIGGER DESCRIPTION", Hidden: true, Args: l.arguments(2, 2),
		RunE: func(c *cobra.Command, args []string) error {
			program.Unharden()
			ctx, end := context.WithCancel(c.Context())
			go func() {
				defer end()
				_, _ = io.Copy(io.Discard, l.In)
			}()
			id := "copy-last"
			if l.profile.Name() != "" {
				id += "-" + l.profile.Name()
			}
			desktop.ServeShortcut(ctx, l.Out, desktop.PortalShortcut{ID: id, Trigger: args[0], Does: args[1]})
			return nil
		},
	}
}
