//go:build linux

package testenv_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const unmarkedTitle = "What is copied is not marked as a secret here."

// withOldWlCopy gives the scene a Wayland compositor that lets no program without a window copy, as Mutter is one, and a wl-copy that marks nothing. It
// returns the environment of before.
func (s *scene) withOldWlCopy() []string {
	s.t.Helper()
	before := s.Env
	display, err := s.StartSway()
	s.must(err)
	dir := filepath.Join(s.Dir, "old-wl-clipboard")
	s.must(os.Mkdir(dir, 0o700))
	for _, name := range []string{"wl-copy", "wl-paste"} {
		program, err := exec.LookPath(name)
		s.must(err)
		script := "#!/bin/sh\n[ \"$1\" != --help ] || exit 0\nWAYLAND_DISPLAY='" + display + "' exec '" + program + "' \"$@\"\n"
		s.must(os.WriteFile(filepath.Join(dir, name), []byte(script), 0o700))
	}
	s.Env = append(s.Env, "WAYLAND_DISPLAY="+filepath.Join(s.Dir, "not-for-programs-without-a-window"), "PATH="+dir+":"+os.Getenv("PATH"))
	return before
}

// copies starts an agent and has the token copied by the tray twice, and again until it was said as often as wanted that copies are not marked. It returns
// how often that was said, as far as the bus has shown it.
func (s *scene) copies(want int) (said int) {
	s.t.Helper()
	s.must(s.app.StartAgent())
	tray, err := s.WaitTray(s.app.PID())
	s.must(err)
	for copied, clicked := 0, 0; copied < 2 || said < want; {
		if copied == clicked && copied < 2 {
			s.must(tray.Click("", "Copy access token"))
			clicked++
		}
		switch title := strings.TrimPrefix(s.waitNotice("").Title, "test · "); title {
		case unmarkedTitle:
			said++
		case "Copied: access token of work":
			copied++
		}
	}
	s.must(s.app.Quit())
	return said
}

// A clipboard manager keeps what is copied here: that is said, and not with each copy, nor with each login.
func TestThatCopiesAreNotMarkedIsSaidOnce(t *testing.T) {
	s := open(t, true)
	s.ready()
	s.must(s.app.Quit())
	marked := slices.Concat(s.withOldWlCopy(), []string{"XDG_SESSION_TYPE=wayland"}) // by its name the same desktop
	unmarked := s.Env
	if n := s.copies(1) + s.copies(0) + s.copies(0); n != 1 {
		t.Errorf("said %d times", n)
	}
	s.Env = marked
	if n := s.copies(0); n != 0 {
		t.Errorf("said %d times where they are marked", n)
	}
	s.Env = unmarked
	if n := s.copies(1) + s.copies(0); n != 1 {
		t.Errorf("said %d times when they are marked no more", n)
	}
}

// Somebody uses one desktop that marks copies and one that does not, by turns.
func TestThatCopiesAreNotMarkedIsSaidOnceForEachDesktop(t *testing.T) {
	s := open(t, true)
	s.ready()
	s.must(s.app.Quit())
	marked := slices.Concat(s.withOldWlCopy(), []string{"XDG_CURRENT_DESKTOP=KDE"})
	unmarked := slices.Concat(s.Env, []string{"XDG_CURRENT_DESKTOP=GNOME"})
	said := 0
	for _, env := range [][]string{unmarked, marked, unmarked, marked} {
		s.Env = env
		want := 0
		if said == 0 {
			want = 1
		}
		said += s.copies(want)
	}
	if said != 1 {
		t.Errorf("said %d times", said)
	}
}
