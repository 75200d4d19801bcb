package agent

import (
	"os"
	"os/exec"
	"os/signal"
	"syscall"
	"testing"

	"freshkey/oauth"
)

// TestHelperEditOnAFullDisk is a process of its own: the limit that stands for a full disk is the whole process's.
func TestHelperEditOnAFullDisk(t *testing.T) {
	dir := os.Getenv("FRESHKEY_FULL_DISK")
	if dir == "" {
		return
	}
	f, _, err := openConfig(dir)
	if err != nil {
		t.Fatal(err)
	}
	f.written = [32]byte{} // so the file is a person's edit that was not seen yet
	signal.Ignore(syscall.SIGXFSZ)
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &syscall.Rlimit{Cur: 10, Max: 10}); err != nil {
		t.Fatal(err)
	}
	if err := f.edit(func(c *config) { c.Settings.Quiet = true }); err != nil {
		os.Exit(7) // as it must be
	}
	os.Exit(0)
}

// The disk is full while an edit keeps a person's own edit beside: the accounts must be there at the next start.
func TestFullDiskLeavesTheAccounts(t *testing.T) {
	dir := t.TempDir()
	f, _, err := openConfig(dir)
	if err != nil {
		t.Fatal(err)
	}
	account := oauth.Account{ID: firstID, Name: "one", ClientID: "1", RedirectURI: "https://example.com/", Provider: oauth.BuiltIn()}
	if err := f.edit(func(c *config) { c.Accounts = append(c.Accounts, saved(account)) }); err != nil {
		t.Fatal(err)
	}
	child := exec.Command(os.Args[0], "-test.run=^TestHelperEditOnAFullDisk$")
	child.Env = append(os.Environ(), "FRESHKEY_FULL_DISK="+dir)
	if err := child.Run(); child.ProcessState == nil || child.ProcessState.ExitCode() != 7 {
		t.Fatalf("the disk was not full: %v", err)
	}
	again, aside, err := openConfig(dir)
	if err != nil || aside != "" || len(again.get().Accounts) != 1 || again.get().Accounts[0].Name != "one" {
		t.Errorf("at the next start: %+v, %q, %v", again.get().Accounts, aside, err)
	}
}
