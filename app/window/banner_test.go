package main

import (
	"testing"

	"fyne.io/fyne/v2"

	"freshkey/app/api"
	"freshkey/app/words"
)

// After an upgrade the agent of the old version still runs; or none does.
func TestBannerOffersWhatBringsTheAgentBack(t *testing.T) {
	w := words.New()
	running := api.Snapshot{Status: api.Status{Version: "1.0"}}
	locked, aside := running, running
	locked.Status.Locked, aside.Status.SettingsAside = true, "/there"
	for name, c := range map[string]struct {
		m             model
		banner, offer string
	}{
		"all is well":                {model{online: true, version: "1.0", snapshot: running}, "", ""},
		"another version":            {model{online: true, version: "1.1", snapshot: running}, w.Text("window.versions", words.Args{Version: "1.1", AgentVersion: "1.0"}), w.Text("window.restart")},
		"locked":                     {model{online: true, version: "1.0", snapshot: locked}, w.Text("window.locked"), w.Text("tray.unlock_now")},
		"settings set aside":         {model{online: true, version: "1.0", snapshot: aside}, describe(w, w.SettingsAside("/there")), ""},
		"locked, and another window": {model{online: true, version: "1.0", snapshot: locked, other: true}, w.Text("window.locked"), w.Text("tray.unlock_now")},
		"another window":             {model{online: true, version: "1.0", snapshot: running, other: true}, w.Text("window.other"), ""},
		"gone":                       {model{version: "1.0", snapshot: running}, w.Text("window.lost"), w.Text("window.start")},
		"gone, and starting":         {model{starting: true}, w.Text("window.loading"), ""},
		"it could not be begun":      {model{notStarted: w.NoProgram()}, describe(w, w.NoProgram()), w.Text("window.start")},
	} {
		if banner, offer, unlocks := decideBanner(w, &c.m); banner != c.banner || offer != c.offer || unlocks != (c.banner == w.Text("window.locked")) {
			t.Errorf("%s: %q %q %v", name, banner, offer, unlocks)
		}
	}
}

// Who reads "No accounts yet" where the settings could not be read takes all for lost.
func TestAccountsThatAreNotKnownAreNotMissing(t *testing.T) {
	w := words.New()
	for aside, want := range map[string]string{"": w.Text("window.empty"), "/there": w.Text("window.unknown")} {
		m := &model{known: true, online: true, snapshot: api.Snapshot{Status: api.Status{SettingsAside: aside}}}
		if v := decide(w, m, noon); v.Page != "empty" || v.Empty != want {
			t.Errorf("set aside as %q: page %q says %q", aside, v.Page, v.Empty)
		}
	}
}

// An empty band stayed below the list after it had said that all was locked.
func TestTheBannersRoomIsGivenBack(t *testing.T) {
	w, _, _ := keyboard(t, pageAccounts)
	w.fyne.Resize(fyne.NewSize(940, 640))
	height := func() float32 { return w.widgets.left.Size().Height }
	before := height()
	w.change(func(m *model) { m.snapshot.Status.Locked = true })
	if w.fyne.Content().Refresh(); !w.widgets.strip.Visible() || height() >= before {
		t.Errorf("the list is %v high beside the banner, and was %v", height(), before)
	}
	w.change(func(m *model) { m.snapshot.Status.Locked = false })
	if height() != before {
		t.Errorf("the list is %v high, and was %v", height(), before)
	}
}
