//go:build linux

package testenv

import (
	"errors"
	"os"
	"path/filepath"
	"strconv"
)

// swayUser runs the compositor where the tests are root's: sway refuses to be.
const swayUser = 65533

// StartSway starts a Wayland compositor without a screen, and makes it the display of what the session starts later. It ends with
// the session; done removes its folder.
func (s *Session) StartSway() (display string, done func(), err error) {
	dir, err := os.MkdirTemp("", "fksway")
	if err != nil {
		return "", nil, err
	}
	done = func() { _ = os.RemoveAll(dir) }
	config := filepath.Join(dir, "config")
	if err := os.WriteFile(config, []byte("xwayland disable\nexec echo $WAYLAND_DISPLAY\n"), 0o644); err != nil {
		return "", done, err
	}
	command := []string{"sway", "-c", config}
	if os.Getuid() == 0 {
		if err := os.Chown(dir, swayUser, swayUser); err != nil {
			return "", done, err
		}
		id := strconv.Itoa(swayUser)
		command = append([]string{"setpriv", "--reuid", id, "--regid", id, "--clear-groups"}, command...)
	}
	command = append([]string{"env", "HOME=" + dir, "XDG_RUNTIME_DIR=" + dir, "WLR_BACKENDS=headless", "WLR_RENDERER=pixman", "WLR_LIBINPUT_NO_DEVICES=1"}, command...)
	name, err := s.startReady(command[0], command[1:]...)
	if err != nil || name == "" {
		return "", done, errors.Join(err, errors.New("no sway: "+s.Log()))
	}
	display = filepath.Join(dir, name)
	s.Env = append(s.Env, "WAYLAND_DISPLAY="+display, "XDG_SESSION_TYPE=wayland")
	return display, done, nil
}
