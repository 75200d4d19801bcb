//go:build linux

package testenv

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"github.com/godbus/dbus/v5"
)

// Desktop is a Session with a screen of 1280×800, a window manager, a notifier, and a panel with a tray.
type Desktop struct {
	*Session
	Display string
	panel   *exec.Cmd
	notices *exec.Cmd
}

// Join is the desktop this process runs in, for a demonstration on a real screen.
func Join() (*Desktop, error) {
	address := os.Getenv("DBUS_SESSION_BUS_ADDRESS")
	if address == "" {
		address = "unix:path=" + filepath.Join(os.Getenv("XDG_RUNTIME_DIR"), "bus")
	}
	bus, err := dbus.Connect(address)
	if err != nil {
		return nil, err
	}
	dir, err := os.Getwd()
	return &Desktop{Session: &Session{Dir: dir, Env: os.Environ(), address: address, bus: bus}, Display: os.Getenv("DISPLAY")}, err
}

// watcherName is owned while a panel with a tray runs.
const watcherName = "org.kde.StatusNotifierWatcher"

// NewDesktop builds a desktop in dir; the keyring is unlocked, and the panel is there if panel says so.
func NewDesktop(dir string, panel bool) (*Desktop, error) {
	s, err := NewSession(dir)
	if err != nil {
		return nil, err
	}
	d := &Desktop{Session: s}
	if err := d.startServices(panel); err != nil {
		log := d.Log()
		d.Close()
		return nil, fmt.Errorf("%w%s", err, log)
	}
	return d, nil
}

func (d *Desktop) startServices(panel bool) error {
	number, err := d.startReady("Xvfb", "-displayfd", "1", "-screen", "0", "1280x800x24", "-nolisten", "tcp", "-noreset")
	if err != nil || number == "" {
		return errors.Join(err, errors.New("no X server"))
	}
	d.Display = ":" + number
	d.Env = append(d.Env, "DISPLAY="+d.Display, "XDG_SESSION_TYPE=x11", "GDK_BACKEND=x11", "LIBGL_ALWAYS_SOFTWARE=1")
	if _, err := d.Run("dbus-update-activation-environment", "DISPLAY="+d.Display, "HOME="+filepath.Join(d.Dir, "home"), "XDG_CONFIG_HOME="+filepath.Join(d.Dir, "home", ".config")); err != nil {
		return err
	}
	if _, err := d.Keyring(); err != nil {
		return err
	}
	if err := d.writeSettings(); err != nil {
		return err
	}
	if _, err := d.Run("xsetroot", "-solid", "#3b5b7a"); err != nil {
		return err
	}
	if err := d.Start(d.Command("openbox")); err != nil {
		return err
	}
	if err := d.ShowNoticesBy("dunst"); err != nil {
		return err
	}
	if panel {
		return d.StartPanel()
	}
	return nil
}

// writeSettings makes the panel a plain bar with a tray, and the notices stay long enough to be looked at.
func (d *Desktop) writeSettings() error {
	files := map[string]string{
		".config/xfce4/xfconf/xfce-perchannel-xml/xfce4-panel.xml": `<?xml version="1.0" encoding="UTF-8"?>
<channel name="xfce4-panel" version="1.0">
  <property name="configver" type="int" value="2"/>
  <property name="panels" type="array"><value type="int" value="1"/>
    <property name="panel-1" type="empty">
      <property name="position" type="string" value="p=6;x=640;y=16"/>
      <property name="length" type="uint" value="100"/>
      <property name="position-locked" type="bool" value="true"/>
      <property name="size" type="uint" value="32"/>
      <property name="plugin-ids" type="array"><value type="int" value="1"/><value type="int" value="2"/></property>
    </property>
  </property>
  <property name="plugins" type="empty">
    <property name="plugin-1" type="string" value="separator"><property name="expand" type="bool" value="true"/></property>
    <property name="plugin-2" type="string" value="systray">
      <property name="square-icons" type="bool" value="true"/>
      <property name="icon-size" type="int" value="24"/>
    </property>
  </property>
</channel>
`,
		".config/dunst/dunstrc": "[global]\n  monitor = 0\n  origin = bottom-right\n  offset = 16x16\n  width = 420\n  notification_limit = 6\n  font = DejaVu Sans 10\n  markup = full\n  idle_threshold = 0\n  dmenu = " + d.chooser() + "\n[all]\n  summary = \"*\"\n  script = " + d.witness() + "\n[urgency_normal]\n  timeout = 60\n  background = \"#24313d\"\n  foreground = \"#ffffff\"\n[urgency_critical]\n  timeout = 0\n  background = \"#7f1d1d\"\n  foreground = \"#ffffff\"\n",
	}
	for name, text := range files {
		path := filepath.Join(d.Dir, "home", name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			return err
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			return err
		}
	}
	return d.writeNoticeScripts()
}

// StartPanel brings the panel, and with it a tray.
func (d *Desktop) StartPanel() error {
	d.panel = d.hands().panel()
	if err := d.Start(d.panel); err != nil {
		return err
	}
	return d.WaitName(watcherName)
}

// StopPanel takes the panel away, as a crash or a change of desktop does.
func (d *Desktop) StopPanel() error {
	if err := d.panel.Process.Kill(); err != nil {
		return err
	}
	return d.WaitNameGone(watcherName)
}

// Eventually asks until done says yes. It is for what has no signal of its own.
func Eventually(what string, done func() bool) error {
	deadline := time.Now().Add(waitTimeout)
	for !done() {
		if time.Now().After(deadline) {
			return fmt.Errorf("waited %v for %s", waitTimeout, what)
		}
		time.Sleep(20 * time.Millisecond)
	}
	return nil
}
