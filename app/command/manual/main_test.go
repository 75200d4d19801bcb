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
		".SH OPTIONS", ".SH EXAMPLES", "freshkey hold work 2h", ".SH WITHOUT A SCREEN", "enable", ".SH EXIT STATUS", `\fB4\fP`, "keychain", ".SH STATES OF AN ACCOUNT",
		`\fBuncertain\fP`, ".SH FIELDS OF JSON", `\fBexpires_at\fP`, ".SH SETTINGS", ".SH ENVIRONMENT", "XDG_STATE_HOME", ".SH FILES", "config.json", "agent.log",
		"freshkey.sock", ".SH FAULTS OF THE SANDBOX", ".SH SEE ALSO", "freshkey-token(1)",
	} {
		_, after, found := strings.Cut(rest, want)
		if !found {
			t.Fatalf("%q is not in the page, after what comes before it", want)
		}
		rest = after
	}
	if !strings.Contains(string(text), ".EX\nfreshkey add work") {
		t.Error("examples are filled like any other text")
	}
	if strings.Contains(string(text), "=false") || !strings.Contains(string(text), `\fB--profile\fP \fIVALUE\fP`) || !strings.Contains(string(text), "freshkey [COMMAND]") {
		t.Error("flags or the synopsis are not as people type them")
	}
	if strings.Contains(string(text), "\n.SH \n") {
		t.Error("a section without a name")
	}
}
