//go:build linux

package testenv

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

// LeftOut is what a test says that needs more than FRESHKEY_E2E=0 allows.
const LeftOut = "FRESHKEY_E2E=0"

// Allowed reports whether tests may play with real desktops, keyrings and the built program.
func Allowed() bool { return os.Getenv("FRESHKEY_E2E") != "0" }

// Binary is the built program, with its window beside it: FRESHKEY_BINARY, or both built now. done removes what was built.
func Binary() (path string, done func(), err error) {
	if path = os.Getenv("FRESHKEY_BINARY"); path != "" || !Allowed() {
		return path, func() {}, nil
	}
	dir, err := os.MkdirTemp("", "freshkey")
	if err != nil {
		return "", nil, err
	}
	for name, source := range map[string]string{"freshkey": "freshkey", "freshkey-window": "freshkey/app/window"} {
		if out, err := exec.Command("go", "build", "-o", filepath.Join(dir, name), source).CombinedOutput(); err != nil {
			return "", nil, fmt.Errorf("%w: %s", err, out)
		}
	}
	path = filepath.Join(dir, "freshkey")
	return path, func() { os.RemoveAll(dir) }, nil
}
