//go:build linux

package desktop

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestAutostartEntryIsQuotedAsTheSpecificationWants(t *testing.T) {
	for word, want := range map[string]string{
		"/opt/my apps/freshkey": `"/opt/my apps/freshkey"`,
		`a"b`:                   `"a\\"b"`,
		"100%":                  `"100%%"`,
		"$HOME":                 `"\\$HOME"`,
		"a`b":                   "\"a\\\\`b\"",
		`back\slash`:            `"back\\\\slash"`,
	} {
		if got := desktopExec([]string{word}); got != want {
			t.Errorf("%s becomes %s, want %s", word, got, want)
		}
	}
}

func TestAutostartIsWrittenAndTakenAway(t *testing.T) {
	t.Setenv("XDG_CONFIG_HOME", t.TempDir())
	t.Setenv("APPIMAGE", "")
	path := filepath.Join(os.Getenv("XDG_CONFIG_HOME"), "autostart", "app.freshkey.freshkey.desktop")
	var d Desktop
	if err := d.SetAutostart(true, "", "/usr/bin/freshkey", []string{"--background"}); err != nil {
		t.Fatal(err)
	}
	if err := d.SetAutostart(true, "test", "/usr/bin/freshkey", []string{"--profile", "test"}); err != nil { // another profile's is another entry
		t.Fatal(err)
	}
	entry, err := os.ReadFile(path)
	if err != nil || !strings.Contains(string(entry), `Exec="/usr/bin/freshkey" "--background"`) || !strings.Contains(string(entry), "\nTryExec=/usr/bin/freshkey\n") {
		t.Errorf("%v\n%s", err, entry)
	}
	for range 2 {
		if err := d.SetAutostart(false, "", "", nil); err != nil {
			t.Error(err)
		}
	}
	if _, err := os.Stat(path); !os.IsNotExist(err) {
		t.Error("it is still there")
	}
	if _, err := os.Stat(filepath.Join(filepath.Dir(path), "app.freshkey.freshkey-test.desktop")); err != nil {
		t.Error("and the other profile's is not")
	}
}

func TestBrowserIsAskedInTurnAndNoAddressIsNamedInErrors(t *testing.T) {
	bin := t.TempDir()
	t.Setenv("PATH", bin)
	t.Setenv("BROWSER", "")
	script := func(name, text string) {
		if err := os.WriteFile(filepath.Join(bin, name), []byte("#!/bin/sh\n"+text), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	var d Desktop
	script("xdg-open", "exit 3\n")
	err := d.Browse(context.Background(), "https://example.com/?state=planted")
	if err == nil || strings.Contains(err.Error(), "planted") {
		t.Errorf("%v", err)
	}
	script("x-www-browser", "echo \"$1\" >"+bin+"/visited\n")
	if err := d.Browse(context.Background(), "https://example.com/?state=planted"); err != nil {
		t.Error(err)
	}
	if visited, err := os.ReadFile(bin + "/visited"); err != nil || !strings.Contains(string(visited), "state=planted") {
		t.Errorf("%v %s", err, visited)
	}
	for _, address := range []string{"file:///etc/passwd", "javascript:alert(1)", "", "https://"} {
		if d.Browse(context.Background(), address) == nil {
			t.Errorf("%q was opened", address)
		}
	}
}
