package command

import (
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"freshkey/app/api"
	"freshkey/app/words"
)

func (l *cli) permissions() *cobra.Command {
	c := &cobra.Command{Use: "permissions", Short: "help.permissions", Args: l.arguments(0, 0)}
	revoke := c.Flags().Bool("revoke", false, "help.revoke")
	asJSON := c.Flags().Bool("json", false, "help.json")
	c.RunE = func(c *cobra.Command, _ []string) error {
		return l.withAgent(c.Context(), func(client *api.Client) error {
			if *revoke {
				if err := client.Revoke(c.Context(), ""); err != nil {
					return err
				}
			}
			all, err := client.Permissions(c.Context())
			switch {
			case err != nil:
				return err
			case *asJSON:
				return l.printJSON(all)
			}
			accounts, err := client.Accounts(c.Context())
			if err != nil {
				return err
			}
			return l.printPermissions(all, accounts)
		})
	}
	return c
}

func (l *cli) printPermissions(all []api.Permission, accounts []api.Account) error {
	if len(all) == 0 {
		_, err := fmt.Fprintln(l.Out, l.Words.Text("permissions.none"))
		return err
	}
	names := map[string]string{}
	for _, a := range accounts {
		names[a.ID] = a.Name
	}
	w := newTable(l.Out, 3)
	fmt.Fprintln(w, l.Words.Text("permissions.header"))
	for _, p := range all {
		fmt.Fprintf(w, "%s\t%s\t%s\n", names[p.Account], words.ProgramPath(p.Path), l.Words.Clock(p.Since, time.Now()))
	}
	return w.Flush()
}
