package main

import (
	"testing"

	"freshkey/app/api"
	"freshkey/app/words"
)

// After an upgrade the agent of the old version still runs; or none does.
func TestBannerOffersWhatBringsTheAgentBack(t *testing.T) {
	w := words.New()
	running := api.Snapshot{Status: api.Status{Version: "1.0"}}
	for name, c := range map[string]struct {
		m             model
		banner, offer string
	}{
		"all is well":           {model{online: true, version: "1.0", snapshot: running}, "", ""},
		"another version":       {model{online: true, version: "1.1", snapshot: running}, w.Text("window.versions", words.Args{Version: "1.1", AgentVersion: "1.0"}), w.Text("window.restart")},
		"gone":                  {model{version: "1.0", snapshot: running}, w.Text("window.lost"), w.Text("window.start")},
		"gone, and starting":    {model{starting: true}, w.Text("window.loading"), ""},
		"it could not be begun": {model{notStarted: w.NoProgram()}, describe(w, w.NoProgram()), w.Text("window.start")},
	} {
		if banner, offer := decideBanner(w, &c.m); banner != c.banner || offer != c.offer {
			t.Errorf("%s: %q %q", name, banner, offer)
		}
	}
}
