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

func (s *scene) startLXQtPanel() *exec.Cmd {
	s.t.Helper()
	panel := s.Command("lxqt-panel")
	s.must(s.Start(panel))
	s.must(testenv.Eventually("the panel's tray", s.HasTray))
	return panel
}

// Another panel on X11, by other people: the icon is on it, also after it was started anew, and a click copies.
func TestTrayOnLXQtsPanelCopies(t *testing.T) {
	s := open(t, false)
	folder := filepath.Join(s.Dir, "home", ".config", "lxqt")
	s.must(os.MkdirAll(folder, 0o700))
	s.must(os.WriteFile(filepath.Join(folder, "panel.conf"), []byte(lxqtConfig), 0o600))
	panel := s.startLXQtPanel()
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
			panel = s.startLXQtPanel()
		}
	}
}
