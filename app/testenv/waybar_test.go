//go:build linux

package testenv_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"freshkey/app/testenv"
	"freshkey/oauth/keeper"
)

const waybarConfig = `{"layer": "top", "height": 32, "modules-right": ["tray"], "tray": {"icon-size": 24, "spacing": 8}}`

// openSway is a scene on Wayland, with waybar for a panel.
func openSway(t *testing.T) (s *scene, waybar *exec.Cmd) {
	t.Helper()
	dir := testenv.Folder(t)
	session, err := testenv.NewSession(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(session.Close)
	s = &scene{Desktop: &testenv.Desktop{Session: session}, t: t, app: &testenv.App{Session: session, Binary: binary, Profile: "test"}}
	_, done, err := s.StartSway()
	if done != nil {
		t.Cleanup(done)
	}
	s.must(err)
	_, err = s.Keyring()
	s.must(err)
	folder := filepath.Join(dir, "home", ".config", "waybar")
	s.must(os.MkdirAll(folder, 0o700))
	s.must(os.WriteFile(filepath.Join(folder, "config"), []byte(waybarConfig), 0o600))
	s.must(os.WriteFile(filepath.Join(folder, "style.css"), []byte("window#waybar { background: #222222; }"), 0o600))
	s.must(s.app.StartSandbox("72h"))
	return s, s.startWaybar()
}

func (s *scene) startWaybar() *exec.Cmd {
	s.t.Helper()
	waybar := s.Command("waybar")
	waybar.Env = append(waybar.Env, "GDK_BACKEND=wayland")
	s.must(s.Start(waybar))
	s.must(testenv.Eventually("waybar's tray", s.HasTray))
	return waybar
}

// The other kind of desktop: the icon is on waybar, also after that was started anew, and a click copies by the compositor's protocol.
func TestTrayOnWaybarCopies(t *testing.T) {
	s, waybar := openSway(t)
	s.must(s.app.StartAgent())
	s.must(s.app.Add("work"))
	s.waitState("work", keeper.StateFresh)
	for round := range 2 {
		tray, err := s.WaitTray(s.app.PID())
		s.must(err)
		s.must(tray.Click("", "Copy access token"))
		s.must(testenv.Eventually("the token in the clipboard", func() bool {
			out, err := s.Run("timeout", "5", "wl-paste", "--no-newline")
			return err == nil && out == s.token()
		}))
		if types, err := s.Run("timeout", "5", "wl-paste", "--list-types"); err != nil || !strings.Contains(types, "x-kde-passwordManagerHint") {
			t.Errorf("not marked as a secret: %q %v", types, err)
		}
		if dir := os.Getenv("FRESHKEY_PICTURES"); dir != "" {
			_, err := s.Run("grim", filepath.Join(dir, "waybar.png"))
			s.must(err)
		}
		if round == 0 {
			s.must(waybar.Process.Kill())
			s.must(testenv.Eventually("waybar to be gone", func() bool { return !s.HasTray() }))
			s.startWaybar()
		}
	}
	if out, err := s.app.Freshkey("doctor"); !strings.Contains(out, "A tray is there") || !strings.Contains(out, "is marked as a secret") {
		t.Errorf("doctor: %v %s", err, out)
	}
}
