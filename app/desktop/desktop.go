// Package desktop is the desktop's services behind small functions, one file a system: clipboard, notices, tray host.
//
// Every function ends in time and says honestly whether it worked. Safe for any goroutine.
package desktop

import (
	"context"
	"errors"
	"net/url"
	"time"
)

// callTimeout ends each call to a desktop service that may hang.
const callTimeout = 5 * time.Second

// ErrNoClipboard is a desktop whose clipboard cannot be reached from here; the text says what is missing.
var ErrNoClipboard = errors.New("the clipboard cannot be reached")

// ErrNoChoices is a desktop whose notices cannot be answered.
var ErrNoChoices = errors.New("notices have no buttons here")

// Opened is a click on a notice with choices that is none of them.
const Opened = -1

// Desktop is the session this process lives in. Open one, Close it at the end.
type Desktop struct {
	Profile string // said in each notice's title; "" for none. It is set before the first

	clipboard clipboard
	notices   notices
	host      trayHost
	power     power
	proxies   proxies
	session   session
	screen    screen
	shortcuts shortcuts
}

// The parts, each with one implementation a system.
type (
	clipboard interface {
		// Copy puts text into the clipboard, marked as a secret where the system knows such a mark. A nil error means
		// that it was verified to be there.
		Copy(ctx context.Context, text string) error
		// Marks reports whether what is copied is marked as a secret here. ErrNoClipboard where nothing can be copied.
		Marks(ctx context.Context) (bool, error)
		// Holds reports whether what was copied here lies there still, as far as is known without asking.
		Holds() bool
		// Clear empties the clipboard if what was copied here still lies there; else it does nothing.
		Clear(ctx context.Context) error
		Close()
	}
	notices interface {
		// Show raises n; onClick is called when it is clicked, where the system tells.
		Show(ctx context.Context, n Notice, onClick func()) error
		// Ask raises n with choices, and calls chosen with the number of the one that is clicked, or with Opened for a click beside them, if n has
		// words for that. ErrNoChoices where notices have none.
		Ask(ctx context.Context, n Notice, choices []string, chosen func(n int)) error
		// Clear takes a notice back, and reports whether no person had put it away; clearing what is not there does nothing.
		Clear(ctx context.Context, key string) (stood bool, err error)
		// Watch calls came when somebody is there who shows notices, and when another one has come, until ctx ends.
		Watch(ctx context.Context, came func())
		// Server names who shows notices, for the doctor.
		Server(ctx context.Context) (string, error)
		HasChoices() bool // as far as Server has found out
		// Keep has a file say what is on the screen, and returns the keys of what it said before: that is taken back once somebody is watched who
		// shows notices.
		Keep(path string) (stood []string)
		// Close takes away what shall not stay, and returns the keys of what no person had put away of that.
		Close() (stood []string)
	}
	trayHost interface {
		// Present reports whether anything would show a tray icon now.
		Present(ctx context.Context) bool
		// Watch calls changed with each change until ctx ends.
		Watch(ctx context.Context, changed func(present bool))
		// Usable reports whether a tray icon can be offered at all, host or not.
		Usable() bool
		// Await waits until an icon can be offered, where that needs the host to be there already.
		Await(ctx context.Context)
		Close()
	}
	screen interface {
		// Watch calls changed when the screen was locked or unlocked, until ctx ends.
		Watch(ctx context.Context, changed func(locked bool))
	}
	shortcuts interface {
		// Hold has a combination of keys work whatever program has the keyboard, until ctx ends or it cannot. said is told of each press,
		// and of what becomes of it.
		Hold(ctx context.Context, s Shortcut, said func(ShortcutNews))
		// Offer is what comes of asking for one: ShortcutOffered, ShortcutMissing, ShortcutUnsupported or ShortcutUnknown. It asks no person.
		Offer(ctx context.Context) ShortcutState
	}
	session interface {
		// AwaitEnd returns why the session is over, once it is; "" when ctx ends.
		AwaitEnd(ctx context.Context) (why string)
		// Kind is what kind of session it is.
		Kind() SessionKind
	}
	proxies interface {
		// For is the proxy that the session has for a scheme and host; nil for none.
		For(to *url.URL) (*url.URL, error)
	}
	power interface {
		// Watch calls slept when the machine is about to sleep and when it woke, and online when the network comes up,
		// until ctx ends.
		Watch(ctx context.Context, slept, online func())
		// Sources names who tells Watch of sleep and of the network now.
		Sources() (sleep, network string)
		// Inhibit keeps the machine awake until what it returns is called, where the system lets it.
		Inhibit(ctx context.Context, why string) (release func())
		Close()
	}
)

