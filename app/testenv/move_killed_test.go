//go:build linux

package testenv_test

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"freshkey/app/api"
	"freshkey/app/testenv"
	"freshkey/oauth/keeper"
)

// Killed once the chain was let go and the file lacks its key, the same command goes on, asks nobody again, and the chain is in one place.
func TestExportThatWasKilledGoesOn(t *testing.T) {
	for what, removed := range map[string]bool{"as it is": false, "once the account was removed": true} {
		t.Run(what, func(t *testing.T) { killedExportGoesOn(t, removed) })
	}
}

func killedExportGoesOn(t *testing.T, removed bool) {
	s := open(t, true)
	s.ready()
	there := s.other()
	file := filepath.Join(s.Dir, "work.key")
	for s.killedTooLate(file) {
		s.must(s.app.StartAgent())
		_, err := s.app.FreshkeyInput(passphrase, "import", file, "--take-back")
		s.must(err)
	}
	unfinished, err := os.ReadFile(file)
	s.must(err)
	s.must(s.app.StartAgent())
	s.must(testenv.Eventually("the account to be read", func() bool {
		a, err := s.app.Account("work")
		return err == nil && a.State == keeper.StateSignIn && a.Reason == keeper.ReasonMoved
	}))
	if _, err := s.app.Freshkey("refresh", "work"); exitCode(err) != 3 {
		t.Errorf("refreshed after it was let go: exit code %d", exitCode(err))
	}
	for what, c := range map[string]struct {
		by    *testenv.App
		input string
		args  []string
	}{
		"a file that lacks its key":     {there, passphrase, []string{"import", file}},
		"another passphrase":            {s.app, "another passphrase\n", []string{"export", "work", "--move", file}},
		"another file":                  {s.app, passphrase, []string{"export", "work", "--move", file + "2"}},
		"another account over its file": {s.app, passphrase, []string{"export", "home", "--move", file}},
	} {
		if what == "another account over its file" {
			s.must(s.app.Add("home"))
			s.waitState("home", keeper.StateFresh)
		}
		out, err := c.by.FreshkeyInput(c.input, c.args...)
		if now, readErr := os.ReadFile(file); err == nil || readErr != nil || string(now) != string(unfinished) {
			t.Errorf("%s: %s %v", what, out, err)
		}
	}
	if removed {
		_, err := s.app.Freshkey("remove", "work", "--yes")
		s.must(err)
	}
	for range 2 { // the second time, the account is no longer here, and the file has it
		if out, err := s.app.FreshkeyInput(passphrase, "export", "work", "--move", file); err != nil {
			t.Fatalf("the same command: %v %s", err, out)
		}
	}
	if out, err := there.FreshkeyInput(passphrase, "import", file, "--name", "moved"); err != nil {
		t.Fatalf("%v %s", err, out)
	}
	_, err = there.Freshkey("refresh", "moved")
	s.must(err)
	if counts, err := s.app.Counts(); err != nil || counts.Reuses != 0 {
		t.Errorf("%d spent tokens were presented, %v", counts.Reuses, err)
	}
}

// killedTooLate kills the agent once it has let go of a chain, while the passphrase is worked on and the file is not whole; it reports whether the
// agent was quicker.
func (s *scene) killedTooLate(file string) bool {
	s.t.Helper()
	done := s.agreeing(file)
	s.must(testenv.Eventually("the chain to be let go", func() bool {
		accounts, err := api.ClientAt(s.app.Socket()).Accounts(s.t.Context())
		return err == nil && (len(accounts) == 0 || accounts[0].Reason == keeper.ReasonMoved)
	}))
	s.must(s.app.Kill())
	got := <-done
	return got.err == nil
}

// One yes is for one file: who asks at the same time is not answered by it.
func TestOneYesIsForOneExport(t *testing.T) {
	s := open(t, true)
	s.ready()
	mine, theirs := filepath.Join(s.Dir, "mine.key"), filepath.Join(s.Dir, "theirs.key")
	done := make(chan outcome, 1)
	go func() {
		out, err := s.app.FreshkeyInput(passphrase, "export", "work", "--move", mine)
		done <- outcome{out, err}
	}()
	s.awaitQuestion(func(q api.Question) bool { return q.Export == mine })
	if out, err := s.app.FreshkeyInput("their passphrase\n", "export", "work", "--move", theirs); exitCode(err) != 2 {
		t.Errorf("a second one: %v %s", err, out)
	}
	s.yesInWindow()
	if got := <-done; got.err != nil {
		t.Errorf("%v %s", got.err, got.out)
	}
	if _, err := os.Stat(theirs); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the other file: %v", err)
	}
}
