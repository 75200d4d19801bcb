package program

import (
	"context"
	"os"
	"os/exec"
	"os/signal"
)

// Become runs another program as if in this one's place, with an environment, until it ends or ctx does. The error is an *exec.ExitError if it
// ran and failed.
func Become(ctx context.Context, path string, env []string, args ...string) error {
	signal.Notify(make(chan os.Signal, 1), os.Interrupt) // the console tells the program of Ctrl+C itself, and this one waits for its end
	cmd := exec.CommandContext(ctx, path, args...)
	cmd.Env = env
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	return cmd.Run()
}

// askToEnd is never called here: see api.Profile.Unreachable.
func askToEnd(int) {}
