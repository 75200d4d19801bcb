//go:build linux && wine

package testenv_test

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"

	"freshkey/app/testenv"
)

// showsOneWindow starts the window twice, the second time while it is minimised, and once more after its agent was killed.
func (w *windows) showsOneWindow() {
	w.t.Helper()
	start := func() string {
		_, err := w.Execute(installedIn+"freshkey-window.exe", "--profile", w.app.Profile)
		w.must(err)
		id, err := w.WaitWindow("Freshkey")
		w.must(err)
		return id
	}
	id := start()
	w.must(w.Settled())
	w.picture("window")
	_, err := w.Run("xdotool", "windowminimize", "--sync", id)
	w.must(err)
	start()
	w.kill()
	start()
	w.must(testenv.Eventually("one window", func() bool { return len(w.Processes("freshkey-window.exe", "--attached")) == 1 }))
	w.must(w.Settled())
	w.must(w.OpenTrayMenu())
	w.must(w.Settled())
	w.picture("tray")
	_, err = w.Run("xdotool", "mousemove", "900", "700", "click", "1")
	w.must(err)
	w.must(w.Settled())
}

// copiesFromTheTray clicks the token of the account that was copied from last, in a menu of ten accounts.
func (w *windows) copiesFromTheTray() {
	w.t.Helper()
	for n := range 8 {
		w.must(w.app.Add(fmt.Sprint("rig ", n+1)))
	}
	_, err := w.app.Freshkey("copy", "rig 8")
	w.must(err)
	token, err := w.app.Freshkey("token", "rig 8")
	w.must(err)
	_, err = w.RunInput("nothing", "sh", "-c", "xclip -selection clipboard >/dev/null 2>&1")
	w.must(err)
	w.must(w.OpenTrayMenu())
	_, err = w.Run("xdotool", "mousemove", "300", "600") // else the tooltip lies over the menu
	w.must(err)
	w.must(w.Settled())
	w.picture("tray-many")
	_, err = w.Run("xdotool", "mousemove", "1100", "61", "click", "1") // the second line; Wine's menus hear no keys here
	w.must(err)
	w.must(testenv.Eventually("the token in the clipboard", func() bool {
		got, err := w.Clipboard()
		return err == nil && got == strings.TrimSpace(token)
	}))
}

// copiesByKeys sets keys that copy, by the settings file, and presses them.
func (w *windows) copiesByKeys() {
	w.t.Helper()
	const keys = "Ctrl+Alt+K"
	file := w.Local("freshkey", "profiles", "test", "config.json")
	data, err := os.ReadFile(file)
	w.must(err)
	var config map[string]any
	w.must(json.Unmarshal(data, &config))
	config["settings"].(map[string]any)["shortcut"] = keys
	data, err = json.Marshal(config)
	w.must(err)
	w.must(os.WriteFile(file, data, 0o600))
	w.must(testenv.Eventually("the keys to be ours", func() bool {
		out, _ := w.app.Freshkey("doctor") // of the notices it says something else
		return strings.Contains(out, keys+" copies from")
	}))
	_, err = w.RunInput("nothing", "sh", "-c", "xclip -selection clipboard >/dev/null 2>&1")
	w.must(err)
	id, err := w.WaitWindow("Freshkey")
	w.must(err)
	w.must(w.Focus(id)) // Wine hears keys of its own windows alone
	w.must(w.Keys("ctrl+alt+k"))
	token, err := w.app.Freshkey("token", "rig 8")
	w.must(err)
	w.must(testenv.Eventually("the token in the clipboard", func() bool {
		got, err := w.Clipboard()
		return err == nil && got == strings.TrimSpace(token)
	}))
}
