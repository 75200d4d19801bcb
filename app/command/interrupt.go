package command

import (
	"context"
	"os"
	"os/signal"
	"syscall"
)

// interrupted is the exit code of a command that a person ended, as shells have it: 128 and the number of Ctrl+C's signal.
const interrupted = exited(130)

// interruptible is ctx until a person ends the command, or its terminal or session does. Only a command that has something to put in order asks for
// it. The system ends every other one at once, as a shell expects, and listening for signals would take each command a tenth of its time.
func interruptible(ctx context.Context) (context.Context, context.CancelFunc) {
	return signal.NotifyContext(ctx, os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
}

// answer is what a person has typed, or why that cannot be read.
type answer struct {
	text string
	err  error
}

// answered is what read gets from a person. A terminal that waits for an answer does not hear that the command ends; then the error is interrupted.
func answered(ctx context.Context, read func() (string, error)) (string, error) {
	given := make(chan answer, 1)
	go func() {
		text, err := read()
		given <- answer{text, err}
	}()
	select {
	case a := <-given:
		return a.text, a.err
	case <-ctx.Done():
		return "", interrupted
	}
}
