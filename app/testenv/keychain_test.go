//go:build linux

package testenv_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"freshkey/app/api"
	"freshkey/app/testenv"
	"freshkey/oauth/keeper"
)

// answer types into the keyring's own dialog, whose title varies by version.
func (s *scene) answer(keys ...string) {
	s.t.Helper()
	s.must(testenv.Eventually("the keyring's dialog", func() bool {
		out, err := s.Run("xdotool", "search", "--onlyvisible", "--class", "gcr-prompter")
		return err == nil && out != ""
	}))
	s.must(s.Settled())
	s.picture("prompt")
	for n, k := range keys {
		if n > 0 {
			s.must(s.Keys("Tab"))
		}
		if k != "" {
			s.must(s.Type(k))
		}
	}
}

func TestKeychainIsUnlockedOnAClickAndOnlyThen(t *testing.T) {
	s := open(t, true)
	s.ready()
	s.must(s.app.Quit())
	s.must(s.Lock())
	s.must(s.app.StartAgent())
	s.waitState("work", keeper.StateLocked)
	if out, err := s.Run("xdotool", "search", "--onlyvisible", "--class", "gcr-prompter"); err == nil && out != "" {
		t.Error("a prompt nobody asked for")
	}
	tray, err := s.WaitTray(s.app.PID())
	s.must(err)
	s.must(tray.Click("", "Unlock keychain"))
	s.answer()
	s.must(s.Keys("Escape")) // the person does not want to
	s.waitState("work", keeper.StateLocked)
	s.must(tray.Click("", "Unlock keychain"))
	s.answer(testenv.KeyringPassword)
	s.must(s.Keys("Return"))
	s.waitState("work", keeper.StateFresh)
	s.wantChain()
}

func TestKeyringThatCrashesComesBackWithNothingLost(t *testing.T) {
	s := open(t, true)
	s.ready()
	s.must(s.StopKeyring())
	_, _ = s.app.Freshkey("refresh", "work") // the bus may start another keyring, which is locked
	s.waitState("work", keeper.StateLocked)
	s.token() // served from memory
	_, err := s.Keyring()
	if err != nil {
		s.must(s.Unlock())
	}
	_ = s.Unlock() // whichever keyring it is now
	s.waitState("work", keeper.StateFresh)
	_, err = s.app.Freshkey("refresh", "work")
	s.must(err)
	s.wantChain()
}

func TestAccountWithoutACollectionIsNotTakenForEmpty(t *testing.T) {
	s := open(t, true)
	s.ready()
	s.must(s.app.Quit())
	s.must(s.StopKeyring())
	s.must(s.EmptyKeyring())
	s.must(s.app.StartAgent())
	if a := s.waitState("work", keeper.StateLocked); a.Reason != keeper.ReasonKeychain {
		t.Errorf("reason %s", a.Reason)
	}
	if err := s.app.Add("other"); exitCode(err) != 4 {
		t.Errorf("add: %v, want exit code 4", err)
	}
	tray, err := s.WaitTray(s.app.PID())
	s.must(err)
	s.must(tray.Click("", "Unlock keychain")) // there is none yet: the person chooses a password for one
	s.answer("fresh start", "fresh start")
	s.must(s.Keys("Return"))
	if _, err := s.app.WaitAccount("work", "a keychain without the record", func(a api.Account) bool { return a.Reason == keeper.ReasonRecordMissing }); err != nil {
		t.Error(err)
	}
	s.must(s.app.Add("other"))
	s.waitState("other", keeper.StateFresh)
}

// A command that waits for the password is ended, as by a script's timeout: the keyring of all programs goes on, and so does the question.
func TestUnlockThatIsGivenUpLeavesTheKeyringAlone(t *testing.T) {
	s := open(t, true)
	s.ready()
	owner := func() string {
		t.Helper()
		out, err := s.Run("dbus-send", "--print-reply=literal", "--dest=org.freedesktop.DBus", "/", "org.freedesktop.DBus.GetNameOwner", "string:org.freedesktop.secrets")
		s.must(err)
		return out
	}
	before := owner()
	s.must(s.Lock())
	_, _ = s.app.Freshkey("refresh", "work")
	s.waitState("work", keeper.StateLocked)
	for range 2 {
		cmd := s.Command(s.app.Binary, "--profile", s.app.Profile, "unlock")
		s.must(s.Start(cmd))
		s.answer() // the question is there
		s.must(cmd.Process.Signal(os.Interrupt))
		_ = cmd.Wait()
		if _, err := s.app.Freshkey("list"); err != nil || owner() != before {
			t.Fatalf("the keyring was %q and is %q: %v", before, owner(), err)
		}
	}
	done := s.inBackground("unlock")
	s.answer(testenv.KeyringPassword)
	s.must(s.Keys("Return"))
	if got := <-done; got.err != nil || owner() != before {
		t.Errorf("unlocked: %v; the keyring was %q and is %q", got.err, before, owner())
	}
	s.waitState("work", keeper.StateFresh)
}

