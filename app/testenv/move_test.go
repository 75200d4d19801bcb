//go:build linux

package testenv_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"freshkey/app/api"
	"freshkey/app/testenv"
	"freshkey/oauth/keeper"
)

const passphrase = "planted passphrase\n"

// other is another computer: a profile of its own, with its own keychain entries, settings and agent.
func (s *scene) other() *testenv.App {
	s.t.Helper()
	there := &testenv.App{Session: s.Session, Binary: binary, Profile: "other"}
	s.must(there.StartAgent())
	return there
}

// exporting runs an export beside the test, and answers its question in the window.
func (s *scene) exporting(file string, yes bool) outcome {
	s.t.Helper()
	done := make(chan outcome, 1)
	go func() {
		out, err := s.app.FreshkeyInput(passphrase, "export", "work", "--move", file)
		done <- outcome{out, err}
	}()
	s.awaitQuestion(func(q api.Question) bool { return q.Export != "" })
	id, err := s.WaitWindow("Freshkey")
	s.must(err)
	s.must(s.Focus(id))
	s.must(s.Settled())
	s.picture("export-question")
	keys := []string{"Tab", "space"}
	if !yes {
		keys = []string{"Tab", "Tab", "space"}
	}
	s.must(s.Keys(keys...))
	return <-done
}

func TestAccountMovesAndItsChainIsInOnePlace(t *testing.T) {
	s := open(t, true)
	s.ready()
	there := s.other()
	refresh := s.stored()
	file := filepath.Join(s.Dir, "work.key")
	if got := s.exporting(file, false); exitCode(got.err) != 1 || !strings.Contains(got.err.Error(), "Nobody agreed") {
		t.Fatalf("without a yes: %v %s", got.err, got.out)
	}
	if _, err := os.Stat(file); !errors.Is(err, os.ErrNotExist) {
		t.Fatalf("a file without a yes: %v", err)
	}
	if out, err := s.app.FreshkeyInput("short\n", "export", "work", "--move", file); exitCode(err) != 2 {
		t.Errorf("a passphrase of five letters: %v %s", err, out)
	}
	if got := s.exporting(file, true); got.err != nil {
		t.Fatalf("%v %s", got.err, got.out)
	}
	data, err := os.ReadFile(file)
	s.must(err)
	if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o600 || strings.Contains(string(data), refresh.Reveal()) {
		t.Errorf("the file: %v %v", info.Mode(), err)
	}
	if _, err := s.app.Account("work"); err == nil {
		t.Error("it is still here")
	}
	for _, c := range []struct {
		by    *testenv.App
		input string
		code  int
		args  []string
	}{
		{there, "another passphrase\n", 1, []string{"import", file}},
		{s.app, passphrase, 2, []string{"import", file}}, // it was made here
		{there, passphrase, 0, []string{"import", file}},
	} {
		out, err := c.by.FreshkeyInput(c.input, c.args...)
		if exitCode(err) != c.code || strings.Contains(out, refresh.Reveal()) {
			t.Fatalf("%v: exit code %d, want %d: %s", c.args, exitCode(err), c.code, out)
		}
	}
	if _, err := os.Stat(file); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the file is there after it was taken: %v", err)
	}
	s.must(os.WriteFile(file, data, 0o600)) // a copy
	if out, err := there.FreshkeyInput(passphrase, "import", file); exitCode(err) != 2 {
		t.Errorf("a second time: %v %s", err, out)
	}
	_, err = there.Freshkey("refresh", "work")
	s.must(err)
	if out, err := s.app.FreshkeyInput(passphrase, "import", file, "--take-back"); exitCode(err) != 2 { // another profile's agent has used its token
		t.Errorf("taken back after it went on elsewhere: %v %s", err, out)
	}
	s.must(there.Kill())
	s.must(there.StartAgent())
	_, err = there.Freshkey("refresh", "work")
	s.must(err)
	counts, err := s.app.Counts()
	s.must(err)
	if counts.Reuses != 0 || counts.Refreshes != 2 {
		t.Errorf("%d refreshes, %d with a spent token", counts.Refreshes, counts.Reuses)
	}
	if out, err := s.Run("grep", "-rlF", "planted passphrase", s.Dir); err == nil {
		t.Errorf("the passphrase is on the disk: %s", out)
	}
}

// Killed once the chain was let go and the file lacks its key, the same command goes on, asks nobody again, and the chain is in one place.
func TestExportThatWasKilledGoesOn(t *testing.T) {
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

// What was exported by mistake is taken back, once, by a person's word.
func TestExportByMistakeIsTakenBack(t *testing.T) {
	s := open(t, true)
	s.ready()
	file := filepath.Join(s.Dir, "work.key")
	if got := <-s.agreeing(file); got.err != nil {
		t.Fatalf("%v %s", got.err, got.out)
	}
	data, err := os.ReadFile(file)
	s.must(err)
	if out, err := s.app.FreshkeyInput(passphrase, "import", file, "--take-back"); err != nil {
		t.Fatalf("%v %s", err, out)
	}
	_, err = s.app.Freshkey("refresh", "work")
	s.must(err)
	s.wantChain()
	s.must(s.app.Kill())
	s.must(s.app.StartAgent())
	s.waitState("work", keeper.StateFresh)
	_, err = s.app.Freshkey("remove", "work", "--yes")
	s.must(err)
	s.must(os.WriteFile(file, data, 0o600)) // a copy; its chain has moved on
	for _, flag := range []string{"--name=again", "--take-back"} {
		if out, err := s.app.FreshkeyInput(passphrase, "import", file, flag); exitCode(err) != 2 {
			t.Errorf("%s: %v %s", flag, err, out)
		}
	}
}

// agreeing runs an export beside the test, and says yes in the window.
func (s *scene) agreeing(file string) <-chan outcome {
	s.t.Helper()
	done := make(chan outcome, 1)
	go func() {
		out, err := s.app.FreshkeyInput(passphrase, "export", "work", "--move", file)
		done <- outcome{out, err}
	}()
	s.awaitQuestion(func(q api.Question) bool { return q.Export == file })
	s.yesInWindow()
	return done
}

// yesInWindow presses the first button of a question.
func (s *scene) yesInWindow() {
	s.t.Helper()
	id, err := s.WaitWindow("Freshkey")
	s.must(err)
	s.must(s.Focus(id))
	s.must(s.Settled())
	s.must(s.Keys("Tab", "space"))
}

// awaitQuestion waits until the agent asks what fits.
func (s *scene) awaitQuestion(fits func(api.Question) bool) {
	s.t.Helper()
	ctx, stop := context.WithTimeout(s.t.Context(), time.Minute)
	defer stop()
	err := api.ClientAt(s.app.Socket()).Follow(ctx, func(snapshot api.Snapshot) {
		if len(snapshot.Questions) > 0 && fits(snapshot.Questions[0]) {
			stop()
		}
	})
	if !errors.Is(ctx.Err(), context.Canceled) {
		s.t.Fatalf("nobody is asked: %v", err)
	}
}
