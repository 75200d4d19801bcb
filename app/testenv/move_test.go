//go:build linux

package testenv_test

import (
	"context"
	"encoding/json"
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
	s.must(s.SettledFor(readingTime))
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
	if got := s.exporting(file, false); exitCode(got.err) != 1 || !strings.Contains(got.err.Error(), "not answered with yes") {
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
	kept := map[string]any{}
	credentials, err := s.app.Credentials()
	s.must(err)
	s.must(json.Unmarshal([]byte(credentials), &kept))
	kept["refresh_token"] = refresh.Reveal() // as in a file that a person has kept
	delete(kept, "access_token")
	again, err := json.Marshal(kept)
	s.must(err)
	for _, by := range []*testenv.App{s.app, there} {
		if out, err := by.FreshkeyInput(string(again), "add", "again"); exitCode(err) != 2 || !strings.Contains(err.Error(), "has left this computer") {
			t.Errorf("its token, added where it came from: %v %s", err, out)
		}
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
	foreign := strings.Replace(string(data), `"id": "`, `"id": "0`, 1) // of another computer, for all this one knows
	s.must(os.WriteFile(file, []byte(foreign), 0o600))
	if out, err := there.FreshkeyInput(passphrase, "export", "work", "--move", file); exitCode(err) != 2 || !strings.Contains(err.Error(), "there already") {
		t.Errorf("over the file of a chain: %v %s", err, out)
	}
	if now, err := os.ReadFile(file); err != nil || string(now) != foreign {
		t.Errorf("the file of another chain was written over: %v", err)
	}
	s.must(os.WriteFile(file, data, 0o600))
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

// readingTime is how long a person looks at a question before they answer it by a key; one that comes sooner was meant for something else.
const readingTime = 2 * time.Second

// yesInWindow presses the first button of a question.
func (s *scene) yesInWindow() {
	s.t.Helper()
	id, err := s.WaitWindow("Freshkey")
	s.must(err)
	s.must(s.Focus(id))
	s.must(s.SettledFor(readingTime))
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
