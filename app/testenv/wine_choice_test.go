//go:build linux && wine

package testenv_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"freshkey/oauth/keeper"
)

// settled installs, has an account, and returns the agents that run.
func (w *windows) settled() []int {
	w.t.Helper()
	w.install()
	w.must(w.app.Add("work"))
	w.waitState("work", keeper.StateFresh)
	return w.agents()
}

// wantUntouched looks at an installation after another one was refused.
func (w *windows) wantUntouched(what string, agents []int, err error, codes ...int) {
	w.t.Helper()
	if !slices.Contains(codes, exitCode(err)) {
		w.t.Errorf("%s: exit code %d, want one of %d", what, exitCode(err), codes)
	}
	if running := w.agents(); len(running) == 0 || !slices.Equal(running, agents) {
		w.t.Errorf("%s: agents %v, want %v", what, running, agents)
	}
	if all := w.installations(); len(all) != 1 {
		w.t.Errorf("%s: installed are %q", what, all)
	}
	if path := w.registry("Environment"); strings.Count(path, "Freshkey") != 1 {
		w.t.Errorf("%s: %s", what, path)
	}
}

// Two installations would fight over the start at login and the PATH, and a removal of one would take the other's.
func TestWindowsRefusesASecondInstallation(t *testing.T) {
	w := openWindows(t)
	installer := w.fleetPackage("FRESHKEY_INSTALLERS", "")
	elsewhere := filepath.Join(w.Dir, "wine", "drive_c", "elsewhere")
	agents := w.settled()
	_, err := w.Execute(w.setup, "/S", `/D=C:\elsewhere`)
	w.wantUntouched("setup into another folder", agents, err, 5)
	if _, err := os.Stat(elsewhere); err == nil {
		t.Error("there is a second folder")
	}
	_, err = w.Execute("msiexec", "/i", installer, "/qn")
	w.wantUntouched("package over setup", agents, err, 1603, 1603&0xff)
	w.removesQuietly()

	w.rollOut(installer)
	w.findsAgain("work")
	agents = w.agents()
	_, err = w.Execute(w.setup, "/S")
	w.wantUntouched("setup over package", agents, err, 4)
	_, err = w.Execute("msiexec", "/x", installer, "/qn")
	w.must(err)
	w.wantGone()
	w.install(`/D=C:\elsewhere`) // where nothing is left, the choice is free
	if _, err := os.Stat(filepath.Join(elsewhere, "freshkey.exe")); err != nil {
		t.Error(err)
	}
}

// Whoever removes the program to install it anew must not have to sign in to everything again.
func TestWindowsRemovalKeepsTheAccounts(t *testing.T) {
	w := openWindows(t)
	w.settled()
	w.removesQuietly()
	w.install()
	w.findsAgain("work")
}

// removesQuietly removes what the setup installed, without a word about the accounts.
func (w *windows) removesQuietly() {
	w.t.Helper()
	_, err := w.Execute(installedIn+"uninstall.exe", "/S", "_?="+strings.TrimSuffix(installedIn, `\`))
	w.must(err)
	w.wantGone()
	if path := w.registry("Environment"); strings.Contains(path, "Freshkey") {
		w.t.Errorf("still on the PATH: %s", path)
	}
}
