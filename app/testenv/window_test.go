//go:build linux

package testenv_test

import (
	"context"
	"os"
	"strings"
	"syscall"
	"testing"

	"freshkey/app/api"
	"freshkey/app/testenv"
	"freshkey/oauth/keeper"
)

func TestWithoutATrayTheWindowOpensAndTheIconComesLater(t *testing.T) {
	s := open(t, false)
	s.must(s.app.StartAgent())
	s.waitNotice("Freshkey runs without a tray icon")
	_, err := s.WaitWindow("Freshkey")
	s.must(err)
	if _, err := s.app.Freshkey("doctor"); exitCode(err) != 1 {
		t.Errorf("doctor: %v, want exit code 1", err)
	}
	s.must(s.StartPanel())
	_, err = s.WaitTray(s.app.PID())
	s.must(err)
	s.must(s.StopPanel())
	s.must(s.StartPanel())
	_, err = s.WaitTray(s.app.PID())
	s.must(err)
	out, err := s.app.Freshkey("doctor")
	if err != nil || strings.Contains(out, "BAD") {
		t.Errorf("doctor: %v %s", err, out)
	}
}

func TestSecondStartOpensTheFirstOnesWindow(t *testing.T) { onEachDesktop(t, true, secondStart) }

func secondStart(s *scene) {
	s.must(s.app.StartAgent())
	if out, err := s.app.Freshkey(); err != nil {
		s.t.Fatalf("%v %s", err, out)
	}
	id, err := s.WaitWindow("Freshkey")
	s.must(err)
	pid, err := s.WindowProcess(id)
	s.must(err)
	if out, _ := s.Run("pgrep", "-c", "-f", binary+"-window"); strings.TrimSpace(out) != "1" {
		s.t.Errorf("%s window processes", out)
	}
	s.must(s.Focus(id))
	s.must(s.Keys("ctrl+w"))
	s.must(testenv.Eventually("the window's process to end", func() bool {
		_, err := os.Stat("/proc/" + pid)
		return os.IsNotExist(err)
	}))
	if _, err := s.app.Freshkey("list"); err != nil {
		s.t.Errorf("the agent went with its window: %v", err)
	}
	s.must(s.app.Quit())
	if _, err := s.app.Freshkey("quit"); exitCode(err) != 5 {
		s.t.Errorf("quit without an agent: %v, want exit code 5", err)
	}
}

// openAddPage opens the window on its page for a new account, and returns the window.
func (s *scene) openAddPage() (id string) {
	s.t.Helper()
	id = s.openWindow()
	s.must(s.Keys("ctrl+n"))
	s.must(s.Settled())
	return id
}

// openWindow starts what a person starts, and goes to the window that opens.
func (s *scene) openWindow() (id string) {
	s.t.Helper()
	_, err := s.app.Freshkey()
	s.must(err)
	id, err = s.WaitWindow("Freshkey")
	s.must(err)
	s.must(s.Settled())
	s.must(s.Focus(id))
	return id
}

func TestWindowAddsCopiesAndCanBeKilled(t *testing.T) { onEachDesktop(t, true, addsCopiesAndIsKilled) }

func addsCopiesAndIsKilled(s *scene) {
	s.must(s.app.StartAgent())
	id := s.openAddPage()
	answer, err := s.app.Credentials() // names the sandbox's addresses too
	s.must(err)
	s.must(s.Type("{\"broken\""))
	s.must(s.Keys("Return"))
	s.must(s.Settled())
	s.picture("add-mistake")
	if out, err := s.app.Freshkey("list", "--json"); err != nil || strings.TrimSpace(out) != "[]" {
		s.t.Errorf("stored in spite of the mistake: %s %v", out, err)
	}
	s.must(s.Keys("ctrl+a"))
	s.must(s.Type(strings.TrimSpace(answer)))
	s.must(s.Settled())
	s.picture("add-recognised")
	s.must(s.Keys("Tab"))
	s.must(s.Type("typed"))
	s.must(s.Keys("Return"))
	_, err = s.app.WaitAccount("typed", "the account", func(a api.Account) bool { return a.State == keeper.StateFresh })
	s.must(err)
	s.must(s.Settled())
	s.picture("added")
	s.must(s.Keys("ctrl+c"))
	token, err := s.app.Freshkey("token", "typed")
	s.must(err)
	s.must(testenv.Eventually("the token in the clipboard", func() bool {
		got, err := s.Clipboard()
		return err == nil && got == strings.TrimSpace(token)
	}))
	s.must(s.Settled())
	s.picture("copied")
	pid, err := s.WindowProcess(id)
	s.must(err)
	s.must(syscall.Kill(atoi(s.t, pid), syscall.SIGKILL))
	if again, err := s.app.Freshkey("token", "typed"); err != nil || again != token {
		s.t.Errorf("killing the window cost something: %v", err)
	}
}

// A provider that comes with the program is found by its name, and asks for nothing but what only the person knows.
func TestWindowAddsAnAccountOfAPresetWithIDAndSecretAlone(t *testing.T) {
	s := open(t, true)
	s.must(s.app.StartAgent())
	s.openAddPage()
	s.must(s.Keys("ctrl+p"))
	s.must(s.Settled())
	s.must(s.Type("git"))
	s.must(s.Settled())
	s.picture("provider-found")
	s.must(s.Keys("Return"))
	s.must(s.Settled())
	s.must(s.Type("Iv1.0123456789abcdef"))
	s.must(s.Keys("Tab"))
	s.must(s.Type("planted-secret"))
	s.picture("preset-filled")
	s.must(s.Keys("Return"))
	a, err := s.app.WaitAccount("GitHub App", "the account", func(a api.Account) bool { return a.State == keeper.StateSignIn })
	s.must(err)
	if a.Provider != "github" || a.ClientID != "Iv1.0123456789abcdef" || a.RedirectURI != "http://127.0.0.1:8765/callback" {
		t.Errorf("%+v", a)
	}
	client := api.ClientAt(s.app.Socket())
	s.must(testenv.Eventually("the sign-in to begin", func() bool { return s.loginOf(client, a.ID).AuthorizeURL != "" }))
	if page := s.loginOf(client, a.ID).AuthorizeURL; !strings.HasPrefix(page, "https://github.com/login/oauth/authorize?") || !strings.Contains(page, "code_challenge_method=S256") {
		t.Errorf("the person is sent to %s", page)
	}
	s.must(s.Settled())
	s.picture("preset-added")
}

// loginOf is an account's sign-in as a window sees it.
func (s *scene) loginOf(client *api.Client, id string) (found api.Login) {
	ctx, stop := context.WithCancel(s.t.Context())
	defer stop()
	_ = client.Follow(ctx, func(snapshot api.Snapshot) {
		for _, l := range snapshot.Logins {
			if l.Account == id {
				found = l
			}
		}
		stop()
	})
	return found
}
