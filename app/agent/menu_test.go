package agent

import (
	"slices"
	"strings"
	"testing"
	"time"

	"freshkey/app/api"
	"freshkey/app/words"
	"freshkey/oauth/keeper"
)

// A hold outlasts a provider that is down for a moment, and its owner may end it then too.
func TestTrayEndsAHoldWhateverElseIsWrong(t *testing.T) {
	for _, state := range []keeper.State{keeper.StateHeld, keeper.StateWaiting, keeper.StateOffline} {
		a := account("a", state, time.Hour)
		a.HeldUntil = noon.Add(30 * time.Minute)
		ids := func(now time.Time) (all []string) {
			for _, r := range accountRows(words.New("en"), *a, now, true) {
				all = append(all, r.ID)
			}
			return all
		}
		if held := ids(noon); !slices.Contains(held, "id-a release") || slices.Contains(held, "id-a refresh") {
			t.Errorf("%s, held: %q", state, held)
		}
		if later := ids(noon.Add(40 * time.Minute)); state != keeper.StateHeld && !slices.Contains(later, "id-a refresh") {
			t.Errorf("%s, no longer held: %q", state, later)
		}
	}
}

// A panel reads what icon and tooltip are, and then begins to listen; what changes in between it would show only with the next change.
func TestPanelThatComesIsToldOnceMore(t *testing.T) {
	var o onceMore
	for _, step := range []struct {
		there bool
		after time.Duration
		want  bool
	}{{false, 0, false}, {true, time.Second, false}, {true, 2 * time.Second, false}, {true, 4 * time.Second, true}, {true, time.Hour, false}, {false, 2 * time.Hour, false}, {true, 3 * time.Hour, false}, {true, 4 * time.Hour, true}} {
		if got := o.due(step.there, noon.Add(step.after)); got != step.want {
			t.Errorf("%v later: %v", step.after, got)
		}
	}
}

// The tray said "No accounts yet" where the settings could not be read.
func TestTrayDoesNotSayThatThereIsNoAccountWhereNoneIsKnown(t *testing.T) {
	w := words.New()
	for unknown, want := range map[bool]string{false: w.Text("tray.none"), true: w.Text("tray.unknown")} {
		v := decideTray(w, nil, "", standing{unknown: unknown}, noon)
		if v.Rows[0].Label != want || (v.Icon == "problem") != unknown || (v.Tooltip == want) != unknown {
			t.Errorf("unknown %v: %q, icon %s, %q", unknown, v.Rows[0].Label, v.Icon, v.Tooltip)
		}
	}
}

// The icons of two profiles look alike, and "Quit Freshkey" of either ends another agent.
func TestMenuSaysWhoseItIs(t *testing.T) {
	for profile, want := range map[string]int{"": 0, "qa": 1} {
		said := 0
		for _, r := range decideTray(words.New("en"), nil, "", standing{profile: profile}, noon).Rows {
			if r.Label == "Profile qa" && !r.Enabled {
				said++
			}
		}
		if said != want {
			t.Errorf("of profile %q it says so %d times", profile, said)
		}
	}
}

// Where notices are held back nothing said that a program waited, and after a minute it was refused.
func TestMenuLeadsToWhatIsAsked(t *testing.T) {
	all := []*api.Account{account("a", keeper.StateFresh, time.Hour)}
	v := decideTray(words.New("en"), all, "", standing{asked: 2}, noon)
	if r := v.Rows[0]; r.ID != "asked" || !r.Enabled || r.Label != "2 programs wait for your answer…" || v.Icon != "attention" || !strings.HasPrefix(v.Tooltip, r.Label) {
		t.Errorf("it begins with %+v; icon %s, %q", r, v.Icon, v.Tooltip)
	}
	if v := decideTray(words.New("en"), all, "", standing{}, noon); v.Rows[0].ID == "asked" || v.Icon == "attention" {
		t.Errorf("nothing is asked, and it begins with %+v", v.Rows[0])
	}
}
