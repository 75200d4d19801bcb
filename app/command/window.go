package command

import (
	"context"
	"errors"
	"os"

	"freshkey/app/program"
)

// runWindow is the window until it is closed.
func (l *cli) runWindow(ctx context.Context) error {
	path, err := program.Find(program.Window)
	if errors.Is(err, program.ErrNotInstalled) {
		return l.Words.NoWindow()
	}
	if err != nil {
		return err
	}
	ctx, stop := interruptible(ctx) // on Windows the window has no console, and does not hear Ctrl+C itself
	defer stop()
	return program.Become(ctx, path, os.Environ(), append([]string{"--attached"}, l.profile.Args()...)...)
}
