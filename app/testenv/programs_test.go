//go:build linux

package testenv_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"freshkey/app/api"
	"freshkey/app/testenv"
	"freshkey/oauth/keeper"
	"freshkey/oauth/sandbox"
)

// window runs the window's program.
func (s *scene) window(args ...string) (string, error) {
	return s.Run(binary+"-window", append(args, "--profile", s.app.Profile)...)
}

// quitAgent ends an agent that this test did not start itself, and waits for its end.
func (s *scene) quitAgent() {
	s.t.Helper()
	_, err := s.app.Freshkey("quit")
	s.must(err)
}

func TestWindowStartedByItselfBringsUpTheAgent(t *testing.T) {
	s := open(t, true)
	if out, err := s.window("--background"); err != nil {
		t.Fatalf("%v %s", err, out)
	}
	if _, err := s.app.Freshkey("list"); err != nil {
		t.Fatal(err)
	}
	if out, _ := s.Run("xdotool", "search", "--name", "^Freshkey( – .*)?$"); strings.TrimSpace(out) != "" {
		t.Errorf("--background opened a window: %s", out)
	}
	s.quitAgent()
	for range 2 { // the second is the first one's window
		if out, err := s.window(); err != nil {
			t.Fatalf("%v %s", err, out)
		}
		_, err := s.WaitWindow("Freshkey")
		s.must(err)
	}
	if out, _ := s.Run("pgrep", "-c", "-f", binary+"-window --attached"); strings.TrimSpace(out) != "1" {
		t.Errorf("%s windows", out)
	}
	s.quitAgent()
}

// The package of the window is not installed, or that of the agent.
func TestOneProgramWithoutTheOtherSaysWhatIsMissing(t *testing.T) {
	s := open(t, true)
	for name, c := range map[string]struct {
		args []string
		code int
		said string
	}{
		"freshkey":        {[]string{"window"}, 1, "window is not installed"},
		"freshkey-window": {[]string{"--profile", "other", "--background"}, 5, "agent is not installed"},
	} {
		alone := filepath.Join(s.Dir, "alone-"+name)
		s.must(os.MkdirAll(alone, 0o700))
		s.must(os.Link(filepath.Join(filepath.Dir(binary), name), filepath.Join(alone, name)))
		_, err := s.Run("env", append([]string{"PATH=/nowhere", filepath.Join(alone, name)}, c.args...)...)
		if exitCode(err) != c.code || !strings.Contains(err.Error(), c.said) {
			t.Errorf("%s %v: %v, want exit code %d and %q", name, c.args, err, c.code, c.said)
		}
	}
	if _, err := s.Run(filepath.Join(s.Dir, "alone-freshkey", "freshkey"), "quit"); err != nil { // the one whose window is not there
		t.Error(err)
	}
	lonely := *s.app
	lonely.Binary = filepath.Join(s.Dir, "alone-freshkey", "freshkey")
	s.must(lonely.StartAgent())
	tray, err := s.WaitTray(lonely.PID())
	s.must(err)
	s.must(tray.Click("", "Open Freshkey"))
	s.waitNotice("The window does not open")
	s.must(lonely.Quit())
}

func TestRestartedAgentIsAnotherProcessWithAWindow(t *testing.T) {
	s := open(t, true)
	s.ready()
	client := api.ClientAt(s.app.Socket())
	before, err := client.Status(t.Context())
	s.must(err)
	s.must(client.Restart(t.Context()))
	s.must(testenv.Eventually("another agent", func() bool {
		now, err := client.Status(t.Context())
		return err == nil && now.PID != before.PID
	}))
	_, err = s.WaitWindow("Freshkey")
	s.must(err)
	s.wantChain()
	s.quitAgent()
}

