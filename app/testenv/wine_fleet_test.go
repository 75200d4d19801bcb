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

// fleetPackage is the package for fleets of the variable's folder whose name has that word, as Windows spells its path.
func (w *windows) fleetPackage(variable, word string) string {
	w.t.Helper()
	found, _ := filepath.Glob(filepath.Join(os.Getenv(variable), "*"+word+"*.msi"))
	if len(found) != 1 {
		w.t.Fatalf("packages: %q", found)
	}
	return "Z:" + strings.ReplaceAll(found[0], "/", `\`)
}

func (w *windows) rollOut(installer string) {
	w.t.Helper()
	_, err := w.Execute("msiexec", "/i", installer, "/qn")
	w.must(err)
	w.app.Binary, err = w.Program(installedIn + "freshkey.exe")
	w.must(err)
}

// installations are the entries of Freshkey in Windows' settings. Wine's loader now and then fails an assertion of the C library's as it ends
// (dl-fini.c): who only asked asks again.
func (w *windows) installations() (all []string) {
	out, err := w.Execute("uninstaller", "--list")
	for tries := 1; tries < 3 && err != nil && strings.Contains(err.Error(), "dl-fini.c"); tries++ {
		out, err = w.Execute("uninstaller", "--list")
	}
	w.must(err)
	for line := range strings.Lines(out) {
		if strings.Contains(line, "Freshkey") {
			all = append(all, strings.TrimSpace(line))
		}
	}
	return all
}

// startsAtLogin has the agent of the default profile run, now and at login.
func (w *windows) startsAtLogin() {
	w.t.Helper()
	_, err := w.Execute(installedIn+"freshkey.exe", "autostart", "on")
	w.must(err)
}

// wantPath compares the folders in the person's PATH with what they should be. Wine leaves an empty one where it takes one away.
func (w *windows) wantPath(want ...string) {
	w.t.Helper()
	_, path, _ := strings.Cut(w.registry("Environment"), "Path")
	_, path, _ = strings.Cut(path, "SZ")
	path, _, _ = strings.Cut(strings.TrimSpace(path), "\r\n")
	if got := strings.FieldsFunc(path, func(r rune) bool { return r == ';' }); !slices.Equal(got, want) {
		w.t.Errorf("the PATH is %q, want %q", path, want)
	}
}

// A fleet's package comes and goes while people work: agents quit by themselves and run again, a version before a release does not stay beside
// it, and a long PATH is not cut.
func TestWindowsPackageForFleetsOverRunningAgents(t *testing.T) {
	w := openWindows(t)
	long := slices.Repeat([]string{`C:\tools\number`}, 90)
	_, err := w.Execute("reg", "add", `HKCU\Environment`, "/v", "Path", "/t", "REG_EXPAND_SZ", "/d", strings.Join(long, ";"), "/f")
	w.must(err)
	first := w.fleetPackage("FRESHKEY_INSTALLERS", "")
	w.rollOut(first)
	w.wantPath(append(long, installedIn)...)
	w.must(w.app.Add("work"))
	w.waitState("work", keeper.StateFresh)
	w.startsAtLogin()
	for _, version := range []string{"rc.1", "99.0.0-windows"} {
		w.rollsOutOver(w.fleetPackage("FRESHKEY_LATER", version))
		w.wantPath(append(long, installedIn)...)
	}
	running := w.agents()
	if out, err := w.Execute("msiexec", "/i", first, "/qn"); err == nil || !slices.Equal(w.agents(), running) || len(w.installations()) != 1 {
		t.Errorf("an older version over a newer one: %q %v", out, err)
	}
	w.startsAtLogin() // once more: Wine does not tell a removal that it is part of an upgrade
	_, err = w.Execute("msiexec", "/x", w.fleetPackage("FRESHKEY_LATER", "99.0.0-windows"), "/qn")
	w.must(err)
	w.wantGone()
	w.wantPath(long...)
	w.rollOut(first)
	w.findsAgain("work")
}

// An upgrade goes where an administrator has put the version before, and leaves all as it is while a script holds the program.
func TestWindowsPackageStaysWhereItWasPut(t *testing.T) {
	w := openWindows(t)
	_, err := w.Execute("msiexec", "/i", w.fleetPackage("FRESHKEY_INSTALLERS", ""), "/qn", `INSTALLDIR=C:\fleet`)
	w.must(err)
	w.app.Binary, err = w.Program(`C:\fleet\freshkey.exe`)
	w.must(err)
	w.must(w.app.Add("work"))
	later := w.fleetPackage("FRESHKEY_LATER", "99.0.0-windows")
	before := w.installations()
	w.must(w.Start(w.Command(w.app.Binary, "sandbox", "--listen", "127.0.0.1:0")))
	w.must(testenv.Eventually("a script", func() bool { return len(w.scripts()) == 1 }))
	if _, err := w.Execute("msiexec", "/i", later, "/qn"); err == nil || !slices.Equal(w.installations(), before) {
		t.Errorf("an upgrade of a program that is held: %v, installed %q, before %q", err, w.installations(), before)
	}
	w.waitState("work", keeper.StateFresh)
	w.must(syscall.Kill(w.scripts()[0], syscall.SIGKILL))
	_, err = w.Execute("msiexec", "/i", later, "/qn")
	w.must(err)
	w.findsAgain("work")
	w.wantPath(`C:\fleet\`)
	if _, err := os.Stat(w.Local("Programs", "Freshkey")); err == nil {
		t.Error("there is a second folder")
	}
}

// scripts are those that run a sandbox of Windows' program.
func (w *windows) scripts() []int { return w.Processes(`\freshkey.exe`, "sandbox") }

// rollsOutOver upgrades two agents that run.
func (w *windows) rollsOutOver(installer string) {
	w.t.Helper()
	before := w.agents()
	if len(before) != 2 {
		w.t.Fatalf("agents: %v", before)
	}
	w.rollOut(installer)
	w.must(testenv.Eventually("both agents to run again", func() bool { return len(w.agents()) == 2 }))
	if slices.ContainsFunc(w.agents(), func(pid int) bool { return slices.Contains(before, pid) }) {
		w.t.Errorf("agents of the version before run on: %v, now %v", before, w.agents())
	}
	w.waitState("work", keeper.StateFresh)
	w.wantNothingLost("work")
	if all := w.installations(); len(all) != 1 {
		w.t.Errorf("installed: %q", all)
	}
}

// wantGone looks for what a removal that keeps the accounts leaves.
func (w *windows) wantGone() {
	w.t.Helper()
	if left := w.agents(); len(left) != 0 {
		w.t.Errorf("agents run on: %v", left)
	}
	if _, err := os.Stat(w.Local("Programs", "Freshkey", "freshkey.exe")); err == nil {
		w.t.Error("the program is left behind")
	}
	if run := w.registry(runKey); strings.Contains(run, "freshkey") {
		w.t.Errorf("still started at login: %s", run)
	}
	if all := w.installations(); len(all) != 0 {
		w.t.Errorf("installed: %q", all)
	}
}

// findsAgain wants an account of an installation before, and refreshes it.
func (w *windows) findsAgain(name string) {
	w.t.Helper()
	w.waitState(name, keeper.StateFresh)
	before, err := w.app.Account(name)
	w.must(err)
	_, err = w.app.Freshkey("refresh", name)
	w.must(err)
	w.wantNothingLost(name)
	if after, err := w.app.Account(name); err != nil || after.Generation <= before.Generation {
		w.t.Errorf("generation %d after %d, %v", after.Generation, before.Generation, err)
	}
}
