//go:build linux

package testenv_test

import (
	"errors"
	"slices"
	"testing"

	"freshkey/app/api"
	"freshkey/app/testenv"
	"freshkey/oauth/keeper"
)

// openCompositor is a scene without a panel, on a stand-in of a compositor.
func openCompositor(t *testing.T, protocols ...string) (*scene, *testenv.FakeCompositor) {
	t.Helper()
	session, err := testenv.NewSession(testenv.Folder(t))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(session.Close)
	s := &scene{Desktop: &testenv.Desktop{Session: session}, t: t, app: &testenv.App{Session: session, Binary: binary, Profile: "test"}}
	compositor, done, err := s.NewFakeCompositor(protocols...)
	s.must(err)
	t.Cleanup(done)
	_, err = s.Keyring()
	s.must(err)
	s.must(s.app.StartSandbox("72h"))
	return s, compositor
}

// wantCopied copies, and fails unless text and mark are offered together.
func (s *scene) wantCopied(c *testenv.FakeCompositor) {
	s.t.Helper()
	if out, err := s.app.Freshkey("copy", "work"); err != nil {
		s.t.Fatalf("%v %s; the compositor says: %v", err, out, c.Mistakes())
	}
	for form, want := range map[string]string{"UTF8_STRING": s.token(), "text/plain;charset=utf-8": s.token(), "text/plain": s.token(), "x-kde-passwordManagerHint": "secret"} {
		if !slices.Contains(c.Offered(), form) {
			s.t.Fatalf("%s is not offered: %v", form, c.Offered())
		}
		if got, err := c.Paste(form); err != nil || got != want {
			s.t.Errorf("whoever pastes %s gets something else: %v", form, err)
		}
	}
}

// Whatever of its protocols a compositor has: clipboard managers are asked to forget the token, it goes by itself, and what somebody else
// has copied since is never wiped.
func TestCopyWithoutAWindowIsMarkedAndWipesNobodyElses(t *testing.T) {
	for name, c := range map[string]struct {
		protocols []string
		spoken    string
	}{
		"ext":  {[]string{testenv.ExtDataControl}, testenv.ExtDataControl},
		"wlr":  {[]string{testenv.WlrDataControl}, testenv.WlrDataControl},
		"both": {[]string{testenv.WlrDataControl, testenv.ExtDataControl}, testenv.ExtDataControl},
	} {
		t.Run(name, func(t *testing.T) {
			s, compositor := openCompositor(t, c.protocols...)
			s.must(s.app.StartAgent("--no-tray")) // else the window opens, on this compositor
			s.must(s.app.Add("work"))
			s.waitState("work", keeper.StateFresh)
			s.must(api.ClientAt(s.app.Socket()).SetSettings(t.Context(), api.Settings{ClearClipboard: "1s"}))
			s.wantCopied(compositor)
			s.must(testenv.Eventually("the clipboard to be emptied", func() bool { return compositor.Offered() == nil && compositor.Sources() == 0 }))

			s.wantCopied(compositor)
			compositor.Copy("theirs", "marked with the mouse")
			s.must(testenv.Eventually("the copy to end", func() bool { return compositor.Sources() == 0 }))
			before := compositor.Syncs()
			err := testenv.Eventually("the time to be up", func() bool { return compositor.Syncs() > before })
			s.must(errors.Join(err, compositor.Mistakes()))
			s.must(s.app.Quit())
			if got, err := compositor.Paste("text/plain"); err != nil || got != "theirs" {
				t.Errorf("what another program copied is %q now: %v", got, err)
			}
			if spoken := compositor.Spoken(); !slices.Equal(spoken, []string{c.spoken}) {
				t.Errorf("spoken: %v", spoken)
			}
			s.must(compositor.Mistakes())
		})
	}
}
