//go:build linux

package testenv_test

import (
	"io"
	"os"
	"os/exec"
	"strings"
	"testing"

	"freshkey/app/api"
	"freshkey/app/testenv"
	"freshkey/app/words"
)

// What a provider puts into an answer must stay a value, whichever shell reads it.
func TestExportsAreTheSameInEveryShell(t *testing.T) {
	if !testenv.Allowed() {
		t.Skip(testenv.LeftOut)
	}
	for _, value := range []string{"plain", "it's", `back\slash`, `\'; touch planted; '`, `'"\\"'`, "$HOME `id` $(id) !x", "two\nlines", `trailing\`} {
		script := api.Token{AccessToken: "a", OpenID: value}.Env() + "printf %s \"$OPEN_ID\""
		for _, shell := range []string{"dash", "bash", "fish"} {
			cmd := exec.Command(shell, "-c", script)
			cmd.Dir = t.TempDir()
			cmd.Env = []string{"HOME=" + cmd.Dir, "PATH=" + os.Getenv("PATH")}
			out, err := cmd.Output()
			if err != nil || string(out) != value {
				t.Errorf("%s reads %q as %q (%v)", shell, value, out, err)
			}
			if _, err := os.Stat(cmd.Dir + "/planted"); err == nil {
				t.Errorf("%s ran what stood in %q", shell, value)
			}
		}
	}
}

// The shell is one that Ctrl+C does not end, to say what the command left behind.
func TestCtrlCEndsAQuestionAndTheTerminalEchoesAgain(t *testing.T) {
	cmd := exec.Command("script", "-qec", "trap : INT; "+binary+" check -; echo code=$?; stty -a", "/dev/null")
	cmd.Env = []string{"HOME=" + t.TempDir(), "PATH=" + os.Getenv("PATH"), "SHELL=/bin/sh", "LANG=C", "XDG_RUNTIME_DIR=" + t.TempDir()}
	keys, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	screen, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	question := make([]byte, len(words.New("en").Text("ask.token")))
	if _, err := io.ReadFull(screen, question); err != nil {
		t.Fatal(err)
	}
	if _, err := keys.Write([]byte{3}); err != nil {
		t.Fatal(err)
	}
	rest, err := io.ReadAll(screen)
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Wait(); err != nil || !strings.Contains(string(rest), "code=130") || !strings.Contains(string(rest), " echo ") {
		t.Errorf("%v, after %q: %s", err, question, rest)
	}
}
