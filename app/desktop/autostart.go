package desktop

import (
	"errors"
	"os"
	"path/filepath"

	"freshkey/app/atomicfile"
)

// SetAutostart has the system start a program at login, or no more. Each profile has an entry of its own; the one without a name
// has "".
func (d *Desktop) SetAutostart(on bool, profile, program string, args []string) error {
	if !on {
		return removeAutostart(profile)
	}
	return writeAutostart(profile, append([]string{program}, args...))
}

// named is a profile's variant of a name.
func named(base, profile string) string {
	if profile == "" {
		return base
	}
	return base + "-" + profile
}

// writeEntry writes a file in a folder that may be missing.
func writeEntry(path, content string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	return atomicfile.Write(path, []byte(content), 0o644)
}

func removeFile(path string) error {
	if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	return nil
}
