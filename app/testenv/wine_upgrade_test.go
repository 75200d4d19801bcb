//go:build linux && wine

package testenv_test

import (
	"strings"

	"freshkey/app/testenv"
	"freshkey/oauth/keeper"
)

// upgrades installs over an agent that runs, and then over a window whose agent was killed. What ran runs on, and what the person has chosen
// stays: no start at login, and a PATH that is longer than an installer can hold.
func (w *windows) upgrades() {
	w.t.Helper()
	profile := w.app.Profile
	w.app.Profile = ""
	_, err := w.app.Freshkey("autostart", "off")
	w.must(err)
	_, err = w.app.Freshkey("quit")
	w.must(err)
	w.app.Profile = profile
	long := strings.Repeat(`C:\tools\number;`, 90)
	_, err = w.Execute("reg", "add", `HKCU\Environment`, "/v", "Path", "/t", "REG_EXPAND_SZ", "/d", long, "/f")
	w.must(err)
	w.install()
	w.must(testenv.Eventually("the agent to run again", func() bool { return len(w.agents()) == 1 }))
	w.waitState("work", keeper.StateFresh)
	_, err = w.app.Freshkey("refresh", "work")
	w.must(err)
	w.wantNothingLost("work")
	if run := w.registry(runKey); strings.Contains(run, "freshkey") {
		w.t.Errorf("an upgrade starts it at login again: %s", run)
	}
	if path := w.registry("Environment"); !strings.Contains(path, long) {
		w.t.Errorf("the PATH is no more what it was: %s", path)
	}
	_, err = w.Execute("reg", "add", `HKCU\Environment`, "/v", "Path", "/t", "REG_EXPAND_SZ", "/d", `C:\tools;`+strings.TrimSuffix(installedIn, `\`), "/f")
	w.must(err)
}
