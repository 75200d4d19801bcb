//go:build linux

package testenv_test

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"freshkey/app/api"
	"freshkey/app/testenv"
)

// wantWay fails unless the doctor says that requests go that way.
func (s *scene) wantWay(when, way string) {
	s.t.Helper()
	checks, err := api.ClientAt(s.app.Socket()).Doctor(s.t.Context())
	s.must(err)
	for _, c := range checks {
		if c.Name == "Proxy" && strings.Contains(c.Result, way) {
			return
		}
	}
	s.t.Errorf("%s: want %q in %+v", when, way, checks)
}

// A proxy that was set in a terminal to look at what some program sends would read the secrets for as long as the agent lives.
func TestAgentGoesThroughTheSessionsProxyAndNoTerminals(t *testing.T) {
	s := open(t, true)
	s.Env = append(s.Env, "HTTPS_PROXY=http://127.0.0.1:9999", "SSL_CERT_FILE=/nonexistent", "GODEBUG=http2debug=1", "LIBGL_DRIVERS_PATH=/nonexistent")
	s.begins()
	_, err := s.app.Freshkey("list") // brings one up
	s.must(err)
	pid, err := s.runningAgent()
	s.must(err)
	environment, err := os.ReadFile(fmt.Sprintf("/proc/%d/environ", pid))
	s.must(err)
	for _, trap := range []string{"HTTPS_PROXY", "SSL_CERT_FILE", "GODEBUG", "LIBGL_DRIVERS_PATH"} {
		if strings.Contains("\x00"+string(environment), "\x00"+trap+"=") {
			t.Errorf("the agent was given %s", trap)
		}
	}
	s.wantWay("brought up by a command", "go straight")
	client := api.ClientAt(s.app.Socket())
	s.must(client.SetSettings(t.Context(), api.Settings{Proxy: "socks5://proxy.example:1080"}))
	s.wantWay("by the settings", "socks5://proxy.example:1080")
	for _, wrong := range []string{"proxy.example", "http://u:secret@proxy.example", "ftp://proxy.example"} {
		if err := client.SetSettings(t.Context(), api.Settings{Proxy: wrong}); err == nil || strings.Contains(err.Error(), "secret@") {
			t.Errorf("%q was taken, or quoted: %v", wrong, err)
		}
	}
	s.must(client.SetSettings(t.Context(), api.Settings{}))
	_, err = s.app.Freshkey("quit")
	s.must(err)

	s.must(testenv.Eventually("its end", func() bool { _, err := os.Stat(s.app.Socket()); return os.IsNotExist(err) }))

	s.must(s.Start(s.Command("script", "-qec", s.app.Binary+" --profile test --background", "/dev/null")))
	s.must(testenv.Eventually("the agent", func() bool { _, err := client.Status(t.Context()); return err == nil }))
	s.wantWay("begun at a terminal", "go straight")
	_, err = s.app.Freshkey("quit")
	s.must(err)
	s.must(testenv.Eventually("its end", func() bool { _, err := os.Stat(s.app.Socket()); return os.IsNotExist(err) }))

	s.must(s.Start(s.Command("setsid", "--wait", s.app.Binary, "--profile", "test", "--background"))) // as a session's autostart does
	s.must(testenv.Eventually("the agent", func() bool { _, err := client.Status(t.Context()); return err == nil }))
	s.wantWay("begun by the session", "http://127.0.0.1:9999")
	s.must(s.NewSystemd("https_proxy=http://127.0.0.1:7777", "HOME=/"))
	s.wantWay("as the user's systemd says", "http://127.0.0.1:7777")
	s.must(client.SetSettings(t.Context(), api.Settings{Proxy: api.NoProxy}))
	s.wantWay("without one", "go straight")
	_, err = s.app.Freshkey("quit")
	s.must(err)
}

// runningAgent is the process that answers.
func (s *scene) runningAgent() (int, error) {
	status, err := api.ClientAt(s.app.Socket()).Status(s.t.Context())
	return status.PID, err
}
