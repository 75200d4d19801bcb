//go:build linux

package testenv

import (
	"os"
	"os/exec"
	"slices"
	"time"
)

// hands are a person's, and the eyes: what works a screen and looks at it. Each kind of desktop wants its own.
type hands interface {
	panel() *exec.Cmd // a bar with a tray, to be started
	picture(path string) error
	pixels() (string, error) // the whole screen, three bytes each, maybe behind a head
	window(title string) (id string, err error)
	process(window string) (pid string, err error)
	focus(window string) error
	keys(keys ...string) error
	typed(text string) error
	rightClick(x, y string) error
	copied(text string) error
	pasted() (string, error)
}

func (d *Desktop) hands() hands {
	if d.sway != nil {
		return d.sway
	}
	return xHands{d.Session}
}

// Picture writes what the screen shows to a PNG file.
func (d *Desktop) Picture(path string) error { return d.hands().picture(path) }

// Pixels are what the screen shows, three bytes each, maybe behind a head.
func (d *Desktop) Pixels() (string, error) { return d.hands().pixels() }

// Clipboard is what another program reads from the clipboard.
func (d *Desktop) Clipboard() (string, error) {
	if os.Getenv("WAYLAND_DISPLAY") != "" && slices.Contains(d.Env, "WAYLAND_DISPLAY="+os.Getenv("WAYLAND_DISPLAY")) { // that of Join
		return waylandPaste(d.Session)
	}
	return d.hands().pasted()
}

// SetClipboard copies a text, as another program does.
func (d *Desktop) SetClipboard(text string) error { return d.hands().copied(text) }

// WaitWindow waits until a window of that title is on the screen, and returns its id.
func (d *Desktop) WaitWindow(title string) (string, error) { return d.hands().window(title) }

// WindowProcess is the process whose window that is.
func (d *Desktop) WindowProcess(window string) (pid string, err error) {
	return d.hands().process(window)
}

// Keys presses keys in the window that has the focus: "ctrl+c", "Tab", …
func (d *Desktop) Keys(keys ...string) error { return d.hands().keys(keys...) }

// Type types text into the window that has the focus.
func (d *Desktop) Type(text string) error { return d.hands().typed(text) }

// Focus gives a window the keyboard.
func (d *Desktop) Focus(window string) error { return d.hands().focus(window) }

// OpenTrayMenu opens the menu of the tray's last icon with the mouse, as a person would.
func (d *Desktop) OpenTrayMenu() error {
	if err := d.hands().rightClick("1264", "16"); err != nil {
		return err
	}
	return d.Settled()
}

// cursorPixels is more than a text cursor covers, which blinks for ever.
const cursorPixels = 200

// Settled waits until two pictures of the screen in a row are the same, but for a cursor.
func (d *Desktop) Settled() error {
	var last string
	return Eventually("the screen to settle", func() bool {
		time.Sleep(300 * time.Millisecond)
		now, err := d.hands().pixels()
		same := err == nil && Differing(last, now) <= cursorPixels
		last = now
		return same
	})
}

// Differing is how many pixels of two pictures differ, of three bytes each; all of them if the pictures are of different sizes.
func Differing(a, b string) (n int) {
	if len(a) != len(b) {
		return max(len(a), len(b))
	}
	for i := 0; i+3 <= len(a); i += 3 {
		if a[i:i+3] != b[i:i+3] {
			n++
		}
	}
	return n
}

// SettledFor waits until the screen has shown the same for so long, but for a cursor: a question takes no key that comes with it.
func (d *Desktop) SettledFor(pause time.Duration) error {
	var last string
	since := time.Now()
	return Eventually("the screen to stay as it is", func() bool {
		time.Sleep(100 * time.Millisecond)
		now, err := d.hands().pixels()
		if err != nil || Differing(last, now) > cursorPixels {
			last, since = now, time.Now()
		}
		return time.Since(since) >= pause
	})
}
