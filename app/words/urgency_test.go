package words

import (
	"slices"
	"testing"
	"time"

	"freshkey/app/api"
	"freshkey/oauth"
	"freshkey/oauth/keeper"
)

// The list's first line is what a person looks at: what works no more stood below what works, and what works for 19 minutes above what works for 5.
func TestWhatIsMostUrgentComesFirst(t *testing.T) {
	want := []*api.Account{
		{Name: "locked, expired", State: keeper.StateLocked, ExpiresAt: noon.Add(-time.Minute)},
		{Name: "refused, works for 5 min", State: keeper.StateSignIn, ExpiresAt: noon.Add(5 * time.Minute)},
		{Name: "refused, works for 19 min", State: keeper.StateMisconfigured, ExpiresAt: noon.Add(19 * time.Minute)},
		{Name: "server down, expired", State: keeper.StateWaiting, Reason: oauth.ReasonServer, ExpiresAt: noon.Add(-time.Minute)},
		{Name: "uncertain, works for 5 min", State: keeper.StateUncertain, ExpiresAt: noon.Add(5 * time.Minute)},
		{Name: "locked, works for 19 min", State: keeper.StateLocked, ExpiresAt: noon.Add(19 * time.Minute)},
		{Name: "not read yet", State: keeper.StateWaiting, Reason: keeper.ReasonNotRead},
		{Name: "offline", State: keeper.StateOffline, ExpiresAt: noon.Add(time.Minute)},
		{Name: "being refreshed", State: keeper.StateRefreshing, ExpiresAt: noon.Add(time.Minute)},
		{Name: "works for 1 h", State: keeper.StateFresh, ExpiresAt: noon.Add(time.Hour)},
	}
	got := slices.Clone(want)
	slices.Reverse(got)
	slices.SortStableFunc(got, func(a, b *api.Account) int { return CompareUrgency(a, b, noon) })
	for n := range want {
		if got[n] != want[n] {
			t.Errorf("in place %d: %q, want %q", n+1, got[n].Name, want[n].Name)
		}
	}
}

// The list keeps these by name: tokens that are over, rather than by which has been dead for longer, and those that want nobody, whose rows would
// change places with each refresh, under the pointer.
func TestWhatIsAsUrgentKeepsItsPlace(t *testing.T) {
	for _, two := range [][2]api.Account{
		{{State: keeper.StateSignIn, ExpiresAt: noon.Add(-time.Hour)}, {State: keeper.StateSignIn}},
		{{State: keeper.StateFresh, ExpiresAt: noon.Add(2 * time.Hour)}, {State: keeper.StateHeld, ExpiresAt: noon.Add(time.Hour)}},
	} {
		if CompareUrgency(&two[0], &two[1], noon) != 0 || CompareUrgency(&two[1], &two[0], noon) != 0 {
			t.Errorf("%s and %s change places", two[0].State, two[1].State)
		}
	}
}
