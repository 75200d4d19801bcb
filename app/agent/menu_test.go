package agent

import (
	"slices"
	"testing"
	"time"

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
