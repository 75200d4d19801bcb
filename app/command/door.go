package command

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"freshkey/app/api"
	"freshkey/app/words"
)

// door is the command about keys for programs that speak only HTTP.
func (l *cli) door() *cobra.Command {
	c := &cobra.Command{Use: "door", Short: "help.door", Long: "help.door.long", Args: l.arguments(0, 0), RunE: func(c *cobra.Command, _ []string) error { return l.listDoor(c.Context(), false) }}
	list := &cobra.Command{Use: "list", Short: "help.door_list", Args: l.arguments(0, 0)}
	asJSON := list.Flags().Bool("json", false, "help.json")
	list.RunE = func(c *cobra.Command, _ []string) error { return l.listDoor(c.Context(), *asJSON) }
	remove := &cobra.Command{Use: "remove KEY", Short: "help.door_remove", Args: l.arguments(1, 1), RunE: func(c *cobra.Command, args []string) error {
		return l.withAgent(c.Context(), func(client *api.Client) error {
			err := client.RemoveDoorKey(c.Context(), args[0])
			if err == nil {
				_, err = fmt.Fprintln(l.Out, l.Words.Text("cli.door.removed", words.Args{Name: args[0]}))
			}
			return err
		})
	}}
	c.AddCommand(list, l.addDoorKey(), remove)
	return c
}

// addDoorKey prints the key alone, for a script to take; the rest goes where a person reads it.
func (l *cli) addDoorKey() *cobra.Command {
	c := &cobra.Command{Use: "add KEY", Short: "help.door_add", Long: "help.door_add.long", Args: l.arguments(1, 1)}
	var in api.DoorRequest
	c.Flags().StringSliceVar(&in.Accounts, "account", nil, "help.door_account")
	forms := c.Flags().StringSlice("form", nil, "help.door_form")
	c.Flags().StringSliceVar(&in.Origins, "origin", nil, "help.door_origin")
	c.Flags().IntVar(&in.Port, "port", 0, "help.door_port")
	asJSON := c.Flags().Bool("json", false, "help.json")
	c.RunE = func(c *cobra.Command, args []string) error {
		in.Name = args[0]
		for _, form := range *forms {
			in.Forms = append(in.Forms, api.Form(form))
		}
		return l.withAgent(c.Context(), func(client *api.Client) error {
			made, err := client.AddDoorKey(c.Context(), in)
			switch {
			case err != nil:
				return err
			case *asJSON:
				return l.printJSON(made)
			case made.Problem != nil:
				l.say(made.Problem)
			}
			fmt.Fprintln(l.Err, l.Words.Text("cli.door.made", words.Args{Name: made.Name, Address: made.Address}))
			if _, err = fmt.Fprintln(l.Out, made.Key); err != nil { // nobody has seen it, and it would open the door all the same
				_ = client.RemoveDoorKey(c.Context(), made.Name)
			}
			return err
		})
	}
	return c
}

func (l *cli) listDoor(ctx context.Context, asJSON bool) error {
	return l.withAgent(ctx, func(client *api.Client) error {
		door, err := client.Door(ctx)
		switch {
		case err != nil:
			return err
		case asJSON:
			return l.printJSON(door)
		}
		accounts, err := client.Accounts(ctx)
		if err != nil {
			return err
		}
		return l.printDoor(door, accounts)
	})
}

func (l *cli) printDoor(door api.Door, accounts []api.Account) error {
	if len(door.Keys) == 0 {
		_, err := fmt.Fprintln(l.Out, l.Words.Text("door.none"))
		return err
	}
	names := map[string]string{}
	for _, a := range accounts {
		names[a.ID] = a.Name
	}
	if door.Problem != nil {
		l.say(door.Problem)
	}
	fmt.Fprintf(l.Out, "http://%s\n", door.Address)
	w := newTable(l.Out, 3)
	fmt.Fprintln(w, l.Words.Text("door.header"))
	for _, k := range door.Keys {
		var opens, forms []string
		for _, id := range k.Accounts {
			opens = append(opens, names[id])
		}
		for _, f := range k.Forms {
			forms = append(forms, string(f))
		}
		used := l.Words.Text("door.unused")
		if !k.UsedAt.IsZero() {
			used = l.Words.Clock(k.UsedAt, time.Now())
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\n", k.Name, strings.Join(opens, ", "), strings.Join(forms, ", "), used)
	}
	return w.Flush()
}
