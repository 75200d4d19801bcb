//go:build linux

package testenv_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"freshkey/app/testenv"
	"freshkey/oauth/sandbox"
)

// refreshing has a refresh out that takes a while.
func (s *scene) refreshing() (answered <-chan struct{}) {
	s.t.Helper()
	s.must(s.app.Break(sandbox.Slow, 1))
	before, err := s.app.Counts()
	s.must(err)
	sent := make(chan struct{})
	go func() { defer close(sent); _, _ = s.app.Freshkey("refresh", "work") }()
	s.must(testenv.Eventually("the request to be out", func() bool {
		c, err := s.app.Counts()
		return err == nil && c.Hits > before.Hits
	}))
	return sent
}

// wantEnd waits until the agent has ended by itself, and nothing that it had sent is lost.
func (s *scene) wantEnd(why string) {
	s.t.Helper()
	s.must(testenv.Eventually("the agent's end", func() bool {
		log := s.agentLog()
		return strings.Contains(log, why) && strings.Contains(log, `"msg":"end"`)
	}))
}

// Who logs out and in again must not find the profile held by an agent that nobody can reach.
func TestAgentEndsWithItsSession(t *testing.T) {
	s := open(t, true)
	news, err := s.NewPowerNews()
	s.must(err)
	s.ready()
	sent := s.refreshing()
	s.must(news.LoggedOut())
	s.wantEnd("no session left")
	<-sent
	s.must(s.app.StartAgent())
	s.wantChain()
	s.must(s.app.Quit())
}

func TestAgentEndsWithItsSessionsBus(t *testing.T) {
	s := open(t, true)
	s.must(s.app.StartAgent())
	s.must(s.KillBus())
	s.wantEnd("bus is gone")
}

// An agent whose runtime folder was unmounted with its session hears nothing of it. The next one asks it to end, and waits for what
// it has sent.
func TestUnreachableAgentIsAskedToMakeRoom(t *testing.T) {
	s := open(t, true)
	s.must(s.app.StartAgent())
	s.must(s.app.Add("work"))
	s.must(s.app.Quit())
	run := filepath.Dir(s.app.Socket())
	inside := s.Command("unshare", "--mount", "sh", "-c", `mount -t tmpfs -o mode=700 none "$1" && exec "$2" --profile test --background`, "sh", run, binary)
	s.must(s.Start(inside))
	s.must(testenv.Eventually("an agent that only itself can reach", func() bool {
		return strings.Count(s.agentLog(), `"msg":"start"`) == 2
	}))
	if _, err := os.Stat(s.app.Socket()); err == nil {
		t.Fatal("its socket can be seen")
	}
	if out, err := s.app.Freshkey("list"); err != nil || !strings.Contains(out, "work") {
		t.Errorf("locked out: %v %s", err, out)
	}
	s.must(inside.Wait()) // it ended by itself, and without an error
	s.wantChain()
	_, err := s.app.Freshkey("quit")
	s.must(err)
}
