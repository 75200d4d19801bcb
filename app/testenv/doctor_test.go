//go:build linux

package testenv_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"freshkey/app/api"
	"freshkey/app/testenv"
)

// wantCheck waits until the doctor says that of what it calls name.
func (s *scene) wantCheck(name string, ok bool, says string) {
	s.t.Helper()
	var last []api.Check
	err := testenv.Eventually("the doctor to say "+says, func() bool {
		checks, err := api.ClientAt(s.app.Socket()).Doctor(s.t.Context())
		s.must(err)
		last = checks
		for _, c := range checks {
			if c.Name == name {
				return c.OK == ok && strings.Contains(c.Result+" "+c.Advice, says)
			}
		}
		return false
	})
	if err != nil {
		s.t.Fatalf("%v: %+v", err, last)
	}
}

// What a person asks about a desktop first: what it is, and what of it reaches Freshkey.
func TestDoctorSaysWhatTheDesktopCan(t *testing.T) { onEachDesktop(t, true, asksTheDoctor) }

func asksTheDoctor(s *scene) {
	news, err := s.NewPowerNews()
	s.must(err)
	s.must(s.app.StartAgent())
	session := "X11."
	if s.pictures != "" {
		session = "Wayland."
	}
	s.wantCheck("Session", true, session)
	s.wantCheck("Window", true, binary+"-window")
	s.wantCheck("Sleep and network", true, "logind tells when the computer sleeps and wakes, NetworkManager when")
	s.must(news.Close())
	s.wantCheck("Sleep and network", true, "Nothing tells of sleep")
}

// Only who would look at a window misses it.
func TestDoctorMissesAWindowThatIsNotInstalled(t *testing.T) {
	s := open(t, true)
	s.app.Binary = filepath.Join(s.Dir, "freshkey")
	s.must(os.Link(binary, s.app.Binary))
	for _, c := range []struct {
		ok    bool
		flags []string
	}{{false, nil}, {true, []string{"--no-tray"}}} {
		s.must(s.app.StartAgent(c.flags...))
		s.wantCheck("Window", c.ok, "put the program freshkey-window beside freshkey")
		s.must(s.app.Quit())
	}
}
