package desktop_test

import (
	"fmt"
	"path/filepath"
	"slices"
	"testing"

	"freshkey/app/desktop"
)

// A program that is killed takes nothing away, and the next one does not know its notices by who shows them.
func TestNoticesOfAProgramThatWasKilledAreTakenBack(t *testing.T) {
	s, server := standIn(t, "actions")
	file := filepath.Join(t.TempDir(), "notices.json")
	killed := desktop.Open() // never closed
	if stood := killed.KeepNotices(file); len(stood) != 0 {
		t.Errorf("before the first: %q", stood)
	}
	for _, key := range []string{"unsaved", "signin", "question 1", "quit"} {
		raise(t, killed, desktop.Notice{Key: key, Title: key, Lasting: key == "quit"}, nil)
	}
	if _, err := killed.ClearNotice(t.Context(), "signin"); err != nil {
		t.Fatal(err)
	}
	next := desktop.Open()
	stood := next.KeepNotices(file)
	if slices.Sort(stood); !slices.Equal(stood, []string{"question 1", "quit", "unsaved"}) {
		t.Errorf("left: %q", stood)
	}
	raise(t, next, desktop.Notice{Key: "locked", Title: "locked"}, nil) // before somebody is known to be there
	go next.WatchNotices(t.Context(), func() {})
	eventually(t, "the end of what was left", func() bool { return slices.Equal(server.Shown(), []string{"locked"}) })
	raise(t, next, desktop.Notice{Key: "quit", Title: "quit", Lasting: true}, nil)
	next.Close()
	last := desktop.Open()
	if stood := last.KeepNotices(file); !slices.Equal(stood, []string{"quit"}) {
		t.Errorf("left by one that was closed: %q", stood)
	}
	if err := server.Close(); err != nil {
		t.Fatal(err)
	}
	if err := s.WaitNameGone("org.freedesktop.Notifications"); err != nil {
		t.Fatal(err)
	}
	server = serve(t, s)
	other := desktop.Open()
	defer other.Close()
	var mails []string
	for n := range 9 { // one of them has the number of what was left
		mails = append(mails, fmt.Sprint("mail ", n))
		raise(t, other, desktop.Notice{Key: mails[n], Title: mails[n]}, nil)
	}
	came := make(chan struct{}, 1)
	go last.WatchNotices(t.Context(), func() { came <- struct{}{} })
	<-came
	raise(t, last, desktop.Notice{Key: "locked", Title: "locked"}, nil)
	eventually(t, "the look at what was left", func() bool { return desktop.Left(last) == 0 })
	last.Close()
	if shown := slices.Sorted(slices.Values(server.Shown())); !slices.Equal(shown, mails) {
		t.Errorf("shown: %q", shown)
	}
}
