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

	"freshkey/app/rehearsal"
	"freshkey/keystore"

	"github.com/zalando/go-keyring"
)

var (
	session *rehearsal.Session
	daemon  *exec.Cmd
)

func TestMain(m *testing.M) { os.Exit(run(m)) }

func run(m *testing.M) int {
	if !rehearsal.Allowed() {
		return m.Run()
	}
	dir, err := os.MkdirTemp("", "fk")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(dir)
	if session, err = rehearsal.NewSession(dir); err != nil {
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
	if !rehearsal.Allowed() {
		t.Skip(rehearsal.LeftOut)
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
	if err := s.Set(t.Context(), "k", []byte("freshkey-parts a 1 looks like a head")); err != nil {
		t.Fatal(err)
	}
	if got, err := s.Get(t.Context(), "k"); err != nil || string(got) != "freshkey-parts a 1 looks like a head" {
		t.Errorf("got %q, %v", got, err)
	}
}

// dying is go-keyring's in-memory keychain, which ends the process (as far as the value can tell) after some writes.
type dying struct {
	values map[string]string
	left   int
}

var errDead = errors.New("the process is dead")

func (d *dying) step() error {
	if d.left == 0 {
		return errDead
	}
	d.left--
	return nil
}

func TestCrashBetweenPartsLeavesTheWholeOldOrNewValue(t *testing.T) {
	for _, sizes := range [][2]int{{6000, 7000}, {6000, 100}, {100, 6000}, {7000, 6000}} {
		for crash := range 12 {
			d := &dying{values: map[string]string{}, left: -1}
			store := keystore.OpenMock(d.get, d.set, d.remove, 2560)
			old, fresh := strings.Repeat("o", sizes[0]), strings.Repeat("n", sizes[1])
			if err := store.Set(t.Context(), "k", []byte(strings.Repeat("x", 3000))); err != nil { // so that both letters were used
				t.Fatal(err)
			}
			if err := store.Set(t.Context(), "k", []byte(old)); err != nil {
				t.Fatal(err)
			}
			d.left = crash
			err := store.Set(t.Context(), "k", []byte(fresh))
			d.left = -1
			got, readErr := store.Get(t.Context(), "k")
			if readErr != nil || (string(got) != old && string(got) != fresh) || (err == nil && string(got) != fresh) {
				t.Fatalf("%v, crash after %d writes: %d bytes, %v", sizes, crash, len(got), readErr)
			}
			if err := store.Set(t.Context(), "k", []byte("small")); err != nil {
				t.Fatal(err)
			}
			if err := store.Delete(t.Context(), "k"); err != nil || len(d.values) != 0 {
				t.Fatalf("%d items left after the removal, %v", len(d.values), err)
			}
		}
	}
}

func (d *dying) get(k string) (string, error) {
	if v, ok := d.values[k]; ok {
		return v, nil
	}
	return "", keyring.ErrNotFound
}

func (d *dying) set(k, v string) error {
	if err := d.step(); err != nil {
		return err
	}
	d.values[k] = v
	return nil
}

func (d *dying) remove(k string) error {
	if err := d.step(); err != nil {
		return err
	}
	if _, ok := d.values[k]; !ok {
		return keyring.ErrNotFound
	}
	delete(d.values, k)
	return nil
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
	bare, err := rehearsal.NewBareSession(dir)
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

func TestPartThatIsNotStoredLosesNothing(t *testing.T) {
	items, lie := map[string]string{}, ""
	s := keystore.OpenMock(func(k string) (string, error) {
		if v, ok := items[k]; ok {
			return v, nil
		}
		return "", keyring.ErrNotFound
	}, func(k, v string) error {
		if k != lie { // else it says yes and stores nothing
			items[k] = v
		}
		return nil
	}, func(k string) error { delete(items, k); return nil }, 100)
	old := strings.Repeat("o", 250)
	if err := s.Set(t.Context(), "k", []byte(old)); err != nil {
		t.Fatal(err)
	}
	for _, lie = range []string{"k.b.0", "k.b.1", "k.b.2", "k"} {
		if err := s.Set(t.Context(), "k", []byte(strings.Repeat(lie[len(lie)-1:], 250))); !errors.Is(err, keystore.ErrUnavailable) {
			t.Errorf("%s: %v", lie, err)
		}
		if v, err := s.Get(t.Context(), "k"); err != nil || string(v) != old {
			t.Errorf("%s: the old value is gone: %v", lie, err)
		}
	}
}
