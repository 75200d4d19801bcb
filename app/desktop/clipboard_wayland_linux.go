package desktop

import (
	"bytes"
	"context"
	"fmt"
	"os/exec"
	"strings"
	"time"
)

// pollInterval is how often a clipboard is asked whether it has what it was given.
const pollInterval = 20 * time.Millisecond

// waylandCopy hands the text to wl-copy on standard input and reads it back with wl-paste. wl-copy stays as our child and
// owns the selection until somebody else copies, so that its end tells that the text lies there no more; newer ones take a
// mark for secrets. It wants c.mu held.
func (c *linuxClipboard) waylandCopy(ctx context.Context, text string) error {
	program, err := exec.LookPath("wl-copy")
	if err != nil {
		return fmt.Errorf("%w: install wl-clipboard, which copies for programs without a focused window", ErrNoClipboard)
	}
	args := []string{"--foreground", "--type", "text/plain;charset=utf-8"}
	if help, _ := exec.CommandContext(ctx, program, "--help").CombinedOutput(); bytes.Contains(help, []byte("--sensitive")) {
		args = append(args, "--sensitive")
	}
	cmd := exec.Command(program, args...) // it outlives the copy
	cmd.Stdin = strings.NewReader(text)
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("%w: wl-copy: %w", ErrNoClipboard, err)
	}
	served := make(chan struct{})
	go func() { _ = cmd.Wait(); close(served) }()
	c.endWaylandCopy()
	c.wlCopy, c.served = cmd, served
	for {
		back, err := exec.CommandContext(ctx, "wl-paste", "--no-newline").Output()
		if err == nil && string(back) == text {
			return nil
		}
		select {
		case <-served:
			return fmt.Errorf("%w: wl-copy could not own it", ErrNoClipboard)
		case <-ctx.Done():
			return fmt.Errorf("%w: what was copied cannot be read back", ErrNoClipboard)
		case <-time.After(pollInterval):
		}
	}
}

// endWaylandCopy ends the wl-copy that still serves, and the selection with it. It wants c.mu held.
func (c *linuxClipboard) endWaylandCopy() {
	if c.wlCopy == nil {
		return
	}
	_ = c.wlCopy.Process.Kill() // it may have ended by itself
	<-c.served
	c.wlCopy = nil
}
