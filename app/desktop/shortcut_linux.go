package desktop

import (
	"bufio"
	"context"
	"errors"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"
	"time"
)

// helperPatience is how long a helper may take to end when its input has.
const helperPatience = 3 * time.Second

// helperVariables is what a helper needs of the environment: where the bus is, and the profile's folder. Others can read it there, and a
// session's proxy may have a password.
var helperVariables = []string{"DBUS_SESSION_BUS_ADDRESS", "XDG_RUNTIME_DIR", "XDG_CONFIG_HOME", "HOME"}

// portalShortcuts are those of the desktop's portal. It looks into /proc/PID/root of whoever asks it, to know a sandboxed program, and
// serves nobody where it cannot; into the agent nobody can look (program.Harden). So a helper asks in its place, a process that holds
// nothing: it writes a line for each news, and ends when its input does, which the end of the agent brings about in any case.
type portalShortcuts struct {
	bus   *bus
	pause time.Duration // see helperPause
}

// Offer reads which version of the shortcuts the portal has. A property is read by anybody, also by whom the portal cannot look into; one that
// is stricter says no, which says nothing of what it has.
func (p portalShortcuts) Offer(ctx context.Context) ShortcutState {
	conn, err := p.bus.get()
	if err != nil {
		return ShortcutMissing
	}
	err = conn.Object(portal, portalPath).CallWithContext(ctx, "org.freedesktop.DBus.Properties.Get", 0, portalShortcut, "version").Err
	switch {
	case err == nil:
		return ShortcutOffered
	case stateOf(err) == ShortcutMissing, isNamed(err, "InvalidArgs"): // as GLib says of an interface that an object lacks
		return ShortcutMissing
	}
	return ShortcutUnknown
}

func (p portalShortcuts) Hold(ctx context.Context, s Shortcut, said func(ShortcutNews)) {
	restarts := helperRestarts{first: p.pause}
	for {
		began := time.Now()
		bound, answered, err := runShortcutHelper(ctx, s, said)
		if answered || ctx.Err() != nil {
			return
		}
		if err == nil {
			err = errHelperEnded
		}
		pause, again := restarts.after(time.Since(began), bound)
		if !again {
			said(ShortcutNews{ShortcutRefused, err.Error()})
			return
		}
		said(ShortcutNews{ShortcutEnded, err.Error()})
		select {
		case <-ctx.Done():
			return
		case <-time.After(pause):
		}
	}
}

// runShortcutHelper runs a helper until its end, and reports whether it had the keys, and whether it ended because the portal or the person has
// answered for good.
func runShortcutHelper(ctx context.Context, s Shortcut, said func(ShortcutNews)) (bound, answered bool, err error) {
	cmd := exec.CommandContext(ctx, s.Helper[0], append(s.Helper[1:len(s.Helper):len(s.Helper)], s.Keys.trigger(), s.Does)...)
	life, err := cmd.StdinPipe()
	if err != nil {
		return false, false, err
	}
	cmd.Env = slices.DeleteFunc(os.Environ(), func(line string) bool {
		name, _, _ := strings.Cut(line, "=")
		return !slices.Contains(helperVariables, name)
	})
	cmd.Cancel, cmd.WaitDelay = life.Close, helperPatience
	lines, err := cmd.StdoutPipe()
	if err != nil {
		return false, false, err
	}
	if err := cmd.Start(); err != nil {
		return false, false, err
	}
	readShortcutNews(lines, func(n ShortcutNews) {
		if ctx.Err() != nil { // nobody wants it any more
			return
		}
		bound = bound || n.State == ShortcutBound
		switch n.State {
		case ShortcutMissing, ShortcutCancelled, ShortcutRefused:
			answered = true
		}
		said(n)
	})
	_ = life.Close()
	return bound, answered, cmd.Wait()
}

const (
	helperPause        = time.Second     // before a helper that has ended is followed by another one; then twice as long, and so on, …
	longestHelperPause = 5 * time.Minute // … up to this: each of them may have the desktop ask the person
	helperTries        = 5               // how many may end without having had the keys
)

var errHelperEnded = errors.New("it has ended without a word")

// helperRestarts is when a helper that has ended is followed by another one. Somebody may have killed it, or the system for want of memory.
type helperRestarts struct {
	first, last time.Duration
	failed      int // helpers in a row that never had the keys
}

// after is how long to wait after a helper that lived so long, and whether there shall be another one at all.
func (r *helperRestarts) after(lived time.Duration, bound bool) (pause time.Duration, again bool) {
	r.failed++
	if bound {
		r.failed = 0
	}
	if lived > longestHelperPause {
		r.last = 0
	}
	r.last = min(max(2*r.last, r.first), longestHelperPause)
	return r.last, r.failed < helperTries
}

// readShortcutNews reads what a helper writes, until its end.
func readShortcutNews(r io.Reader, said func(ShortcutNews)) {
	for lines := bufio.NewScanner(r); lines.Scan(); {
		state, detail, _ := strings.Cut(lines.Text(), " ")
		if n := (ShortcutNews{ShortcutState(state), detail}); n.State.known() {
			said(n)
		}
	}
}

// trigger is a combination as the portal takes it (specifications.freedesktop.org, "Shortcuts"): keys have the names of X's keysyms.
func (k Keys) trigger() string {
	key := k.Key
	if len(key) == 1 {
		key = strings.ToLower(key)
	}
	return k.joined("CTRL", "ALT", "SHIFT", "LOGO", key)
}
