package desktop

import (
	"context"
	"errors"
	"time"
)

// OpenWithoutDataControl is Open where the compositor lets no program without a window copy.
func OpenWithoutDataControl() *Desktop {
	d := Open()
	d.clipboard.(*linuxClipboard).open = func(context.Context) (*dataControl, error) { return nil, errors.New("no such protocol") }
	return d
}

// OpenWithHelperPause is Open where the helper of a shortcut that has ended is followed by another one after that time.
func OpenWithHelperPause(pause time.Duration) *Desktop {
	d := Open()
	d.shortcuts = portalShortcuts{&bus{}, pause}
	return d
}

// Shown is the number of the notice of a key that is on the screen, as its server gave it; 0 if there is none.
func Shown(d *Desktop, key string) uint32 {
	n := d.notices.(*freedesktopNotices)
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.slots[key].id
}

// Left is how many notices of the program before this one are still to be taken back.
func Left(d *Desktop) int {
	n := d.notices.(*freedesktopNotices)
	n.mu.Lock()
	defer n.mu.Unlock()
	return len(n.left)
}

// Clickable reports whether a notice is still on the screen, as its server says.
func Clickable(d *Desktop, id uint32) bool {
	n := d.notices.(*freedesktopNotices)
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.clicks[id] != nil
}
