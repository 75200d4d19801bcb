//go:build linux

package testenv_test

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"freshkey/app/testenv"
)

// usersSystemd starts the user's systemd, with a bus of its own, and returns what runs a program where it is. It only runs where the machine was
// booted with systemd, which is told by a folder: in this namespace of mounts it is there.
func (s *scene) usersSystemd() (inside func(args ...string) (string, error)) {
	s.t.Helper()
	runtime := filepath.Join(s.Dir, "systemd")
	s.must(os.Mkdir(runtime, 0o700))
	s.Env = append(s.Env, "XDG_RUNTIME_DIR="+runtime, "DBUS_SESSION_BUS_ADDRESS=unix:path="+filepath.Join(runtime, "bus"))
	manager := s.Command("unshare", "--mount", "sh", "-c",
		"mkdir -p /run/systemd && mount -t tmpfs none /run/systemd && mkdir /run/systemd/system && exec /usr/lib/systemd/systemd --user")
	s.must(s.Start(manager))
	inside = func(args ...string) (string, error) {
		return s.Run("nsenter", append([]string{"--mount", "--target", strconv.Itoa(manager.Process.Pid)}, args...)...)
	}
	s.must(testenv.Eventually("the user's systemd", func() bool {
		out, _ := inside("systemctl", "--user", "is-system-running")
		return strings.TrimSpace(out) == "running"
	}))
	s.t.Cleanup(func() { _, _ = inside("systemctl", "--user", "exit") })
	return inside
}

// The units are enabled as the README says, by a real systemd, and run the built program.
func TestUnitsRunTheAgent(t *testing.T) {
	s := open(t, false)
	units := filepath.Join(s.Dir, "home", ".config", "systemd", "user")
	s.must(os.MkdirAll(units, 0o700))
	inside := s.usersSystemd()
	for _, name := range []string{"freshkey-headless", "freshkey"} {
		text := document(t, "assets/packaging/linux/"+name+".service")
		if !strings.Contains(text, "ExecStart=/usr/bin/freshkey ") {
			t.Fatalf("%s does not run what a package installs", name)
		}
		unit := strings.Replace(text, "/usr/bin/freshkey ", binary+" ", 1)
		s.must(os.WriteFile(filepath.Join(units, name+".service"), []byte(unit), 0o600))
		_, err := inside("systemctl", "--user", "daemon-reload")
		s.must(err)
		_, err = inside("systemctl", "--user", "enable", "--now", name)
		s.must(err)
		s.must(testenv.Eventually("the agent of "+name, func() bool {
			out, err := s.Run(binary, "profiles", "--json")
			return err == nil && strings.Contains(out, `"running": true`)
		}))
		if out, err := inside("systemctl", "--user", "is-active", name); err != nil || strings.TrimSpace(out) != "active" {
			t.Errorf("%s is %s: %v", name, out, err)
		}
		_, err = inside("systemctl", "--user", "disable", "--now", name)
		s.must(err)
		if out, err := s.Run(binary, "quit"); exitCode(err) != 5 {
			t.Errorf("after %s was stopped an agent answers: %s", name, out)
		}
	}
}
