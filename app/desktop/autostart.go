package desktop

import (
	"errors"
	"os"
	"path/filepath"
)

// appID names the entries that start Freshkey at login, and its desktop file to those who show its notices.
const appID = "app.freshkey.Freshkey"

// SetAutostart has the system start a program at login, or no more.
func (d *Desktop) SetAutostart(on bool, program string, args []string) error {
	if !on {
		return removeAutostart()
	}
	return writeAutostart(append([]string{program}, args...))
}

// replaceFile writes a file whole or not at all, in a folder that may be missing.
func replaceFile(path, content string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	t, err := os.CreateTemp(filepath.Dir(path), ".freshkey-*")
	if err != nil {
		return err
	}
	defer os.Remove(t.Name()) // nothing to remove once it was renamed
	_, err = t.WriteString(content)
	if err := errors.Join(err, t.Chmod(0o644), t.Close()); err != nil {
		return err
	}
	return os.Rename(t.Name(), path)
}

func removeFile(path string) error {
	if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	return nil
}
