package desktop_test

import (
	"context"
	"path/filepath"
	"slices"
	"testing"

	"freshkey/app/desktop"
	"freshkey/app/testenv"
)

// standIn is a desktop whose notices are shown by what does as the test says.
func standIn(t *testing.T, can ...string) (*testenv.Session, *testenv.NoticeServer) {
	t.Helper()
	dir := testenv.Folder(t)
	s, err := testenv.NewBareSession(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	t.Setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path="+filepath.Join(dir, "run", "bus"))
	return s, serve(t, s, can...)
}

func serve(t *testing.T, s *testenv.Session, can ...string) *testenv.NoticeServer {
	t.Helper()
	server, err := s.ServeNotices(can...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = server.Close() })
	return server
}

func eventually(t *testing.T, what string, done func() bool) {
	t.Helper()
	if err := testenv.Eventually(what, done); err != nil {
		t.Fatal(err)
	}
}

func raise(t *testing.T, d *desktop.Desktop, n desktop.Notice, onClick func()) {
	t.Helper()
	if err := d.Notify(t.Context(), n, onClick); err != nil {
		t.Fatal(err)
	}
}

// Some who show notices take them away after a while, whether somebody has seen them or not.
func TestOnlyAPersonPutsANoticeAway(t *testing.T) {
	for _, c := range []struct {
		name    string
		click   bool
		reason  uint32
		putAway bool
	}{
		{"expired", false, testenv.NoticeExpired, false},
		{"dismissed", false, testenv.NoticeDismissed, true},
		{"closed by whatever", false, testenv.NoticeClosed, false},
		{"gone for no reason", false, testenv.NoticeUndefined, false},
		{"clicked, and closed by that", true, testenv.NoticeClosed, true}, // as in Plasma
	} {
		t.Run(c.name, func(t *testing.T) {
			_, server := standIn(t)
			d := desktop.Open()
			clicked := make(chan struct{}, 1)
			for _, key := range []string{"signin", "locked"} {
				raise(t, d, desktop.Notice{Key: key, Title: key}, func() { clicked <- struct{}{} })
				if c.click {
					if err := server.Click(); err != nil {
						t.Fatal(err)
					}
					<-clicked
				}
				if err := server.TakeAway(c.reason); err != nil {
					t.Fatal(err)
				}
				eventually(t, "its end", func() bool { return desktop.Shown(d, key) == 0 })
			}
			raise(t, d, desktop.Notice{Key: "signin", Title: "amended", Amends: true}, nil)
			if shown := server.Shown(); len(shown) != 0 {
				t.Errorf("what is on the screen no more is amended: %q", shown)
			}
			if stood, err := d.ClearNotice(t.Context(), "signin"); err != nil || stood == c.putAway {
				t.Errorf("taken back: %v %v", stood, err)
			}
			if stood := d.Close(); slices.Contains(stood, "locked") == c.putAway || slices.Contains(stood, "signin") {
				t.Errorf("at the end: %q", stood)
			}
		})
	}
}

func TestANoticeThatCouldNotBeTakenBackIsStillKnown(t *testing.T) {
	_, server := standIn(t)
	d := desktop.Open()
	defer d.Close()
	raise(t, d, desktop.Notice{Key: "signin", Title: "work: sign in again"}, nil)
	server.Fail(true)
	for range 2 {
		if stood, err := d.ClearNotice(t.Context(), "signin"); stood || err == nil {
			t.Errorf("taken back by one that fails: %v %v", stood, err)
		}
	}
	server.Fail(false)
	if stood, err := d.ClearNotice(t.Context(), "signin"); !stood || err != nil || len(server.Shown()) != 0 {
		t.Errorf("taken back: %v %v; shown %q", stood, err, server.Shown())
	}
	raise(t, d, desktop.Notice{Key: "signin", Title: "work: sign in again"}, nil)
	if err := server.Close(); err != nil {
		t.Fatal(err)
	}
	eventually(t, "that it went with who showed it", func() bool {
		stood, err := d.ClearNotice(t.Context(), "signin")
		return stood && err == nil
	})
}

// What shows notices hangs for a while, and takes it away when nobody waits for that any more.
func TestANoticeThatIsTakenBackTooLateWasNotPutAway(t *testing.T) {
	_, server := standIn(t)
	d := desktop.Open()
	defer d.Close()
	raise(t, d, desktop.Notice{Key: "signin", Title: "work: sign in again"}, nil)
	before, release := server.Calls(), server.Hold()
	ctx, cancel := context.WithCancel(t.Context())
	failed := make(chan error, 1)
	go func() {
		_, err := d.ClearNotice(ctx, "signin")
		failed <- err
	}()
	eventually(t, "the call", func() bool { return server.Calls() > before })
	cancel()
	if err := <-failed; err == nil {
		t.Error("taken back by one that hangs")
	}
	release()
	if stood, err := d.ClearNotice(t.Context(), "signin"); !stood || err != nil || len(server.Shown()) != 0 {
		t.Errorf("taken back: %v %v; shown %q", stood, err, server.Shown())
	}
}

// A login may start what shows notices after Freshkey, and a person may change it.
func TestWhoComesToShowNoticesIsHeardOfAndAskedWhatItCan(t *testing.T) {
	s, server := standIn(t)
	d := desktop.Open()
	defer d.Close()
	came := make(chan struct{}, 10)
	go d.WatchNotices(t.Context(), func() { came <- struct{}{} })
	eventually(t, "who was there before", func() bool { return len(came) == 1 })
	raise(t, d, desktop.Notice{Key: "signin", Title: "work: sign in again"}, nil)
	if d.NoticesHaveChoices() {
		t.Error("its notices have no buttons")
	}
	if err := server.Close(); err != nil {
		t.Fatal(err)
	}
	if err := s.WaitNameGone("org.freedesktop.Notifications"); err != nil {
		t.Fatal(err)
	}
	if err := d.Notify(t.Context(), desktop.Notice{Key: "signin", Title: "too early"}, nil); err == nil {
		t.Error("shown by nobody")
	}
	server = serve(t, s, "actions")
	eventually(t, "the next one", func() bool { return len(came) == 2 })
	raise(t, d, desktop.Notice{Key: "signin", Title: "work: sign in again"}, nil)
	if !d.NoticesHaveChoices() {
		t.Error("it was not asked whether its notices have buttons")
	}
	if shown := server.Shown(); !slices.Equal(shown, []string{"work: sign in again"}) {
		t.Errorf("shown %q", shown)
	}
}

func TestWhoFailsAtFirstIsAskedAgainWhatItCan(t *testing.T) {
	_, server := standIn(t, "actions")
	d := desktop.Open()
	defer d.Close()
	server.Fail(true)
	if err := d.Notify(t.Context(), desktop.Notice{Key: "signin", Title: "too early"}, nil); err == nil {
		t.Error("shown by one that fails")
	}
	server.Fail(false)
	raise(t, d, desktop.Notice{Key: "signin", Title: "work: sign in again"}, nil)
	if !d.NoticesHaveChoices() {
		t.Error("it was not asked whether its notices have buttons")
	}
}
