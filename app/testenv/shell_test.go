//go:build linux

package testenv_test

import (
	"os"
	"os/exec"
	"testing"

	"freshkey/app/api"
	"freshkey/app/testenv"
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
