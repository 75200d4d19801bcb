package rehearsal

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

// Binary is the built program: FRESHKEY_BINARY, or one built now. done removes what was built.
func Binary() (path string, done func(), err error) {
	if path = os.Getenv("FRESHKEY_BINARY"); path != "" || !Allowed() {
		return path, func() {}, nil
	}
	dir, err := os.MkdirTemp("", "freshkey")
	if err != nil {
		return "", nil, err
	}
	path = filepath.Join(dir, "freshkey")
	if out, err := exec.Command("go", "build", "-o", path, "freshkey").CombinedOutput(); err != nil {
		return "", nil, fmt.Errorf("%w: %s", err, out)
	}
	return path, func() { os.RemoveAll(dir) }, nil
}
