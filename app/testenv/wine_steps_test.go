//go:build linux && wine

package testenv_test

import (
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"freshkey/app/api"
	"freshkey/app/testenv"
	"freshkey/oauth/keeper"
	"freshkey/oauth/sandbox"
)

func (w *windows) copies() {
	w.t.Helper()
	token, err := w.app.Freshkey("token", "work")
	w.must(err)
	_, err = w.app.Freshkey("copy", "work")
	w.must(err)
	w.must(testenv.Eventually("the token in the clipboard", func() bool {
		text, err := w.Clipboard()
		return err == nil && text == strings.TrimSpace(token)
	}))
	_, err = w.app.Freshkey("lock") // which takes the copy along
	w.must(err)
	w.must(testenv.Eventually("the clipboard to be emptied", func() bool {
		text, err := w.Clipboard()
		return err != nil || text == ""
	}))
	_, err = w.app.Freshkey("unlock")
	w.must(err)
}

// exitCodes looks at what scripts are written against.
func (w *windows) exitCodes() {
	w.t.Helper()
	for command, want := range map[string]int{"version": 0, "token nobody": 7, "token": 2, "list --json": 0, "autostart status": 0} {
		out, err := w.app.Freshkey(strings.Fields(command)...)
		if exitCode(err) != want || (want == 0 && out == "") {
			w.t.Errorf("%s: %d %q %v, want %d", command, exitCode(err), out, err, want)
		}
	}
}

