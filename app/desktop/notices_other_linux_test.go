package desktop_test

import (
	"slices"
	"testing"

	"freshkey/app/desktop"
)

// Whoever comes to show notices counts from the beginning, and the number of one of ours may be another program's by then.
func TestNoticesOfOtherProgramsAreLeftAlone(t *testing.T) {
	for how, do := range map[string]func(t *testing.T, d *desktop.Desktop){
		"taken back": func(t *testing.T, d *desktop.Desktop) {
			if stood, err := d.ClearNotice(t.Context(), "signin"); !stood || err != nil {
				t.Errorf("nobody has put it away: %v, %v", stood, err)
			}
		},
		"raised anew": func(t *testing.T, d *desktop.Desktop) {
			raise(t, d, desktop.Notice{Key: "signin", Title: "once more"}, nil)
		},
		"closed": func(t *testing.T, d *desktop.Desktop) {
			if stood := d.Close(); !slices.Equal(stood, []string{"signin"}) {
				t.Errorf("stood: %q", stood)
			}
		},
	} {
		t.Run(how, func(t *testing.T) {
			s, server := standIn(t, "actions")
			d := desktop.Open()
			defer d.Close()
			came := make(chan struct{}, 10)
			go d.WatchNotices(t.Context(), func() { came <- struct{}{} })
			<-came
			raise(t, d, desktop.Notice{Key: "signin", Title: "signin", Action: "sign in"}, func() { t.Error("another program's notice was clicked") })
			if err := server.Close(); err != nil {
				t.Fatal(err)
			}
			if err := s.WaitNameGone("org.freedesktop.Notifications"); err != nil {
				t.Fatal(err)
			}
			server = serve(t, s, "actions")
			<-came
			other := desktop.Open()
			defer other.Close()
			clicked := make(chan struct{}, 10)
			raise(t, other, desktop.Notice{Key: "mail", Title: "mail", Action: "open"}, func() { clicked <- struct{}{} })
			if err := server.Click(); err != nil {
				t.Fatal(err)
			}
			eventually(t, "the click on the other one", func() bool { return len(clicked) > 0 })
			do(t, d)
			if !slices.Contains(server.Shown(), "mail") {
				t.Errorf("shown: %q", server.Shown())
			}
		})
	}
}

// The first notice may start who shows it, whose coming is heard of only afterwards.
func TestNoticeOfWhoSeemsToHaveComeSinceCanBeClicked(t *testing.T) {
	_, server := standIn(t, "actions")
	d := desktop.Open()
	defer d.Close()
	came, clicked := make(chan struct{}, 10), make(chan struct{}, 1000)
	go d.WatchNotices(t.Context(), func() { came <- struct{}{} })
	<-came
	raise(t, d, desktop.Notice{Key: "signin", Title: "signin", Action: "sign in"}, func() { clicked <- struct{}{} })
	if err := server.Reappear(); err != nil {
		t.Fatal(err)
	}
	<-came
	eventually(t, "the click", func() bool { return server.Click() == nil && len(clicked) > 0 })
}