// A machine that nobody sits at is given the keyring's password by a line of the README, while the agent runs and the keyring is a locked one.
func TestKeyringIsUnlockedWhereNobodySits(t *testing.T) {
	s := open(t, true)
	s.ready()
	s.must(s.Lock())
	_, _ = s.app.Freshkey("refresh", "work")
	s.waitState("work", keeper.StateLocked)
	password := filepath.Join(s.Dir, "password")
	s.must(os.WriteFile(password, []byte(testenv.KeyringPassword), 0o600))
	s.must(s.Start(s.Command("sh", "-c", "exec gnome-keyring-daemon --foreground --replace --unlock < "+password))) // in the background it would outlive the test
	s.waitState("work", keeper.StateFresh)
	_, err := s.app.Freshkey("refresh", "work")
	s.must(err)
	s.wantChain()
}

// allow answers a dialog of KeePassXC's.
func (s *scene) allow(title string, keys ...string) {
	s.t.Helper()
	window, err := s.WaitWindow(title)
	s.must(err)
	s.must(s.Focus(window))
	s.picture(strings.ReplaceAll(strings.ToLower(title), " ", "-"))
	for _, k := range keys {
		s.must(s.Keys(k))
	}
}

func TestKeePassXCKeepsTheChainToo(t *testing.T) {
	s := open(t, true)
	s.must(s.StopKeyring())
	s.must(s.KeePassXC())
	tray := s.ready()
	refreshed := func() {
		t.Helper()
		_, err := s.app.Freshkey("refresh", "work")
		s.must(err)
		a, err := s.app.Account("work")
		s.must(err)
		if c, err := s.app.Counts(); err != nil || len(c.Live) != 1 || c.Live[0] != a.Fingerprint {
			t.Errorf("the provider takes %v, Freshkey has %s", c.Live, a.Fingerprint)
		}
	}
	refreshed()

	s.must(s.LockKeePassXC())
	if _, err := s.app.Freshkey("refresh", "work"); err == nil {
		t.Error("refreshed into a locked database")
	}
	s.waitState("work", keeper.StateLocked)
	s.token() // served from memory
	s.must(tray.Click("", "Unlock keychain"))
	s.allow("Unlock Database - KeePassXC")
	s.must(s.Type(testenv.KeyringPassword))
	s.must(s.Keys("Return"))
	s.waitState("work", keeper.StateFresh)
	refreshed()

	// Killed and started again, it does not know Freshkey any more, and asks whether to let it in: on a click only.
	s.must(s.StopKeyring())
	s.must(s.KeePassXC())
	if _, err := s.app.Freshkey("refresh", "work"); err == nil {
		t.Error("refreshed with a record that could not be read")
	}
	s.waitState("work", keeper.StateLocked)
	s.must(tray.Click("", "Unlock keychain"))
	s.allow("KeePassXC -  Access Request", "Return")
	s.waitState("work", keeper.StateFresh)
	refreshed()

	// It may say yes to a write and lose it when it ends; then the sealed answers bring the chain back.
	s.must(s.app.Kill())
	s.must(s.StopKeyring())
	s.must(s.KeePassXC())
	s.must(s.app.StartAgent())
	s.waitState("work", keeper.StateLocked)
	tray, err := s.WaitTray(s.app.PID())
	s.must(err)
	s.must(tray.Click("", "Unlock keychain"))
	s.allow("KeePassXC -  Access Request", "Return")
	s.waitState("work", keeper.StateFresh)
	refreshed()
}

func TestKeyringThatDiesBehindItsDialogIsNotWaitedForForEver(t *testing.T) {
	s := open(t, true)
	s.must(s.StopKeyring())
	keyring, err := s.NewFakeKeyring()
	s.must(err)
	s.ready()
	s.must(keyring.Break(testenv.KeyringAsks))
	if _, err := s.app.Freshkey("remove", "work", "--yes"); exitCode(err) != 4 {
		t.Errorf("remove: %v, want exit code 4", err)
	}
	s.must(keyring.Break(testenv.KeyringGone))
	_, err = s.Keyring()
	s.must(err)
	s.must(testenv.Eventually("a keychain that answers", func() bool {
		out, _ := s.app.Freshkey("doctor")
		return strings.Contains(out, "ok   Keychain")
	}))
}
