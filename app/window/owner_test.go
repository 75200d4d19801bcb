package main

import (
	"testing"

	"freshkey/app/api"
)

// Two windows of one profile, or one that takes what a person has typed along, are what comes of a killed agent if nobody decides.
func TestWindowStaysUntilAnotherOneIsThere(t *testing.T) {
	const mine, version = 100, "1.0"
	asking := []*api.Account{{ID: "a"}, {ID: "b", Ask: true}}
	for name, c := range map[string]struct {
		now   api.Snapshot
		agent int
		typed bool
		want  succession
	}{
		"its own agent":                     {api.Snapshot{Status: api.Status{PID: mine, Version: version, Window: 7}}, mine, false, stays},
		"its own agent, of another version": {api.Snapshot{Status: api.Status{PID: mine, Version: "2.0"}, Accounts: asking}, mine, false, stays},
		"another agent":                     {api.Snapshot{Status: api.Status{PID: 200, Version: version}}, mine, false, stays},
		"one with a window":                 {api.Snapshot{Status: api.Status{PID: 200, Version: version, Window: 7}}, mine, false, closes},
		"one with a window, while typing":   {api.Snapshot{Status: api.Status{PID: 200, Version: version, Window: 7}}, mine, true, stays},
		"one of another version":            {api.Snapshot{Status: api.Status{PID: 200, Version: "2.0"}}, mine, false, replaced},
		"one of accounts that ask":          {api.Snapshot{Status: api.Status{PID: 200, Version: version}, Accounts: asking}, mine, false, replaced},
		"the first that is there":           {api.Snapshot{Status: api.Status{PID: 200, Version: version}}, 0, false, replaced},
	} {
		if got := successionOf(c.now, c.agent, version, c.typed); got != c.want {
			t.Errorf("%s: %d, want %d", name, got, c.want)
		}
	}
}