// obeysTheShell looks at what a person at Windows' own prompt gets: the shell waits, sees the exit code, and takes what is printed.
func (w *windows) obeysTheShell() {
	w.t.Helper()
	script := filepath.Join(w.Dir, "shell.bat")
	text := "@echo off\r\n\"" + installedIn + "freshkey.exe\" --profile test token nobody\r\necho code %ERRORLEVEL%\r\n" +
		"\"" + installedIn + "freshkey.exe\" version | find \"freshkey\"\r\n"
	w.must(os.WriteFile(script, []byte(text), 0o600))
	out, err := w.Execute("cmd", "/c", "Z:"+strings.ReplaceAll(script, "/", `\`))
	if err != nil || !strings.Contains(out, "code 7") || !strings.Contains(out, "freshkey ") {
		w.t.Errorf("%v: %q", err, out)
	}
}

// staysOnThisMachine looks where settings and starts lie: a profile has its own of both.
func (w *windows) staysOnThisMachine() {
	w.t.Helper()
	if _, err := os.Stat(w.Local("freshkey", "profiles", "test", "config.json")); err != nil {
		w.t.Errorf("settings: %v", err)
	}
	_, err := w.app.Freshkey("autostart", "on")
	w.must(err)
	if run := w.registry(runKey); strings.Count(run, "freshkey-window.exe") != 2 || !strings.Contains(run, "--profile test") {
		w.t.Errorf("entries at login: %s", run)
	}
	_, err = w.app.Freshkey("autostart", "off")
	w.must(err)
	if run := w.registry(runKey); strings.Count(run, "freshkey-window.exe") != 1 {
		w.t.Errorf("entries at login: %s", run)
	}
}

// admitsWhatFailed has a notice raised, which Wine cannot show.
func (w *windows) admitsWhatFailed() {
	w.t.Helper()
	w.must(w.app.Add("dead"))
	w.must(w.app.Break(sandbox.Dead, 1))
	if _, err := w.app.Freshkey("refresh", "dead"); exitCode(err) != 3 {
		w.t.Errorf("a dead chain: %v", err)
	}
	w.must(testenv.Eventually("the doctor to tell of the notice", func() bool {
		out, err := w.app.Freshkey("doctor")
		return exitCode(err) == 1 && strings.Contains(out, "BAD  Notices") && !strings.Contains(out, "BAD  Tray") && !strings.Contains(out, "BAD  Keychain")
	}))
	_, err := w.app.Freshkey("remove", "dead", "--yes")
	w.must(err)
}

// refusesATakenPort signs in where another program sits.
func (w *windows) refusesATakenPort() {
	w.t.Helper()
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	w.must(err)
	defer taken.Close()
	_, err = w.app.Freshkey("edit", "long", "--redirect-uri", "http://"+taken.Addr().String()+"/callback")
	w.must(err)
	if out, err := w.app.Freshkey("login", "long", "--no-browser"); err == nil || !strings.Contains(err.Error()+out, taken.Addr().String()) {
		w.t.Errorf("a sign-in was begun at a port that is taken: %v %s", err, out)
	}
}

// endsWhenClosed has another program of the person's look at the agent, and close the tray's window, as a logoff does.
func (w *windows) endsWhenClosed() {
	w.t.Helper()
	out, err := w.Execute(filepath.Join(os.Getenv("FRESHKEY_WINE_TOOLS"), "stranger.exe"), "SystrayClass", "close")
	w.must(err)
	if strings.TrimSpace(out) != "theirs closed, mine open" {
		w.t.Errorf("the agent's memory: %s", out)
	}
	w.must(testenv.Eventually("the agent to end with its tray", func() bool { return len(w.agents()) == 0 }))
	w.waitState("work", keeper.StateFresh)
	w.wantNothingLost("work")
}

// survivesKills kills the agent when the provider has just answered: after that is stored, or at once. Only an answer that was not
// read yet is nobody's to keep, and then the account says so.
func (w *windows) survivesKills() {
	w.t.Helper()
	kept := 0
	for round := range 10 {
		before, err := w.app.Account("work")
		w.must(err)
		done := w.inBackground("refresh", "work")
		w.must(testenv.Eventually("the provider's answer", func() bool {
			c, err := w.app.Counts()
			return err == nil && !slices.Contains(c.Live, before.Fingerprint)
		}))
		if round%2 == 0 {
			<-done
		}
		w.kill()
		a, err := w.app.WaitAccount("work", "an end to what was begun", func(a api.Account) bool {
			return a.State == keeper.StateFresh || a.State == keeper.StateUncertain
		})
		w.must(err)
		if a.State == keeper.StateUncertain && round%2 == 1 {
			_, err := w.app.Freshkey("remove", "work", "--yes")
			w.must(err)
			w.must(w.app.Add("work"))
			w.waitState("work", keeper.StateFresh)
			continue
		}
		w.wantNothingLost("work")
		kept++
	}
	w.t.Logf("killed 10 times around an answer: %d chains kept, %d answers not read", kept, 10-kept)
}

// keepsLongValues adds an account whose tokens are longer than Windows' credentials may be, each 2,560 bytes.
func (w *windows) keepsLongValues() {
	w.t.Helper()
	token := strings.Repeat("long", 1500)
	answer := `{"client_id":"c","redirect_uri":"http://127.0.0.1:9/","client_secret":"s","access_token":"` + token + `","refresh_token":"` + strings.Repeat("R", 3000) + `","expires_in":259200,"mac_key":"k","mac_algorithm":"HmacSHA1","token_type":"mac"}`
	w.must(w.app.AddWith("long", answer))
	w.kill()
	if got, err := w.app.Freshkey("token", "long"); err != nil || strings.TrimSpace(got) != token {
		w.t.Errorf("after a kill: %d bytes, %v", len(got), err)
	}
}

// refreshesInTime has a provider whose tokens end soon.
func (w *windows) refreshesInTime() {
	w.t.Helper()
	usual := w.app.Base
	defer func() { w.app.Base = usual }()
	short := &testenv.App{Session: w.Session, Binary: binary}
	w.must(short.StartSandbox("20s"))
	w.app.Base = short.Base
	w.must(w.app.Add("short"))
	_, err := w.app.WaitAccount("short", "two refreshes in the background", func(a api.Account) bool { return a.Generation >= 3 })
	w.must(err)
	w.wantNothingLost("short")
	_, err = w.app.Freshkey("remove", "short", "--yes")
	w.must(err)
	w.must(short.StopSandbox())
}

func (w *windows) picture(name string) {
	if dir := os.Getenv("FRESHKEY_PICTURES"); dir != "" {
		w.must(w.Picture(filepath.Join(dir, "windows-"+name+".png")))
	}
}

func (w *windows) uninstalls() {
	w.t.Helper()
	if kept := w.registry(noticesKey); !strings.Contains(kept, "Freshkey") {
		w.t.Errorf("the notices wrote nothing that could be left behind: %s", kept)
	}
	_, err := w.Execute(installedIn+"uninstall.exe", "/S", "/FORGET=yes", "_?="+strings.TrimSuffix(installedIn, `\`))
	w.must(err)
	for _, left := range []string{w.Local("Programs", "Freshkey", "freshkey.exe"), w.Local("freshkey")} {
		if _, err := os.Stat(left); err == nil {
			w.t.Errorf("left behind: %s", left)
		}
	}
	if path := w.registry("Environment"); strings.Contains(path, "Freshkey") {
		w.t.Errorf("still on the PATH: %s", path)
	}
	if run := w.registry(runKey); strings.Contains(run, "freshkey") {
		w.t.Errorf("still started at login: %s", run)
	}
	if left := w.registry(noticesKey); strings.Contains(left, "Freshkey") {
		w.t.Errorf("left behind by the notices: %s", left)
	}
}

// noticesKey is where Windows is told whose notices those are.
const noticesKey = `Software\Classes\AppUserModelId`