// What runs all day carries neither a window's toolkit nor a C library.
func TestAgentIsFreeOfFyneAndCgo(t *testing.T) {
	for _, system := range []string{"linux", "windows"} {
		list := exec.Command("go", "list", "-deps", "-f", "{{if not .Standard}}{{.ImportPath}} {{len .CgoFiles}}{{end}}", "freshkey")
		list.Env = append(os.Environ(), "GOOS="+system, "CGO_ENABLED=1")
		out, err := list.Output()
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(string(out)) {
			path, files, _ := strings.Cut(strings.TrimSpace(line), " ")
			if strings.HasPrefix(path, "fyne.io/fyne/") || files != "0" {
				t.Errorf("%s: %s, %s files of cgo", system, path, files)
			}
		}
	}
}

func TestQuitSaysWhatIsNotSaved(t *testing.T) {
	s := open(t, true)
	s.ready()
	s.must(s.app.Break(sandbox.Slow, 1))
	done := make(chan error, 1)
	go func() {
		_, err := s.app.Freshkey("refresh", "work")
		done <- err
	}()
	s.must(testenv.Eventually("the request to be on its way", func() bool {
		c, err := s.app.Counts()
		return err == nil && c.Refreshes == 1
	}))
	s.must(s.Lock())
	if err := <-done; exitCode(err) != 4 {
		t.Errorf("refresh: %v, want exit code 4", err)
	}
	s.waitState("work", keeper.StateUnsaved)
	out, err := s.app.Freshkey("quit")
	if err != nil || !strings.Contains(out, "unsaved") {
		t.Errorf("quit said %q (%v)", out, err)
	}
	s.must(s.Unlock())
	s.must(s.app.StartAgent())
	s.waitState("work", keeper.StateFresh)
	s.wantChain()
}

// Whoever types in the window is not to lose that because something has killed the agent.
func TestWindowOutlivesAnAgentThatIsKilled(t *testing.T) {
	s := open(t, true)
	s.must(s.app.StartAgent())
	id := s.openWindow()
	pid, err := s.WindowProcess(id)
	s.must(err)
	windows := func() []string {
		out, _ := s.Run("pgrep", "-f", binary+"-window --attached")
		return strings.Fields(out)
	}
	s.must(s.app.Kill())
	s.must(s.app.StartAgent())
	s.must(s.Settled()) // "The agent is not running" comes
	s.must(s.Settled()) // and goes
	if all := windows(); !slices.Equal(all, []string{pid}) {
		t.Fatalf("windows %q, want %s", all, pid)
	}
	s.must(s.Keys("ctrl+n"))
	s.must(s.Settled())
	s.must(s.Keys("Tab"))
	s.must(s.Type("half a name"))
	s.must(s.app.Kill())
	s.must(s.app.StartAgent())
	s.must(s.Settled())
	s.must(s.Keys("ctrl+a", "ctrl+c"))
	s.must(testenv.Eventually("what was typed", func() bool {
		got, err := s.Clipboard()
		return err == nil && got == "half a name"
	}))
	if all := windows(); !slices.Equal(all, []string{pid}) {
		t.Errorf("windows %q, want %s", all, pid)
	}
	s.openWindow() // a person wants the one of the agent of now
	s.must(testenv.Eventually("two windows, as something is typed in one", func() bool { return len(windows()) == 2 }))
	for _, other := range windows() {
		if other != pid {
			s.must(syscall.Kill(atoi(t, other), syscall.SIGTERM))
		}
	}
	s.must(testenv.Eventually("the end of the other", func() bool { return slices.Equal(windows(), []string{pid}) }))
	s.must(s.Focus(id))
	s.must(s.Keys("ctrl+a", "BackSpace", "Escape")) // nothing is typed any more, and it is the only one
	s.must(s.Settled())
	if all := windows(); !slices.Equal(all, []string{pid}) {
		t.Errorf("windows %q, want %s", all, pid)
	}
	_, err = s.app.Freshkey()
	s.must(err)
	s.must(testenv.Eventually("the end of the old one", func() bool { return len(windows()) == 1 && windows()[0] != pid }))
	s.must(s.app.Quit())
	s.must(testenv.Eventually("the end of the other", func() bool { return len(windows()) == 0 }))
}
