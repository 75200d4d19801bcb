package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Whoever writes a script looks for exit codes in the manual, and for where the log is.
func TestManualSaysWhatIsAboutNoCommand(t *testing.T) {
	dir := t.TempDir()
	if err := run([]string{dir, "0.1.0", "0"}); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(filepath.Join(dir, "freshkey.1"))
	if err != nil {
		t.Fatal(err)
	}
	rest := string(text)
	for _, want := range []string{
		".SH OPTIONS", ".SH EXIT STATUS", `\fB4\fP`, "keychain", ".SH ENVIRONMENT", "XDG_STATE_HOME", ".SH FILES", "config.json", "agent.log", "freshkey.sock",
		".SH STATES OF AN ACCOUNT", `\fBuncertain\fP`, ".SH SEE ALSO", "freshkey-token(1)",
	} {
		_, after, found := strings.Cut(rest, want)
		if !found {
			t.Fatalf("%q is not in the page, after what comes before it", want)
		}
		rest = after
	}
	if strings.Contains(string(text), "\n.SH \n") {
		t.Error("a section without a name")
	}
}
