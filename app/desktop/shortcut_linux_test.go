package desktop_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/godbus/dbus/v5"

	"freshkey/app/desktop"
	"freshkey/app/testenv"
)

// portalProperties answers whoever reads a property of the portal.
type portalProperties struct{ failure string }

// Get has version 1 of everything, or says no.
func (p portalProperties) Get(string, string) (dbus.Variant, *dbus.Error) {
	if p.failure != "" {
		return dbus.Variant{}, dbus.NewError("org.freedesktop.DBus.Error."+p.failure, []any{"no"})
	}
	return dbus.MakeVariant(uint32(1)), nil
}

// holding has a script hold keys, in the place of the helper, and returns what is said of it. In the script, $0.runs counts its runs.
func holding(t *testing.T, pause time.Duration, script string) (news <-chan desktop.ShortcutNews, runs func() int, end func()) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "helper")
	if err := os.WriteFile(path, []byte("#!/bin/sh\necho >>\"$0.runs\"\n"+script), 0o700); err != nil {
		t.Fatal(err)
	}
	said := make(chan desktop.ShortcutNews, 100)
	d := desktop.OpenWithHelperPause(pause)
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		defer close(said)
		d.HoldShortcut(ctx, desktop.Shortcut{Keys: desktop.Keys{Ctrl: true, Key: "C"}, Helper: []string{path}}, func(n desktop.ShortcutNews) { said <- n })
	}()
	t.Cleanup(func() {
		cancel()
		for range said { // until it has let go
		}
		d.Close()
	})
	return said, func() int {
		data, _ := os.ReadFile(path + ".runs")
		return len(data)
	}, cancel
}

func wantNews(t *testing.T, news <-chan desktop.ShortcutNews, want ...desktop.ShortcutState) {
	t.Helper()
	for n, state := range want {
		if got := <-news; got.State != state {
			t.Fatalf("the news %d: %+v, want %s", n+1, got, state)
		}
	}
}

// Somebody may have killed it, or the system for want of memory: until the next login the keys would do nothing.
func TestHelperThatIsKilledIsFollowedByAnother(t *testing.T) {
	news, runs, _ := holding(t, time.Millisecond, `
echo bound Ctrl+C
read runs <"$0.again" && echo cancelled && exit
echo yes >"$0.again"
kill -9 $$
`)
	wantNews(t, news, desktop.ShortcutBound, desktop.ShortcutEnded, desktop.ShortcutBound, desktop.ShortcutCancelled, "")
	if n := runs(); n != 2 {
		t.Errorf("%d helpers", n)
	}
}

func TestHelperThatNeverHasTheKeysIsGivenUp(t *testing.T) {
	for name, script := range map[string]string{"killed": "kill -9 $$", "without a word": "exit 0", "failed": "echo away; exit 3"} {
		t.Run(name, func(t *testing.T) {
			news, runs, _ := holding(t, time.Millisecond, script)
			var ended, refused int
			for n := range news {
				switch n.State {
				case desktop.ShortcutEnded:
					ended++
				case desktop.ShortcutRefused:
					refused++
				}
				if n.State != desktop.ShortcutAway && n.Detail == "" {
					t.Errorf("%s, and the log does not say why", n.State)
				}
			}
			if runs() != 5 || ended != 4 || refused != 1 {
				t.Errorf("%d helpers; %d times it ended, %d times refused", runs(), ended, refused)
			}
		})
	}
}

func TestKeysThatNobodyWantsAnyMoreAreNotWaitedFor(t *testing.T) {
	news, runs, end := holding(t, time.Hour, "kill -9 $$")
	wantNews(t, news, desktop.ShortcutEnded)
	end()
	wantNews(t, news, "")
	if n := runs(); n != 1 {
		t.Errorf("%d helpers", n)
	}
}

func TestWhatTheDesktopOffersIsKnownBeforeItIsAskedForKeys(t *testing.T) {
	dir := testenv.Folder(t)
	s, err := testenv.NewBareSession(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	t.Setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path="+filepath.Join(dir, "run", "bus"))
	d := desktop.Open()
	defer d.Close()
	if got := d.ShortcutOffer(t.Context()); got != desktop.ShortcutMissing {
		t.Errorf("without a portal: %s", got)
	}
	conn, err := dbus.Connect(os.Getenv("DBUS_SESSION_BUS_ADDRESS"))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if reply, err := conn.RequestName("org.freedesktop.portal.Desktop", 0); err != nil || reply != dbus.RequestNameReplyPrimaryOwner {
		t.Fatalf("%v %v", reply, err)
	}
	for _, c := range []struct {
		failure string
		want    desktop.ShortcutState
	}{
		{"", desktop.ShortcutOffered},
		{"InvalidArgs", desktop.ShortcutMissing}, // as GLib says of an interface that is not there
		{"UnknownMethod", desktop.ShortcutMissing},
		{"UnknownInterface", desktop.ShortcutMissing},
		{"AccessDenied", desktop.ShortcutUnknown},
	} {
		if err := conn.Export(portalProperties{c.failure}, "/org/freedesktop/portal/desktop", "org.freedesktop.DBus.Properties"); err != nil {
			t.Fatal(err)
		}
		if got := d.ShortcutOffer(t.Context()); got != c.want {
			t.Errorf("a portal that answers %q: %s, want %s", c.failure, got, c.want)
		}
	}
	t.Setenv("DBUS_SESSION_BUS_ADDRESS", "")
	t.Setenv("XDG_RUNTIME_DIR", t.TempDir())
	alone := desktop.Open()
	defer alone.Close()
	if got := alone.ShortcutOffer(t.Context()); got != desktop.ShortcutMissing {
		t.Errorf("without a session: %s", got)
	}
}
