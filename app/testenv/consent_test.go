//go:build linux

package testenv_test

import (
	"strings"
	"testing"

	"freshkey/app/api"
	"freshkey/app/testenv"
)

// outcome is what a command came to.
type outcome struct {
	out string
	err error
}

// inBackground runs a command beside the test.
func (s *scene) inBackground(args ...string) <-chan outcome {
	done := make(chan outcome, 1)
	go func() {
		out, err := s.app.Freshkey(args...)
		done <- outcome{out, err}
	}()
	return done
}

// asked is a command for a token that a person is asked about.
func (s *scene) asked() (done <-chan outcome) {
	s.t.Helper()
	_, err := s.app.Freshkey("edit", "work", "--ask", "on")
	s.must(err)
	done = s.inBackground("token", "work")
	s.waitNotice("wants a token of work")
	return done
}

// An account that asks gives its token to no program before a person has agreed, and to the person at once.
func TestProgramGetsATokenOnlyOnceAPersonAgrees(t *testing.T) {
	s := open(t, true)
	tray := s.ready()
	before := s.token()
	_, err := s.app.Freshkey("edit", "work", "--ask", "on")
	s.must(err)
	for _, scene := range []struct {
		answer string // the key of the notice's button
		args   []string
		code   int
	}{
		{"2", []string{"token", "work"}, 1},
		{"0", []string{"token", "work"}, 0},
		{"2", []string{"copy", "work"}, 1},
		{"1", []string{"token", "work"}, 0},
	} {
		done := s.inBackground(scene.args...)
		n := s.waitNotice("wants a token of work")
		if !strings.Contains(n.Body, "testenv.test") {
			t.Errorf("%v: nobody is named: %q", scene.args, n.Body)
		}
		client := api.ClientAt(s.app.Socket())
		if err := client.AnswerQuestion(t.Context(), 1, api.AnswerSession); err == nil {
			t.Error("a program answered its own question")
		}
		s.must(s.ForgeClick(map[string]string{"0": "2", "1": "2", "2": "0"}[scene.answer]))
		s.must(s.ClickNotice(scene.answer))
		got := <-done
		if exitCode(got.err) != scene.code || (scene.code == 0 && !strings.Contains(got.out, before)) {
			t.Errorf("%v, answered %s: %q %v", scene.args, scene.answer, got.out, got.err)
		}
	}
	if out, err := s.app.Freshkey("token", "work"); err != nil || !strings.Contains(out, before) {
		t.Errorf("allowed until logout, and asked again: %v", err)
	}
	if out, err := s.app.Freshkey("permissions"); err != nil || !strings.Contains(out, "testenv.test") {
		t.Errorf("what was allowed is not listed: %q %v", out, err)
	}
	_, err = s.app.Freshkey("permissions", "--revoke")
	s.must(err)
	done := s.inBackground("token", "work")
	s.waitNotice("wants a token of work")
	s.must(tray.Click("", "Copy access token")) // a person's own click is not asked about
	s.waitNotice("Copied")
	s.must(s.ClickNotice("2"))
	if got := <-done; exitCode(got.err) != 1 {
		t.Errorf("revoked, and served: %v", got.err)
	}
}

// What was allowed until logout does not let a program do away with the question for ever; and whoever asks is told that a person is asked.
func TestProgramAllowedForTodayCannotEndTheQuestion(t *testing.T) {
	s := open(t, true)
	s.ready()
	_, err := s.app.Freshkey("edit", "work", "--ask", "on")
	s.must(err)
	done := s.inBackground("token", "work")
	s.waitNotice("wants a token of work")
	s.must(s.ClickNotice("1"))
	s.must((<-done).err)
	for _, scene := range []struct {
		answer string
		code   int
	}{{"1", 1}, {"0", 0}} {
		done := s.inBackground("edit", "work", "--ask", "off")
		s.waitNotice("wants work to ask no more")
		s.must(s.ClickNotice(scene.answer))
		got := <-done
		if exitCode(got.err) != scene.code {
			t.Errorf("answered %s: %q %v", scene.answer, got.out, got.err)
		}
		if got.err != nil && !strings.Contains(got.err.Error(), "asked at the screen") {
			t.Errorf("nobody said what the command waits for: %v", got.err)
		}
	}
	_, err = s.app.Freshkey("permissions", "--revoke")
	s.must(err)
	s.token() // without a question
}

