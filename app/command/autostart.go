package command

import (
	"fmt"

	"github.com/spf13/cobra"

	"freshkey/app/api"
	"freshkey/app/words"
)

func (l *cli) autostart() *cobra.Command {
	return &cobra.Command{
		Use: "autostart on|off|status", Short: "help.autostart", Long: "help.autostart.long", Args: l.arguments(1, 1),
		RunE: func(c *cobra.Command, args []string) error {
			if args[0] != "on" && args[0] != "off" && args[0] != "status" {
				return l.usageError(c, "usage.autostart", words.Args{Argument: args[0]})
			}
			return l.withAgent(c.Context(), func(client *api.Client) error {
				s, err := client.Settings(c.Context())
				if err == nil && args[0] != "status" {
					s.StartAtLogin = args[0] == "on"
					s.StartHidden = s.StartHidden || s.StartAtLogin // who says so in a terminal wants no window at each login
					err = client.SetSettings(c.Context(), s)
				}
				if err != nil {
					return err
				}
				_, err = fmt.Fprintln(l.Out, l.Words.Text(map[bool]string{true: "cli.autostart.on", false: "cli.autostart.off"}[s.StartAtLogin], words.Args{Name: l.profile.Name()}))
				return err
			})
		},
	}
}
