package desktop

import (
	"context"
	"os/exec"
)

// scriptedNotices asks osascript; the texts are arguments, so that no text can become script.
type scriptedNotices struct{}

func (scriptedNotices) Show(ctx context.Context, n Notice, _ func()) error {
	if n.Amends { // none takes another one's place here
		return nil
	}
	return exec.CommandContext(ctx, "/usr/bin/osascript", "-e", "on run argv",
		"-e", "display notification (item 2 of argv) with title (item 1 of argv)", "-e", "end run", n.Title, n.Body).Run()
}

// HasChoices is false: see Ask.
func (scriptedNotices) HasChoices() bool { return false }

func (scriptedNotices) Ask(context.Context, Notice, []string, func(int)) error { return ErrNoChoices }

func (scriptedNotices) Clear(context.Context, string) (bool, error) { return false, nil }
func (scriptedNotices) Watch(context.Context, func())               {} // the system shows them
func (scriptedNotices) Server(context.Context) (string, error) {
	return exec.LookPath("/usr/bin/osascript")
}
func (scriptedNotices) Keep(string) []string { return nil }
func (scriptedNotices) Close() []string      { return nil } // they stay
