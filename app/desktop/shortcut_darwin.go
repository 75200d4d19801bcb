package desktop

import "context"

// noShortcuts leaves them to the Shortcuts app: what a program can register by itself is Carbon's, from another age.
type noShortcuts struct{}

func (noShortcuts) Offer(context.Context) ShortcutState { return ShortcutUnsupported }

func (noShortcuts) Hold(_ context.Context, _ Shortcut, said func(ShortcutNews)) {
	said(ShortcutNews{State: ShortcutUnsupported})
}
