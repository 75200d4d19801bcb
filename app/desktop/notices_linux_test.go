package desktop_test

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	"freshkey/app/desktop"
	"freshkey/app/testenv"
)

// noticeServers are programs that show notices, how each is started, and how a person clicks on its last notice.
var noticeServers = []struct {
	name    string
	wayland bool
	program string
	click   func(t *testing.T, s *testenv.Desktop)
}{
	{"dunst", false, "dunst", func(t *testing.T, s *testenv.Desktop) { run(t, s, "dunstctl", "action") }},
	{"Xfce Notify Daemon", false, "/usr/lib/x86_64-linux-gnu/xfce4/notifyd/xfce4-notifyd", func(t *testing.T, s *testenv.Desktop) {
		if err := s.Settled(); err != nil { // it fades in
			t.Fatal(err)
		}
		run(t, s, "xdotool", "mousemove", "1207", "102", "click", "1") // the button of a notice in the upper right corner
	}},
	{"mako", true, "mako", func(t *testing.T, s *testenv.Desktop) { run(t, s, "makoctl", "invoke") }},
}

func run(t *testing.T, s *testenv.Desktop, name string, args ...string) string {
	t.Helper()
	out, err := s.Run(name, args...)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// noticeDesktop is one whose notices that program shows.
func noticeDesktop(t *testing.T, wayland bool, program string) *testenv.Desktop {
	t.Helper()
	dir := testenv.Folder(t)
	var s *testenv.Desktop
	if wayland {
		session, err := testenv.NewBareSession(dir)
		if err != nil {
			t.Fatal(err)
		}
		s = &testenv.Desktop{Session: session}
		if _, err := s.StartSway(); err != nil {
			t.Fatal(err)
		}
	} else {
		desktop, err := testenv.NewDesktop(dir, false)
		if err != nil {
			t.Fatal(err)
		}
		s = desktop
	}
	t.Cleanup(s.Close)
	if err := s.ShowNoticesBy(program); err != nil {
		t.Fatal(err)
	}
	t.Setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path="+filepath.Join(dir, "run", "bus"))
	return s
}

// A low one would have no banner in GNOME.
func TestNoticeIsCriticalIfItIsUrgentAndNeverLow(t *testing.T) {
	s := noticeDesktop(t, false, "dunst")
	d := desktop.Open()
	defer d.Close()
	for _, n := range []desktop.Notice{{Key: "signin", Title: "work: sign in again", Urgent: true}, {Key: "copied", Title: "Copied"}} {
		if err := d.Notify(t.Context(), n, nil); err != nil {
			t.Fatal(err)
		}
	}
	if err := d.Ask(t.Context(), desktop.Notice{Key: "question", Title: "curl wants a token", Urgent: true}, []string{"Yes", "No"}, func(int) {}); err != nil {
		t.Fatal(err)
	}
	for title, want := range map[string]string{"work: sign in again": "CRITICAL", "Copied": "NORMAL", "curl wants a token": "CRITICAL"} {
		if got, err := s.Urgency(title); err != nil || got != want {
			t.Errorf("%s: %s %v, want %s", title, got, err, want)
		}
	}
}

// Each thing has one notice: the next one takes its place, a click on it is heard, and it goes when it is over.
func TestNoticeIsReplacedClickedAndTakenBackByEachServer(t *testing.T) {
	for _, server := range noticeServers {
		t.Run(server.name, func(t *testing.T) {
			s := noticeDesktop(t, server.wayland, server.program)
			d := desktop.Open()
			clicked := make(chan struct{}, 10)
			show := func(title string) uint32 {
				t.Helper()
				notice := desktop.Notice{Key: "signin", Title: title, Body: "<b>a & b</b>", Action: "Sign in", Urgent: true}
				if err := d.Notify(t.Context(), notice, func() { clicked <- struct{}{} }); err != nil {
					t.Fatal(err)
				}
				return desktop.Shown(d, "signin")
			}
			if name, err := d.NoticeServer(t.Context()); err != nil || name != server.name {
				t.Errorf("shown by %q, %v", name, err)
			}
			first := show("work: sign in again")
			if second := show("work, home: sign in again"); second != first || first == 0 {
				t.Errorf("notice %d, and then %d beside it", first, second)
			}
			if dir := os.Getenv("FRESHKEY_PICTURES"); dir != "" && !server.wayland {
				_ = s.Settled()
				_ = s.Picture(filepath.Join(dir, "notice-"+filepath.Base(server.program)+".png"))
			}
			server.click(t, s)
			if err := testenv.Eventually("the click", func() bool { return len(clicked) > 0 }); err != nil {
				t.Error(err)
			}
			again := show("work: sign in again")
			for _, want := range []bool{true, false} {
				if stood, err := d.ClearNotice(t.Context(), "signin"); stood != want || err != nil {
					t.Errorf("what is taken back stood on the screen until then, and not longer: %v %v", stood, err)
				}
			}
			if err := testenv.Eventually("the notice to go", func() bool { return !desktop.Clickable(d, again) }); err != nil {
				t.Error(err)
			}
			show("work: sign in again")
			if err := d.Notify(t.Context(), desktop.Notice{Key: "quit", Title: "work is not saved", Lasting: true}, nil); err != nil {
				t.Error(err)
			}
			if stood := d.Close(); !slices.Equal(stood, []string{"signin"}) {
				t.Errorf("taken away at the end: %q", stood)
			}
		})
	}
}
