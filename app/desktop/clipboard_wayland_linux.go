package desktop

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"time"
)

const (
	// pollInterval is how often a clipboard is asked whether it has what it was given.
	pollInterval = 20 * time.Millisecond
	// endTimeout is how long a wl-copy that lost the selection may take to end; it removes its buffer then.
	endTimeout = 2 * time.Second
)

// wlCopy is a running wl-copy: the owner of the selection on Wayland until somebody else copies. Versions up to 2.1 keep what they
// serve in a file, and remove it only when they end by themselves.
type wlCopy struct {
	cmd    *exec.Cmd
	ended  chan struct{} // closed when it has
	buffer string        // the folder of that file; "" if there is none
	text   digest
}

// startWaylandCopy hands the text to wl-copy on standard input, and reads it back with wl-paste. wl-copy stays as our child, so
// that its end tells that the text lies there no more; newer ones take a mark for secrets.
func startWaylandCopy(ctx context.Context, text string) (*wlCopy, error) {
	program, err := findWlCopy()
	if err != nil {
		return nil, err
	}
	args := []string{"--foreground", "--type", "text/plain;charset=utf-8"}
	if takesMark(ctx, program) {
		args = append(args, "--sensitive")
	}
	others := copyBuffers()
	c := &wlCopy{cmd: exec.Command(program, args...), ended: make(chan struct{}), text: digestOf([]byte(text))} // it outlives the copy
	c.cmd.Stdin = strings.NewReader(text)
	if dir := os.Getenv("XDG_RUNTIME_DIR"); dir != "" { // is in memory, and gone with the session
		c.cmd.Env = append(os.Environ(), "TMPDIR="+dir)
	}
	if err := c.cmd.Start(); err != nil {
		return nil, fmt.Errorf("%w: wl-copy: %w", ErrNoClipboard, err)
	}
	go func() { _ = c.cmd.Wait(); close(c.ended) }()
	err = c.verify(ctx)
	c.buffer = newBuffer(others, c.text)
	if err != nil {
		c.end(ctx)
		return nil, err
	}
	return c, nil
}

func findWlCopy() (program string, err error) {
	if program, err = exec.LookPath("wl-copy"); err != nil {
		return "", fmt.Errorf("%w: install wl-clipboard, which copies for programs without a focused window", ErrNoClipboard)
	}
	return program, nil
}

// takesMark reports whether a wl-copy can mark what it serves as a secret; since 2.3 it can.
func takesMark(ctx context.Context, program string) bool {
	help, _ := exec.CommandContext(ctx, program, "--help").CombinedOutput()
	return bytes.Contains(help, []byte("--sensitive"))
}

// verify waits until another program would get the text.
func (c *wlCopy) verify(ctx context.Context) error {
	for {
		if c.lies(ctx) {
			return nil
		}
		select {
		case <-c.ended:
			return fmt.Errorf("%w: wl-copy could not own it", ErrNoClipboard)
		case <-ctx.Done():
			return fmt.Errorf("%w: what was copied cannot be read back", ErrNoClipboard)
		case <-time.After(pollInterval):
		}
	}
}

// lies reports whether the text is what another program would get.
func (c *wlCopy) lies(ctx context.Context) bool {
	paste := exec.CommandContext(ctx, "wl-paste", "--no-newline")
	paste.WaitDelay = pollInterval // its child waits for a source that hangs
	pasted, err := paste.Output()
	return err == nil && digestOf(pasted) == c.text
}

// holds reports whether wl-copy still serves the text; it ends when it has lost the selection.
func (c *wlCopy) holds() bool {
	if c == nil {
		return false
	}
	select {
	case <-c.ended:
		return false
	default:
		return true
	}
}

// clear empties the clipboard if the text still lies there.
func (c *wlCopy) clear(ctx context.Context) {
	select {
	case <-c.ended:
	default:
		if c.lies(ctx) { // one that has just lost the selection has not ended yet
			_ = exec.CommandContext(ctx, "wl-copy", "--clear").Run() // end sees to it if that failed
		}
	}
	c.end(ctx)
}

// end waits for a wl-copy that has lost the selection. One that does not end is killed, and its file removed.
func (c *wlCopy) end(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, endTimeout)
	defer cancel()
	select {
	case <-c.ended:
	case <-ctx.Done():
		_ = c.cmd.Process.Kill() // it may have ended by itself
		<-c.ended
	}
	removeBuffer(c.buffer, c.text)
}
