package main

import (
	"slices"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2/test"

	"freshkey/app/words"
	"freshkey/oauth"
	"freshkey/oauth/journal"
	"freshkey/oauth/keeper"
)

// The line is 100 hours long, and as wide: what is at an hour is at that place.
func TestLineageShowsWhatWorkedWhatFailedAndWhatIsPlanned(t *testing.T) {
	begun := noon.Add(-80 * time.Hour)
	at := func(hour int) time.Time { return begun.Add(time.Duration(hour) * time.Hour) }
	won := func(hour, generation int) keeper.Event {
		return keeper.Event{At: at(hour), Cause: journal.CauseScheduled, State: keeper.StateFresh, Generation: generation, Expires: at(hour + 30)}
	}
	events := []keeper.Event{
		won(0, 1), won(20, 2),
		{At: at(40), Cause: journal.CauseScheduled, State: keeper.StateWaiting, Reason: oauth.ReasonServer, Detail: "HTTP 503", Generation: 2},
		won(60, 3),
		{At: at(65), Cause: keeper.CauseHold, State: keeper.StateHeld, HeldUntil: at(95), Generation: 3},
		{At: at(75), Cause: keeper.CauseRelease, State: keeper.StateFresh, Generation: 3},
		{At: at(78), Cause: keeper.CauseHold, State: keeper.StateHeld, HeldUntil: at(90), Generation: 3},
	}
	a := account("a", keeper.StateHeld, 10*time.Hour)
	a.NextRefreshAt, a.HeldUntil = at(100), at(90)
	v := decideLineage(words.New("en"), events, *a, noon)
	for hour, want := range map[float32]string{
		0: "generation 1", 20: "generation 2", 40: "HTTP 503", 60: "generation 3", 100: "next refresh", // the points
		10: "", 30: "", 52: "no working token", // of the bands, one has an end
		69: "no refresh before", 84: "no refresh before", 76.5: "", 93: "", // the holds, the first of which was ended
	} {
		x := pointSize/2 + (1000-pointSize)*hour/100 // a point does not stand over the end of its line
		if says := v.Line.at(x, 1000); (want == "") != (says == "") || !strings.Contains(says, want) {
			t.Errorf("at hour %v: %q, want %q", hour, says, want)
		}
	}
	if v.Line.Now != 0.8 || v.Line.NowSays != "now" || !strings.HasPrefix(v.To, "next refresh") || len(v.Rows) != len(events) {
		t.Errorf("now at %v %q, up to %q, %d lines", v.Line.Now, v.Line.NowSays, v.To, len(v.Rows))
	}
}

func TestHoldsDoNotDriveGrantsOutOfThePicture(t *testing.T) {
	events := []keeper.Event{{At: noon.Add(-50 * time.Hour), State: keeper.StateFresh, Generation: 1, Expires: noon.Add(22 * time.Hour)}}
	for n := range 2 * drawnEvents {
		events = append(events, keeper.Event{At: noon.Add(time.Duration(n-200) * time.Minute), Cause: keeper.CauseHold, HeldUntil: noon.Add(time.Hour)})
	}
	v := decideLineage(words.New("en"), events, *account("a", keeper.StateHeld, 22*time.Hour), noon)
	if len(v.Line.Points) < 1 || !strings.Contains(v.Line.Points[0].Says, "generation 1") || len(v.Rows) != listedHolds+1 {
		t.Errorf("%d points, %d rows", len(v.Line.Points), len(v.Rows))
	}
}

func TestLineageOfWhatIsNotPlannedEndsNow(t *testing.T) {
	a := account("a", keeper.StateSignIn, -time.Hour)
	a.NextRefreshAt = time.Time{}
	v := decideLineage(words.New("en"), []keeper.Event{{At: noon.Add(-3 * time.Hour), State: keeper.StateFresh, Expires: noon.Add(-time.Hour)}}, *a, noon)
	if v.To != "now" || v.Line.NowSays != "" || v.Line.Now != 1 || !strings.Contains(v.Line.at(900, 1000), "no working token") {
		t.Errorf("%+v", v)
	}
}

// A token that lives for days, won anew every few minutes: all generations stood in one point before the next refresh.
func TestManyGenerationsInAnHourAreDrawnApart(t *testing.T) {
	a := *account("a", keeper.StateFresh, 72*time.Hour)
	a.NextRefreshAt = noon.Add(60 * time.Hour)
	var events []keeper.Event
	for n := range 25 {
		at := noon.Add(time.Duration(n-25) * 3 * time.Minute)
		events = append(events, keeper.Event{At: at, Cause: journal.CauseAsked, State: keeper.StateFresh, Generation: n + 1, Expires: at.Add(72 * time.Hour)})
	}
	v := decideLineage(words.New("en"), events, a, noon).Line
	if v.Now < 0.5 || v.Now > 0.9 {
		t.Errorf("now is at %.2f of the line", v.Now)
	}
	for n := 1; n < len(v.Points); n++ {
		if apart := v.Points[n].At - v.Points[n-1].At; apart < 0.015 {
			t.Errorf("points %d and %d are %.3f of the line apart", n-1, n, apart)
		}
	}
	a.NextRefreshAt = noon.Add(18 * time.Second)
	if v = decideLineage(words.New("en"), events, a, noon).Line; v.Points[len(v.Points)-1].At != 1 {
		t.Errorf("a refresh that comes in seconds is at %.2f, and the line ends with it", v.Points[len(v.Points)-1].At)
	}
	a.NextRefreshAt = noon.Add(60 * time.Hour)
	if v = decideLineage(words.New("en"), events[24:], a, noon).Line; v.Now > 0.1 {
		t.Errorf("of one generation that has just begun, now is at %.2f", v.Now)
	}
}

// A hold changes neither the state of an account that waits nor its generation, and is a line of its history all the same.
func TestHistoryIsReadAnewWhateverChanges(t *testing.T) {
	w := stage(t, test.NewTempApp(t), words.New("en"), scene{set: func(m *model) { m.snapshot.Accounts[0].State = keeper.StateWaiting }})
	next := func(held time.Time) (asked int) {
		s, before := w.model.snapshot, w.lineages
		s.Accounts = slices.Clone(s.Accounts)
		a := *s.Accounts[0]
		a.HeldUntil = held
		s.Accounts[0] = &a
		w.applySnapshot(&w.model, s)
		return w.lineages - before
	}
	for n, c := range []struct {
		held time.Time
		want int
	}{{noon.Add(time.Hour), 1}, {noon.Add(time.Hour), 0}, {time.Time{}, 1}} {
		if asked := next(c.held); asked != c.want {
			t.Errorf("snapshot %d: asked for %d times, want %d", n, asked, c.want)
		}
	}
}

// An account that was added by its refresh token alone began with a red cross, and was looked at for what was wrong with it.
func TestAnAccountThatIsToBeRefreshedHasNotFailed(t *testing.T) {
	w := words.New("en")
	for reason, want := range map[oauth.Reason]mark{keeper.ReasonDue: markDone, keeper.ReasonNotSignedIn: markDone, oauth.ReasonServer: markFailed} {
		added := keeper.Event{At: noon.Add(-time.Hour), Cause: journal.CauseAdded, State: keeper.StateWaiting, Reason: reason, Generation: 1}
		v := decideLineage(w, []keeper.Event{added}, *account("a", keeper.StateFresh, time.Hour), noon)
		if got := v.Line.Points[0]; got.Mark != want || reason == keeper.ReasonDue && !strings.Contains(got.Says, w.Text("log.due")) {
			t.Errorf("%s: %v, %q", reason, got.Mark, got.Says)
		}
	}
}
