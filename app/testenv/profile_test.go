//go:build linux

package testenv_test

import (
	"strings"
	"testing"

	"freshkey/app/testenv"
)

func TestSandboxNeverServesTheDefaultProfile(t *testing.T) {
	s := open(t, true)
	s.app.Profile = ""
	if err := s.app.Add("work"); exitCode(err) != 2 || !strings.Contains(err.Error(), "default profile") {
		t.Errorf("got %v", err)
	}
	_, err := s.app.Freshkey("quit")
	s.must(err)
}

func TestTwoStartsAtOnceMakeOneAgent(t *testing.T) {
	s := open(t, true)
	codes := make(chan int, 8)
	for range cap(codes) {
		go func() {
			_, err := s.app.Freshkey("list")
			codes <- exitCode(err)
		}()
	}
	for range cap(codes) {
		if code := <-codes; code != 0 {
			t.Errorf("exit code %d", code)
		}
	}
	s.must(testenv.Eventually("one agent to be left", func() bool {
		out, _ := s.Run("pgrep", "-c", "-f", binary+" --background")
		return strings.TrimSpace(out) == "1"
	}))
	_, err := s.app.Freshkey("quit")
	s.must(err)
}

func TestOneProfileHasOneAgentWhateverItsEnvironment(t *testing.T) {
	s := open(t, true)
	s.ready()
	rival := s.Command("timeout", "20", s.app.Binary, "--background", "--profile", "test")
	rival.Env = append(rival.Env, "XDG_STATE_HOME="+s.Dir+"/elsewhere", "XDG_RUNTIME_DIR="+t.TempDir())
	if out, err := rival.CombinedOutput(); err != nil { // it ends by itself, content that another one is there
		t.Errorf("%v %s", err, out)
	}
	s.token()
}

func TestOneChainIsNotKeptInTwoProfiles(t *testing.T) {
	s := open(t, true)
	s.must(s.app.StartAgent())
	credentials, err := s.app.Credentials()
	s.must(err)
	s.must(s.app.AddWith("work", credentials))
	other := *s.app
	other.Profile = "second"
	if err := other.AddWith("again", credentials); exitCode(err) != 2 {
		t.Errorf("added a second time: %v", err)
	}
	if out, err := other.Freshkey("list", "--json"); err != nil || strings.TrimSpace(out) != "[]" {
		t.Errorf("%s %v", out, err)
	}
	_, err = other.Freshkey("quit")
	s.must(err)
	s.wantChain()
}
