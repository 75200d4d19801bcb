package program

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// A person who is asked whether "timeout" may have a token learns nothing, and allows it to every script.
func TestACommandWithATimeLimitIsItsCallers(t *testing.T) {
	cat, err := exec.LookPath("cat")
	if err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(cat)
	if err != nil {
		t.Fatal(err)
	}
	ours := filepath.Join(t.TempDir(), Freshkey)
	if err := os.WriteFile(ours, data, 0o700); err != nil {
		t.Fatal(err)
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	for _, limits := range []string{"", "timeout 60 ", "timeout 60 timeout 60 "} {
		cmd := exec.CommandContext(t.Context(), "sh", "-c", "exec "+limits+`sh -c 'echo $$; exec "$0"' "$0"`, ours)
		in, inErr := cmd.StdinPipe()
		out, outErr := cmd.StdoutPipe()
		if inErr != nil || outErr != nil || cmd.Start() != nil {
			t.Fatal(inErr, outErr)
		}
		lines := bufio.NewReader(out)
		line, _ := lines.ReadString('\n')
		pid, err := strconv.Atoi(strings.TrimSpace(line))
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintln(in, "come")
		if said, _ := lines.ReadString('\n'); said != "come\n" { // the shell has become our program
			t.Fatalf("%q", said)
		}
		if path, of := Identify(pid); path != self || of != os.Getpid() {
			t.Errorf("with %q it is %s (%d), and not %s (%d)", limits, path, of, self, os.Getpid())
		}
		_ = in.Close()
		if err := cmd.Wait(); err != nil {
			t.Error(err)
		}
	}
}
