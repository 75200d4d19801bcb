package agent

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// mended are settings with one account.
const mended = `{"version":1,"settings":{},"accounts":[{"id":"0123456789abcdef","name":"work","client_id":"1","redirect_uri":"https://example.com/"}]}`

// unreadAt opens settings that cannot be read, watches them, and returns what waits until a person's doing is known.
func unreadAt(t *testing.T, dir string) (f *configFile, await func()) {
	t.Helper()
	f, aside, err := openConfig(dir)
	if err != nil || aside == "" || !f.isUnread() || !errors.Is(f.edit(func(*config) {}), errUnread) {
		t.Fatalf("aside %q, unread %v, %v", aside, f.isUnread(), err)
	}
	changed := make(chan struct{}, 1)
	go f.watch(t.Context(), func(config) { changed <- struct{}{} }, func(err error) { t.Log(err) })
	return f, func() {
		t.Helper()
		select {
		case <-changed:
		case <-time.After(20 * time.Second):
			t.Fatal("nobody looks")
		}
	}
}

// Settings in another folder, as dotfiles are kept, were not seen to be put right; and where they were not there yet, they were taken for none, and
// written over.
func TestSettingsBehindALinkAreReadOnceTheyAreRight(t *testing.T) {
	for name, before := range map[string]string{"broken": "{ half", "not there yet": ""} {
		t.Run(name, func(t *testing.T) {
			dir, target := t.TempDir(), filepath.Join(t.TempDir(), "theirs.json")
			if before != "" {
				if err := os.WriteFile(target, []byte(before), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			if err := os.Symlink(target, filepath.Join(dir, "config.json")); err != nil {
				t.Fatal(err)
			}
			f, await := unreadAt(t, dir)
			if err := os.WriteFile(target, []byte(mended), 0o600); err != nil {
				t.Fatal(err)
			}
			await()
			if err := f.edit(func(*config) {}); err != nil || f.isUnread() || len(f.get().Accounts) != 1 {
				t.Errorf("%d accounts; %v", len(f.get().Accounts), err)
			}
		})
	}
}

// Whoever takes the file away, as the advice says, begins with no accounts, and is told so.
func TestSettingsThatAreTakenAwayAreBegunAnew(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "config.json")
	if err := os.WriteFile(path, []byte("{ half"), 0o600); err != nil {
		t.Fatal(err)
	}
	f, await := unreadAt(t, dir)
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	await()
	if f.isUnread() {
		t.Error("the file is gone, and nothing can be stored")
	}
	if err := os.WriteFile(path, []byte("{ half"), 0o600); err != nil { // it was only mended elsewhere, and not well
		t.Fatal(err)
	}
	if err := f.edit(func(*config) {}); !errors.Is(err, errUnread) {
		t.Errorf("it has come back as it was: %v", err)
	}
	await()
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	await()
	if err := f.edit(func(*config) {}); err != nil || f.isUnread() {
		t.Errorf("unread: %v, %v", f.isUnread(), err)
	}
}

// Where the system has no more watchers to give, what was put right was never seen.
func TestSettingsThatNothingWatchesAreLookedAtAllTheSame(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "config.json")
	if err := os.WriteFile(path, []byte("{ half"), 0o600); err != nil {
		t.Fatal(err)
	}
	f, _, err := openConfig(dir)
	if err != nil {
		t.Fatal(err)
	}
	f.path = filepath.Join(dir, "not there", "config.json") // a folder that cannot be watched
	changed := make(chan struct{}, 1)
	go f.watch(t.Context(), func(config) { changed <- struct{}{} }, func(err error) { t.Log(err) })
	if err := os.Mkdir(filepath.Dir(f.path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(f.path, []byte(mended), 0o600); err != nil {
		t.Fatal(err)
	}
	select {
	case <-changed:
	case <-time.After(20 * time.Second):
		t.Fatal("nobody looks")
	}
}
