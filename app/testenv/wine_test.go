//go:build linux && wine

package testenv_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"freshkey/app/testenv"
	"freshkey/oauth/keeper"
)

// windows is a scene on a stand-in for Windows. Its agent is reached by commands alone: pipes do not leave it.
type windows struct {
	*scene
	*testenv.Wine
	setup string // the installer
}

// openWindows wants, in the environment, where the installers lie, and the DLL that Wine lacks with another program for the tests.
func openWindows(t *testing.T) *windows {
	t.Helper()
	s := open(t, true)
	wine, err := s.NewWine(filepath.Join(os.Getenv("FRESHKEY_WINE_TOOLS"), "bcryptprimitives.dll"))
	s.must(err)
	t.Cleanup(wine.Close)
	found, err := filepath.Glob(filepath.Join(os.Getenv("FRESHKEY_INSTALLERS"), "*-setup.exe"))
	if err != nil || len(found) != 1 {
		t.Fatalf("installers: %q %v", found, err)
	}
	return &windows{s, wine, found[0]}
}

const installedIn = `C:\users\root\AppData\Local\Programs\Freshkey\`

func (w *windows) install(args ...string) {
	w.t.Helper()
	_, err := w.Execute(w.setup, append([]string{"/S"}, args...)...)
	w.must(err)
	w.app.Binary, err = w.Program(installedIn + "freshkey.exe")
	w.must(err)
}

// registry is what the person's part of the registry says at a key below it.
func (w *windows) registry(key string) string {
	out, _ := w.Execute("reg", "query", `HKCU\`+key)
	return out
}

const runKey = `Software\Microsoft\Windows\CurrentVersion\Run`

func (w *windows) agents() []int { return w.Processes("freshkey.exe", "--background") }

// kill ends the agent as a power cut does.
func (w *windows) kill() {
	w.t.Helper()
	for _, pid := range w.agents() {
		w.must(syscall.Kill(pid, syscall.SIGKILL))
	}
	w.must(testenv.Eventually("the agent to be gone", func() bool { return len(w.agents()) == 0 }))
}

// wantNothingLost compares the chain that is stored with the one that the provider takes.
func (w *windows) wantNothingLost(name string) {
	w.t.Helper()
	c, err := w.app.Counts()
	w.must(err)
	a, err := w.app.Account(name)
	w.must(err)
	if !slices.Contains(c.Live, a.Fingerprint) {
		w.t.Fatalf("chain lost: the provider takes %v, stored is %s (%s %s)", c.Live, a.Fingerprint, a.State, a.Reason)
	}
}

// Installed without a question, the program does its main job on Windows, and goes without a trace.
func TestWindowsFromSetupToUninstall(t *testing.T) {
	w := openWindows(t)
	w.install()
	if !strings.Contains(w.registry(runKey), "freshkey-window.exe") {
		t.Errorf("not started at login: %s", w.registry(runKey))
	}
	if path := w.registry("Environment"); !strings.Contains(path, `Programs\Freshkey`) {
		t.Errorf("not on the PATH: %s", path)
	}
	w.must(w.app.Add("work"))
	w.waitState("work", keeper.StateFresh)
	w.wantNothingLost("work")
	w.copies()
	w.exitCodes()
	w.obeysTheShell()
	w.staysOnThisMachine()
	w.admitsWhatFailed()
	w.refreshesInTime()
	w.keepsLongValues()
	w.refusesATakenPort()
	w.endsWhenClosed()
	w.survivesKills()
	w.showsOneWindow()
	w.copiesFromTheTray()
	w.copiesByKeys()
	w.upgrades()
	_, err := w.app.Freshkey("quit")
	w.must(err)
	w.must(testenv.Eventually("the agent to end", func() bool { return len(w.agents()) == 0 }))
	w.uninstalls()
}
