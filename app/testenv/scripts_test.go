//go:build linux

package testenv_test

import (
	"strings"
	"testing"

	"freshkey/app/api"
	"freshkey/app/testenv"
	"freshkey/oauth/keeper"
)

// Where nobody looks there is no icon, and nothing that the doctor would complain of.
func TestAgentWithoutATrayServesScripts(t *testing.T) {
	s := open(t, true)
	s.must(s.Start(s.Command(s.app.Binary, "--profile", "test", "--background", "--no-tray")))
	client := api.ClientAt(s.app.Socket())
	s.must(testenv.Eventually("the agent", func() bool { _, err := client.Accounts(t.Context()); return err == nil }))
	s.must(s.app.Add("work"))
	s.waitState("work", keeper.StateFresh)
	if out, err := s.app.Freshkey("doctor"); err != nil || !strings.Contains(out, "--no-tray") || strings.Contains(out, "Keys that copy") {
		t.Errorf("doctor: %v %s", err, out)
	}
	status, err := client.Status(t.Context())
	s.must(err)
	if out, _ := s.Run("pgrep", "-f", binary+"-window"); status.Tray || strings.TrimSpace(out) != "" {
		t.Errorf("an icon: %v, windows: %s", status.Tray, out)
	}
	if s.token() == "" {
		t.Error("no token")
	}
	_, err = s.app.Freshkey("quit")
	s.must(err)
}
