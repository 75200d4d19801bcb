package desktop

import (
	"bufio"
	"context"
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
type portalShortcuts struct{ bus *bus }

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

func (portalShortcuts) Hold(ctx context.Context, s Shortcut, said func(ShortcutNews)) {
	refused := func(err error) { said(ShortcutNews{ShortcutRefused, err.Error()}) }
	cmd := exec.CommandContext(ctx, s.Helper[0], append(s.Helper[1:len(s.Helper):len(s.Helper)], s.Keys.trigger(), s.Does)...)
	life, err := cmd.StdinPipe()
	if err != nil {
		refused(err)
		return
	}
	cmd.Env = slices.DeleteFunc(os.Environ(), func(line string) bool {
		name, _, _ := strings.Cut(line, "=")
		return !slices.Contains(helperVariables, name)
	})
	cmd.Cancel, cmd.WaitDelay = life.Close, helperPatience
	lines, err := cmd.StdoutPipe()
	if err != nil {
		refused(err)
		return
	}
	if err := cmd.Start(); err != nil {
		refused(err)
		return
	}
	var last ShortcutState
	readShortcutNews(lines, func(n ShortcutNews) {
		if ctx.Err() == nil { // else nobody wants it any more
			last = n.State
			said(n)
		}
	})
	_ = life.Close()
	err = cmd.Wait()
	switch last {
	case ShortcutMissing, ShortcutCancelled, ShortcutRefused: // it has said why
	default:
		if err != nil && ctx.Err() == nil {
			refused(err)
		}
	}
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