// What is locked is handed out by the keychain alone; a desk that nobody sits at hands out nothing.
func TestLockedAgentHandsOutWhatTheKeychainGives(t *testing.T) {
	s := open(t, true)
	tray := s.ready()
	client := api.ClientAt(s.app.Socket())
	token := s.token()
	locked := func(want bool) {
		t.Helper()
		s.must(testenv.Eventually("the lock to follow", func() bool {
			status, err := client.Status(t.Context())
			return err == nil && status.Locked == want
		}))
	}
	s.must(tray.Click("", "Copy access token"))
	s.waitNotice("Copied")
	s.must(tray.Click("", "Lock now"))
	locked(true)
	s.must(testenv.Eventually("the clipboard to be emptied", func() bool {
		text, err := s.Clipboard()
		return err != nil || text == ""
	}))
	if s.token() != token {
		t.Error("the keychain, which is open, gives another token")
	}
	s.must(s.Lock())
	if out, err := s.app.Freshkey("token", "work"); exitCode(err) != 4 || strings.Contains(out, token) {
		t.Errorf("served past a locked keychain: %v", err)
	}
	s.must(s.Unlock())
	s.must(tray.Click("", "Unlock"))
	locked(false)
	s.must(client.SetSettings(t.Context(), api.Settings{Lock: api.Lock{WithScreen: true, WithKeychain: true}}))
	screen, err := s.NewScreenSaver()
	s.must(err)
	s.must(screen(true))
	locked(true)
	s.must(screen(false))
	locked(false)
	s.must(s.Lock())
	if _, err := s.app.Freshkey("token", "work"); exitCode(err) != 4 {
		t.Errorf("with the setting, served past a locked keychain: %v", err)
	}
	s.must(s.Unlock())
	s.must(client.SetSettings(t.Context(), api.Settings{Lock: api.Lock{After: "1s"}}))
	locked(true)
	_, err = s.app.Freshkey("lock")
	s.must(err)
	s.wantChain()
}

// What waits for the tokens of an account that is to ask no more is no question any more, and a person is not asked it next.
func TestQuestionsThatWaitEndWhenTheAccountAsksNoMore(t *testing.T) {
	s := open(t, true)
	s.ready()
	before := s.token()
	_, err := s.app.Freshkey("edit", "work", "--ask", "on")
	s.must(err)
	var waiting []<-chan outcome
	for range 3 {
		waiting = append(waiting, s.inBackground("token", "work"))
	}
	s.waitNotice("wants a token of work")
	edit := s.inBackground("edit", "work", "--ask", "off")
	s.waitNotice("wants work to ask no more")
	s.must(s.ClickNotice("0")) // of the newest one
	s.must((<-edit).err)
	for _, done := range waiting {
		if got := <-done; got.err != nil || !strings.Contains(got.out, before) {
			t.Errorf("%q %v", got.out, got.err)
		}
	}
}

// Who waited for an answer when Freshkey was quit was told that a person had said no, or that it took too long.
func TestAQuestionEndsWithTheAgentAndNotWithANo(t *testing.T) {
	s := open(t, true)
	s.ready()
	done := s.asked()
	s.must(s.app.Quit())
	if got := <-done; exitCode(got.err) != 5 || strings.Contains(got.out, "not allowed") || strings.Contains(got.out, "too long") {
		t.Errorf("%q %v", got.out, got.err)
	}
}

// A question stood in a window behind another one, and a click on its notice led nowhere.
func TestAClickOnAQuestionsNoticeLeadsToTheWindow(t *testing.T) {
	s := open(t, true)
	s.ready()
	done := s.asked()
	s.must(s.ClickNotice("default"))
	_, err := s.WaitWindow("Freshkey")
	s.must(err)
	s.must(s.app.Quit())
	<-done
}
