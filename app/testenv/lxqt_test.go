//go:build linux

package testenv_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"freshkey/app/testenv"
	"freshkey/oauth/keeper"
)

const lxqtConfig = `[General]
panels=panel1
[panel1]
plugins=statusnotifier
position=Top
panelSize=32
iconSize=24
[statusnotifier]
type=statusnotifier
alignment=Right
`

func startLXQtPanel(d *testenv.Desktop) (*exec.Cmd, error) {
	panel := d.Command("lxqt-panel")
	if err := d.Start(panel); err != nil {
		return nil, err
	}
	return panel, testenv.Eventually("the panel's tray", d.HasTray)
}

// newLXQtDesktop is one on X11 with another panel, by other people.
func newLXQtDesktop(dir string, panel bool) (*testenv.Desktop, error) {
	d, err := testenv.NewDesktop(dir, false)
	if err != nil {
		return nil, err
	}
	folder := filepath.Join(d.Dir, "home", ".config", "lxqt")
	if err = os.MkdirAll(folder, 0o700); err == nil {
		err = os.WriteFile(filepath.Join(folder, "panel.conf"), []byte(lxqtConfig), 0o600)
	}
	if err == nil && panel {
		_, err = startLXQtPanel(d)
	}
	if err != nil {
		d.Close()
		return nil, err
	}
	return d, nil
}

// onEachPanel plays a scene of the tray on two panels of X11, and on Wayland.
func onEachPanel(t *testing.T, play func(s *scene)) {
	onEachDesktop(t, true, play)
	t.Run("LXQt", func(t *testing.T) { play(openOn(t, "lxqt-", newLXQtDesktop, true)) })
}

// The icon is on another panel too, also after that was started anew, and a click copies.
func TestTrayOnLXQtsPanelCopies(t *testing.T) {
	s := openOn(t, "", newLXQtDesktop, false)
	panel, err := startLXQtPanel(s.Desktop)
	s.must(err)
	s.must(s.app.StartAgent())
	s.must(s.app.Add("work"))
	s.waitState("work", keeper.StateFresh)
	token := s.token()
	for round := range 2 {
		tray, err := s.WaitTray(s.app.PID())
		s.must(err)
		s.must(s.Settled())
		s.picture("lxqt")
		s.must(tray.Click("", "Copy access token"))
		s.must(testenv.Eventually("the token in the clipboard", func() bool {
			got, err := s.Clipboard()
			return err == nil && got == token
		}))
		if round == 0 {
			s.must(panel.Process.Kill())
			_ = panel.Wait() // it says that it was killed
			panel, err = startLXQtPanel(s.Desktop)
			s.must(err)
		}
	}
}
