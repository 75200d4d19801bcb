package main

import (
	"slices"
	"strings"
	"time"

	"freshkey/app/api"
	"freshkey/app/words"
	"freshkey/oauth"
	"freshkey/oauth/sandbox"
)

// doctorView is the page of checks.
type doctorView struct {
	Checks   []api.Check
	Checking bool
	Checked  string // when
}

func decideDoctor(w words.Catalog, m *model, now time.Time) doctorView {
	v := doctorView{Checks: m.checks, Checking: m.checking}
	if !m.checked.IsZero() {
		v.Checked = w.Text("doctor.checked", words.Args{At: w.Clock(m.checked, now)})
	}
	return v
}

// stageView is the rehearsal's page: on the rehearsal profile what can be made to happen, elsewhere the way there.
type stageView struct {
	Here      bool
	Scenarios []scenario
}

type scenario struct{ Name, Title, Text string }

func decideStage(w words.Catalog, m *model) stageView {
	v := stageView{Here: m.snapshot.Status.Profile == api.RehearsalProfile}
	if !v.Here {
		return v
	}
	for _, f := range []sandbox.Fault{
		sandbox.Unavailable, sandbox.Busy, sandbox.Drop, sandbox.Garbage, sandbox.Gateway, sandbox.Settings, sandbox.Dead, "heal",
	} {
		v.Scenarios = append(v.Scenarios, scenario{string(f), w.Text("scenario." + string(f)), w.Text("scenario." + string(f) + ".text")})
	}
	return v
}

// settingsView is the page of settings: what is chosen, out of what.
type settingsView struct {
	Settings  api.Settings
	Selects   []choice
	Checks    []toggle
	Announced bool // releases are, somewhere: they can be looked for
	Share     int
	ShareText string
	KeysText  string // what the keys do that copy, or what is wrong with them
	KeysBad   bool

	Permissions  []permission
	DoorText     string
	DoorKeys     []doorKey
	ProxyAddress string // of a proxy that is not the session's
	ProxyProblem string // what is wrong with one
	Providers    []oauth.Provider
	Problem      string
}

// choice is one of several values; Options are what people read, Values what is stored.
type choice struct {
	Name            string
	Options, Values []string
	Chosen          int
}

// permission is one line of what programs may have until the agent ends.
type permission struct{ Account, Text string }

// doorKey is one line of what tools may have that speak only HTTP.
type doorKey struct{ Name, Text string }

func decideDoor(w words.Catalog, m *model, now time.Time) (text string, keys []doorKey) {
	door := m.snapshot.Door
	text = w.Text("door.text", words.Args{Address: door.Address})
	if door.Problem != nil {
		text = describe(w, door.Problem)
	}
	for _, k := range door.Keys {
		var names []string
		for _, id := range k.Accounts {
			names = append(names, accountOf(m.snapshot.Accounts, id).Name)
		}
		args := words.Args{Name: k.Name, List: strings.Join(names, ", ")}
		if !k.UsedAt.IsZero() {
			args.At = w.Clock(k.UsedAt, now)
		}
		keys = append(keys, doorKey{k.Name, w.Text("door.line", args)})
	}
	return text, keys
}

type toggle struct {
	Name string
	On   bool
}

func decideSettings(w words.Catalog, m *model, now time.Time) settingsView {
	s := m.snapshot.Settings
	clearAfter := s.ClearClipboard
	if s.ClearAfter() == api.DefaultClearAfter { // however it is written
		clearAfter = ""
	}
	v := settingsView{
		Settings: s, Share: s.Share(), Providers: m.snapshot.Providers,
		ShareText: w.Text("settings.share.text", words.Args{Count: s.Share()}),
		Selects: []choice{
			chosen(w, "min_valid", s.MinValid, []string{"5m", "", "30m", "1h", "2h"}, w.Text("settings.5m"), w.Text("settings.15m"), w.Text("settings.30m"), w.Text("settings.1h"), w.Text("settings.2h")),
			chosen(w, "clear_clipboard", clearAfter, []string{"30s", "", "5m", "0"}, w.Text("settings.30s"), w.Text("settings.1m"), w.Text("settings.5m"), w.Text("settings.never")),
			chosen(w, "lock_after", s.Lock.After, []string{"5m", "15m", "1h", ""}, w.Text("settings.5m"), w.Text("settings.15m"), w.Text("settings.1h"), w.Text("settings.never")),
			chosen(w, "proxy", s.Proxy, []string{"", api.NoProxy}, w.Text("settings.proxy.session"), w.Text("settings.proxy.none")),
			chosen(w, "theme", s.Theme, append([]string{""}, api.Themes()...), w.Text("settings.system"), w.Text("settings.light"), w.Text("settings.dark")),
			chosen(w, "language", s.Language, append([]string{""}, api.Languages()...), w.Text("settings.system"), "English", "简体中文"),
		},
		Checks: []toggle{
			{"notices", !s.Quiet},
			{"start_at_login", s.StartAtLogin},
			{"start_hidden", s.StartHidden},
			{"lock_with_screen", s.Lock.WithScreen},
			{"lock_with_keychain", s.Lock.WithKeychain},
			{"lock_pauses", s.Lock.Pauses},
			{"check_releases", s.CheckReleases},
		},
		Announced: m.snapshot.Status.Releases,
	}
	for _, p := range m.snapshot.Permissions {
		v.Permissions = append(v.Permissions, permission{p.Account, accountOf(m.snapshot.Accounts, p.Account).Name + "  " + words.ProgramPath(p.Path)})
	}
	v.DoorText, v.DoorKeys = decideDoor(w, m, now)
	if s.Proxy != api.NoProxy {
		v.ProxyAddress = s.Proxy
	}
	v.tell(w, m.problem)
	return v
}

// tell has the page say what is wrong: beside the keys that copy, if it is them, or below all.
func (v *settingsView) tell(w words.Catalog, p *api.Problem) {
	v.KeysText = w.Text("settings.shortcut.text")
	switch {
	case p == nil:
	case p.Field == "proxy":
		v.ProxyProblem = describe(w, p)
	case p.Field == "shortcut" && offersKeys:
		v.KeysText, v.KeysBad = describe(w, p), true
	default:
		v.Problem = describe(w, p)
	}
}

// refused reports whether something was not stored: what was typed is left, else what is wrong would be gone with the word that it is.
func (v settingsView) refused() bool { return v.Problem != "" || v.KeysBad || v.ProxyProblem != "" }

// chosen makes a choice. A value from a hand-edited file is an option too.
func chosen(w words.Catalog, name, value string, values []string, options ...string) choice {
	c := choice{Name: name, Options: options, Values: values, Chosen: slices.Index(values, value)}
	if c.Chosen < 0 {
		option := value
		if d, err := api.ParseValidity(value); err == nil {
			option = w.Length(d)
		}
		c.Options, c.Values = append(c.Options, option), append(c.Values, value)
		c.Chosen = len(c.Values) - 1
	}
	return c
}
