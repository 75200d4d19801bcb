package desktop

import (
	"testing"
	"time"
)

// An agent that a job has started without a bus kept each command of the session from its keychain, for as long as it lived.
func TestAnAgentWithoutABusEnds(t *testing.T) {
	t.Setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path="+t.TempDir()+"/nobody")
	s := linuxSession{&bus{}, func() *connection { return nil }, 100 * time.Millisecond}
	if why := s.AwaitEnd(t.Context()); why != noBus {
		t.Errorf("it ends because of %q", why)
	}
}
