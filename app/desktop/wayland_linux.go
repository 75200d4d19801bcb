package desktop

import (
	"bytes"
	"context"
	"fmt"
	"os/exec"
	"strings"
)

// waylandCopy hands the text to wl-copy on standard input and reads it back with wl-paste. wl-copy stays in the
// background as the owner of the selection; newer ones take a mark for secrets.
func waylandCopy(ctx context.Context, text string) error {
	program, err := exec.LookPath("wl-copy")
	if err != nil {
		return fmt.Errorf("%w: install wl-clipboard, which copies for programs without a focused window", ErrNoClipboard)
	}
	args := []string{"--type", "text/plain;charset=utf-8"}
	if help, _ := exec.CommandContext(ctx, program, "--help").CombinedOutput(); bytes.Contains(help, []byte("--sensitive")) {
		args = append(args, "--sensitive")
	}
	cmd := exec.CommandContext(ctx, program, args...)
	cmd.Stdin = strings.NewReader(text)
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("%w: wl-copy: %w", ErrNoClipboard, err)
	}
	back, err := exec.CommandContext(ctx, "wl-paste", "--no-newline").Output()
	if err != nil || string(back) != text {
		return fmt.Errorf("%w: what was copied cannot be read back", ErrNoClipboard)
	}
	return nil
}
