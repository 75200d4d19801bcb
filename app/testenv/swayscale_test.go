//go:build linux

package testenv_test

import (
	"testing"

	"freshkey/app/testenv"
)

// pointerPixels is more than the mouse's pointer covers, which each program draws as it likes, and less than a line of text does.
const pointerPixels = 800

// withScreen opens Freshkey's window, and nothing else, on sway with a screen that the compositor draws scale as large, and Fyne fyneScale.
func withScreen(t *testing.T, scale, fyneScale string) *scene {
	t.Helper()
	s := openOn(t, "sway-", testenv.NewSwayDesktop, false)
	s.setScale(scale)
	s.Env = append(s.Env, "FYNE_SCALE="+fyneScale)
	s.must(s.app.StartAgent("--no-tray"))
	_, err := s.app.Freshkey()
	s.must(err)
	_, err = s.WaitWindow("Freshkey")
	s.must(err)
	return s
}

func (s *scene) setScale(scale string) {
	s.t.Helper()
	_, err := s.Run("swaymsg", "default_border none, output HEADLESS-1 resolution 2560x1600 scale "+scale)
	s.must(err)
}

func (s *scene) pixels() string {
	s.t.Helper()
	now, err := s.Pixels()
	s.must(err)
	return now
}

// A screen's scale is heard of only when the window is there, and what Fyne has drawn by then it would enlarge ever after. At FYNE_SCALE=2 it draws as
// sharply as can be.
func TestWindowIsSharpOnAScaledScreen(t *testing.T) {
	like := withScreen(t, "1", "2")
	s := withScreen(t, "2", "")
	s.must(like.Settled())
	want := like.pixels()
	sharp := func() bool { return testenv.Differing(want, s.pixels()) <= pointerPixels }
	s.must(testenv.Eventually("a sharp window", sharp))
	s.picture("scale-2")
	s.setScale("1")
	s.must(testenv.Eventually("the window at another scale", func() bool { return !sharp() }))
	s.setScale("2")
	s.must(testenv.Eventually("a sharp window again", sharp))
}
