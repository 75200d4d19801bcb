//go:build linux

package testenv_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"freshkey/app/testenv"
	"freshkey/oauth/keeper"
	"freshkey/oauth/sandbox"
)

// begins has the profile be there, as after its first account: else most commands take its name for a slip.
func (s *scene) begins() {
	s.t.Helper()
	s.must(os.MkdirAll(filepath.Join(s.Dir, "home", ".config", "freshkey", "profiles", "test"), 0o700))
}

func TestTwoStartsAtOnceMakeOneAgent(t *testing.T) {
	s := open(t, true)
	s.begins()
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

// The folder of the session goes with the session; an agent that outlives it would lock the next one out.
func TestAgentWithoutASocketMakesRoom(t *testing.T) {
	s := open(t, true)
	s.ready()
	first := s.app.PID()
	s.must(s.app.Break(sandbox.Slow, 1))
	sent := make(chan struct{})
	before, err := s.app.Counts()
	s.must(err)
	go func() { defer close(sent); _, _ = s.app.Freshkey("refresh", "work") }()
	s.must(testenv.Eventually("the request to be out", func() bool {
		c, err := s.app.Counts()
		return err == nil && c.Hits > before.Hits
	}))
	s.must(os.RemoveAll(filepath.Dir(s.app.Socket())))
	if out, err := s.app.Freshkey("list"); err != nil || !strings.Contains(out, "work") {
		t.Errorf("the next one was locked out: %v %s", err, out)
	}
	<-sent // whoever asked may have to ask the next one
	s.waitState("work", keeper.StateFresh)
	s.wantChain()
	s.must(testenv.Eventually("the first agent to be gone", func() bool {
		out, _ := s.Run("pgrep", "-f", binary+" --background")
		return !slices.Contains(strings.Fields(out), itoa(first)) && out != ""
	}))
	_, err = s.app.Freshkey("quit")
	s.must(err)
}
