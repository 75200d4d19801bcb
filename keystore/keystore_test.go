//go:build linux

package keystore_test

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	"freshkey/app/testenv"
	"freshkey/keystore"
)

var (
	session *testenv.Session
	daemon  *exec.Cmd
)

func TestMain(m *testing.M) { os.Exit(run(m)) }

func run(m *testing.M) int {
	if !testenv.Allowed() {
		return m.Run()
	}
	dir, err := os.MkdirTemp("", "fk")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(dir)
	if session, err = testenv.NewSession(dir); err != nil {
		panic(err)
	}
	defer session.Close()
	if daemon, err = session.Keyring(); err != nil {
		panic(err)
	}
	for _, e := range session.Env { // go-keyring looks here
		name, value, _ := strings.Cut(e, "=")
		os.Setenv(name, value)
	}
	return m.Run()
}

// needsKeyring leaves a test out where FRESHKEY_E2E=0 says so.
func needsKeyring(t *testing.T) {
	t.Helper()
	if !testenv.Allowed() {
		t.Skip(testenv.LeftOut)
	}
}

func TestWhatIsStoredIsReadBackByAnotherProgram(t *testing.T) {
	needsKeyring(t)
	s := keystore.Open("Freshkey")
	value := []byte("binary \x00 and ünicode")
	if err := s.Set(t.Context(), "work", value); err != nil {
		t.Fatal(err)
	}
	got, err := s.Get(t.Context(), "work")
	if err != nil || !bytes.Equal(got, value) {
		t.Errorf("got %q, %v", got, err)
	}
	if out, err := session.Run("secret-tool", "lookup", "service", "Freshkey", "username", "work"); err != nil || out != string(value) {
		t.Errorf("secret-tool reads %q, %v", out, err)
	}
	if err := s.Delete(t.Context(), "work"); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Get(t.Context(), "work"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("after removal: %v", err)
	}
	if err := s.Delete(t.Context(), "work"); err != nil {
		t.Errorf("removing nothing: %v", err)
	}
}

func TestLockedKeychainIsAnErrorNotAPrompt(t *testing.T) {
	needsKeyring(t)
	s := keystore.Open("Freshkey")
	if err := s.Set(t.Context(), "k", []byte("v")); err != nil {
		t.Fatal(err)
	}
	if err := session.Lock(); err != nil {
		t.Fatal(err)
	}
	for name, err := range map[string]error{
		"get": second(s.Get(t.Context(), "k")), "set": s.Set(t.Context(), "k", []byte("w")), "delete": s.Delete(t.Context(), "k"),
	} {
		if !errors.Is(err, keystore.ErrLocked) || !errors.Is(err, fs.ErrPermission) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := session.Unlock(); err != nil {
		t.Fatal(err)
	}
	if got, err := s.Get(t.Context(), "k"); err != nil || string(got) != "v" {
		t.Errorf("after unlocking: %q, %v", got, err)
	}
}

func TestHungKeychainEndsInTimeAndHealsItself(t *testing.T) {
	needsKeyring(t)
	s := keystore.Open("Freshkey")
	if err := s.Set(t.Context(), "hung", []byte("v")); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Kill(daemon.Process.Pid, syscall.SIGSTOP); err != nil {
		t.Fatal(err)
	}
	_, err := s.Timeout(300*time.Millisecond).Get(t.Context(), "hung")
	_, again := s.Get(t.Context(), "hung")
	if err := syscall.Kill(daemon.Process.Pid, syscall.SIGCONT); err != nil {
		t.Fatal(err)
	}
	if !errors.Is(err, keystore.ErrUnavailable) || !errors.Is(again, keystore.ErrUnavailable) {
		t.Errorf("hung: %v, %v", err, again)
	}
	if got, err := s.Timeout(10*time.Second).Get(t.Context(), "hung"); err != nil || string(got) != "v" {
		t.Errorf("afterwards: %q, %v", got, err)
	}
}

func TestCallerWhoGivesUpGetsHisOwnEnd(t *testing.T) {
	needsKeyring(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := keystore.Open("Freshkey").Get(ctx, "k"); !errors.Is(err, keystore.ErrUnavailable) {
		t.Errorf("got %v", err)
	}
}

func TestNoServiceAndNoBusAreUnavailableAtOnce(t *testing.T) {
	needsKeyring(t)
	t.Setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent")
	if _, err := keystore.Open("Freshkey").Get(t.Context(), "k"); !errors.Is(err, keystore.ErrUnavailable) {
		t.Errorf("no bus: %v", err)
	}
	t.Setenv("DBUS_SESSION_BUS_ADDRESS", "")
	t.Setenv("XDG_RUNTIME_DIR", t.TempDir())
	if _, err := keystore.Open("Freshkey").Get(t.Context(), "k"); !errors.Is(err, keystore.ErrUnavailable) {
		t.Errorf("no bus known: %v", err)
	}
	dir, err := os.MkdirTemp("", "fk")
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(dir)
	bare, err := testenv.NewBareSession(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer bare.Close()
	t.Setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path="+dir+"/run/bus")
	if _, err := keystore.Open("Freshkey").Get(t.Context(), "k"); !errors.Is(err, keystore.ErrUnavailable) {
		t.Errorf("no service: %v", err)
	}
}

func second[T any](_ T, err error) error { return err }

func TestLargeValueIsSplitAndShrinksWithoutLeftovers(t *testing.T) {
	needsKeyring(t)
	s := keystore.Open("Split").Limit(2560)
	for _, size := range []int{10, 2560, 2561, 40000, 9000, 9000, 5} {
		value := bytes.Repeat([]byte("v"), size)
		if err := s.Set(t.Context(), "k", value); err != nil {
			t.Fatal(err)
		}
		if got, err := s.Get(t.Context(), "k"); err != nil || !bytes.Equal(got, value) {
			t.Fatalf("size %d: %d bytes, %v", size, len(got), err)
		}
	}
	out, err := session.Run("secret-tool", "search", "--all", "service", "Split")
	if n := strings.Count(out, "secret = "); err != nil || n != 1 {
		t.Errorf("%d items left, %v", n, err)
	}
	if err := s.Set(t.Context(), "k", []byte("freshkey-parts a 1 looks like a manifest")); err != nil {
		t.Fatal(err)
	}
	if got, err := s.Get(t.Context(), "k"); err != nil || string(got) != "freshkey-parts a 1 looks like a manifest" {
		t.Errorf("got %q, %v", got, err)
	}
}