// Copy puts text into the clipboard. nil means it is there, verified.
func (d *Desktop) Copy(ctx context.Context, text string) error {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	return d.clipboard.Copy(ctx, text)
}

// MarksSecrets reports whether what is copied is marked as a secret here, so that clipboard managers do not keep it. ErrNoClipboard where
// nothing can be copied.
func (d *Desktop) MarksSecrets(ctx context.Context) (bool, error) {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	return d.clipboard.Marks(ctx)
}

// HoldsCopy reports whether what was copied here lies in the clipboard still, as far as is known without asking.
func (d *Desktop) HoldsCopy() bool { return d.clipboard.Holds() }

// ClearClipboard empties the clipboard if what was copied here still lies there; else it does nothing.
func (d *Desktop) ClearClipboard(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	return d.clipboard.Clear(ctx)
}

// TrayHost reports whether anything here would show a tray icon now.
func (d *Desktop) TrayHost(ctx context.Context) bool {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	return d.host.Present(ctx)
}

// TrayUsable reports whether a tray icon can be offered at all, whoever may come to show it.
func (d *Desktop) TrayUsable() bool { return d.host.Usable() }

// AwaitTaskBar waits until a tray icon can be offered: at once, but on Windows, where a login may start programs before the task bar.
func (d *Desktop) AwaitTaskBar(ctx context.Context) { d.host.Await(ctx) }

// WatchTrayHost calls changed when a host comes or goes, until ctx ends.
func (d *Desktop) WatchTrayHost(ctx context.Context, changed func(present bool)) {
	d.host.Watch(ctx, changed)
}

// WatchPower calls slept when the machine is about to sleep and when it woke, and online when the network comes up, until
// ctx ends. A system that does not tell calls neither.
func (d *Desktop) WatchPower(ctx context.Context, slept, online func()) {
	d.power.Watch(ctx, slept, online)
}

// Inhibit keeps the machine awake until what it returns is called, where the system lets it. It never takes more than a
// second.
func (d *Desktop) Inhibit(ctx context.Context, why string) (release func()) {
	return d.power.Inhibit(ctx, why)
}

// Proxy is the proxy that the session has for requests to a scheme and host; nil for none.
func (d *Desktop) Proxy(to *url.URL) (*url.URL, error) { return d.proxies.For(to) }

// WatchScreen calls changed when the screen was locked or unlocked, until ctx ends. A system that does not tell never calls it.
func (d *Desktop) WatchScreen(ctx context.Context, changed func(locked bool)) {
	d.screen.Watch(ctx, changed)
}

// HoldShortcut has a combination of keys work whatever program has the keyboard, until ctx ends or it cannot; then it returns. said is told
// of each press, and of what becomes of it.
func (d *Desktop) HoldShortcut(ctx context.Context, s Shortcut, said func(ShortcutNews)) {
	d.shortcuts.Hold(ctx, s, said)
}

// ShortcutOffer is what comes of asking for a shortcut here: ShortcutOffered, ShortcutMissing, ShortcutUnsupported or ShortcutUnknown. It asks no
// person.
func (d *Desktop) ShortcutOffer(ctx context.Context) ShortcutState {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	return d.shortcuts.Offer(ctx)
}

// AwaitSessionEnd returns why the session is over, once it is; "" when ctx ends. Who lives on in it serves nobody.
func (d *Desktop) AwaitSessionEnd(ctx context.Context) (why string) { return d.session.AwaitEnd(ctx) }

// Close lets go of the session. What was copied may go with it. It returns the keys of the notices that were taken away and that no person had put
// away.
func (d *Desktop) Close() (stood []string) {
	d.clipboard.Close()
	stood = d.notices.Close()
	d.power.Close()
	d.host.Close()
	return stood
}
