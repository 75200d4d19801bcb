//go:build !linux

package command

import "github.com/spf13/cobra"

// helpers are commands that no person calls: there are none here.
func (l *cli) helpers() map[string]func() *cobra.Command { return nil }
