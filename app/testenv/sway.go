//go:build linux

package testenv

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// swayUser runs the compositor where the tests are root's: sway refuses to be.
const swayUser = 65533

// swayConfig gives it a screen as large as the one on X11, and has it say where it listens.
const swayConfig = "xwayland disable\noutput HEADLESS-1 resolution 1280x800\nexec echo $WAYLAND_DISPLAY $SWAYSOCK\n"

// StartSway starts a Wayland compositor without a screen, and makes it the display of what the session starts later. It ends with
// the session.
func (s *Session) StartSway() (display string, err error) {
	dir, err := os.MkdirTemp("", "fksway")
	if err != nil {
		return "", err
	}
	s.ends = append(s.ends, func() { _ = os.RemoveAll(dir) })
	config := filepath.Join(dir, "config")
	if err := os.WriteFile(config, []byte(swayConfig), 0o644); err != nil {
		return "", err
	}
	command := []string{"sway", "-c", config}
	if os.Getuid() == 0 {
		if err := os.Chown(dir, swayUser, swayUser); err != nil {
			return "", err
		}
		id := strconv.Itoa(swayUser)
		command = append([]string{"setpriv", "--reuid", id, "--regid", id, "--clear-groups"}, command...)
	}
	command = append([]string{"env", "HOME=" + dir, "XDG_RUNTIME_DIR=" + dir, "WLR_BACKENDS=headless", "WLR_RENDERER=pixman", "WLR_LIBINPUT_NO_DEVICES=1"}, command...)
	said, err := s.startReady(command[0], command[1:]...)
	name, control, found := strings.Cut(said, " ")
	if err != nil || !found {
		return "", errors.Join(err, fmt.Errorf("no sway: %q %s", said, s.Log()))
	}
	display = filepath.Join(dir, name)
	s.Env = append(s.Env, "WAYLAND_DISPLAY="+display, "SWAYSOCK="+control, "XDG_SESSION_TYPE=wayland", "GDK_BACKEND=wayland", "LIBGL_ALWAYS_SOFTWARE=1")
	input, err := openWaylandInput(display)
	if err != nil {
		return "", err
	}
	s.ends = append(s.ends, input.close)
	s.sway = &swayHands{s, input}
	return display, nil
}

// NewSwayDesktop builds a desktop in dir as NewDesktop does, on Wayland: with waybar for the panel, and mako for the notices.
func NewSwayDesktop(dir string, panel bool) (*Desktop, error) {
	s, err := NewSession(dir)
	if err != nil {
		return nil, err
	}
	d := &Desktop{Session: s}
	if err := d.startOnSway(panel); err != nil {
		log := d.Log()
		d.Close()
		return nil, fmt.Errorf("%w%s", err, log)
	}
	return d, nil
}

func (d *Desktop) startOnSway(panel bool) error {
	if _, err := d.StartSway(); err != nil {
		return err
	}
	if _, err := d.Keyring(); err != nil {
		return err
	}
	folder := filepath.Join(d.Dir, "home", ".config", "waybar")
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return err
	}
	for name, text := range map[string]string{
		"config":    `{"layer": "top", "height": 32, "modules-right": ["tray"], "tray": {"icon-size": 24, "spacing": 8}}`,
		"style.css": "window#waybar { background: #222222; }",
	} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600); err != nil {
			return err
		}
	}
	if err := d.ShowNoticesBy("mako"); err != nil {
		return err
	}
	if panel {
		return d.StartPanel()
	}
	return nil
}
