package main

import (
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"freshkey/app/api"
	"freshkey/app/words"
	"freshkey/oauth/keeper"
)

func TestTheNextDayOfAllAccountsIsDrawn(t *testing.T) {
	w := words.New("en")
	planned := func(name string, state keeper.State, next time.Duration) *api.Account {
		a := account(name, state, 48*time.Hour)
		a.NextRefreshAt = noon.Add(next)
		return a
	}
	if v := decideToday(w, []*api.Account{planned("work", keeper.StateFresh, time.Hour)}, noon); v.Shown {
		t.Error("one account has a page that says it all")
	}
	broken := planned("broken", keeper.StateSignIn, 0)
	broken.NextRefreshAt = time.Time{}
	ending := planned("ending", keeper.StateFresh, 48*time.Hour)
	ending.SignInBy = noon.Add(12 * time.Hour)
	v := decideToday(w, []*api.Account{planned("work", keeper.StateFresh, 18*time.Hour), planned("home", keeper.StateFresh, 6*time.Hour), broken, ending}, noon)
	want := []point{
		{0, markFailed, "broken: sign in again"}, {0.25, markPlanned, "home 18:00"}, {0.5, markFailed, "ending: sign in by Tue 00:00"}, {0.75, markPlanned, "work Tue 06:00"},
	}
	if len(v.Line.Points) != len(want) {
		t.Fatalf("%v", v.Line.Points)
	}
	for n, p := range want {
		if v.Line.Points[n] != p {
			t.Errorf("point %d is %v, want %v", n, v.Line.Points[n], p)
		}
	}
	if !strings.Contains(v.Text, "One account needs you") || !strings.Contains(v.Text, "2 accounts refresh in the next 24 hours") || !strings.Contains(v.Text, "home first: 18:00") {
		t.Errorf("%q", v.Text)
	}
	down := account("down", keeper.StateOffline, -time.Minute)
	down.NextRefreshAt = noon.Add(time.Minute)
	if v := decideToday(w, []*api.Account{down, planned("home", keeper.StateFresh, 6*time.Hour)}, noon); !strings.HasPrefix(v.Text, "One account has no token that works. 2 accounts refresh") {
		t.Errorf("of one that is offline, and has expired: %q", v.Text)
	}
	if s := w.Status(*down, noon); s != "offline, expired 11:59" {
		t.Errorf("the list says %q of it", s)
	}
	var many []*api.Account
	for range 10_000 {
		many = append(many, planned("rig", keeper.StateFresh, time.Hour))
	}
	if v := decideToday(w, many, noon); len(v.Line.Points) != 1 || !strings.Contains(v.Text, "10000 accounts refresh") {
		t.Errorf("%d points, %q", len(v.Line.Points), v.Text)
	}
	short := planned("short", keeper.StateFresh, 4*time.Minute) // its token lives for six minutes, and so it is refreshed 240 times in a day
	if v := decideToday(w, []*api.Account{short, planned("later", keeper.StateFresh, 40*time.Hour)}, noon); !strings.Contains(v.Text, "One account refreshes") {
		t.Errorf("%q", v.Text)
	}
	if v := decideToday(w, []*api.Account{ending, planned("later", keeper.StateFresh, 40*time.Hour)}, noon.Add(13*time.Hour)); v.Shown {
		t.Errorf("%v %q", v.Line.Points, v.Text)
	}
}

// It is read again each minute, and the list above it jumped with each line that came or went.
func TestSentenceOfTheDayTakesTheSameRoomWhateverItSays(t *testing.T) {
	test.NewTempApp(t)
	day, heights := newToday(), map[float32]bool{}
	for _, said := range []string{"One account needs you.", "One account needs you. 2 accounts refresh in the next 24 hours, home first: 17:00."} {
		day.paint(todayView{Shown: true, Text: said})
		day.whole.Resize(fyne.NewSize(320, 200))
		heights[day.whole.MinSize().Height] = true
	}
	if len(heights) != 1 {
		t.Errorf("heights %v", heights)
	}
}
