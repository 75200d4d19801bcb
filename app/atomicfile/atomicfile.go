// Package atomicfile replaces files whole: whoever reads one, even after a crash or a power cut, finds all of the old content or
// all of the new.
package atomicfile

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"time"
)

// Write puts data in a file's place, on the disk when it returns. The folder must be there; if anything fails the file is what
// it was.
func Write(path string, data []byte, mode fs.FileMode) error {
	t, err := beside(path)
	if err != nil {
		return err
	}
	defer os.Remove(t.Name()) // nothing to remove once it was renamed
	_, err = t.Write(data)
	if err := errors.Join(err, t.Chmod(mode), t.Sync(), t.Close()); err != nil {
		return err
	}
	if err := os.Rename(t.Name(), path); err != nil {
		return err
	}
	if dir, err := os.Open(filepath.Dir(path)); err == nil { // some systems cannot sync a folder, and need not
		_ = dir.Sync()
		_ = dir.Close()
	}
	return nil
}

// CanWrite is why a file could not be written just now, as far as that can be told without doing it; nil if nothing is known to be in the way.
func CanWrite(path string) error {
	t, err := beside(path)
	if err != nil {
		return err
	}
	return errors.Join(t.Close(), os.Remove(t.Name()))
}

// Sweep removes what a program that was killed in the middle of a Write of JSON has left in a folder. What is younger than an hour may be another program's that
// is at it.
func Sweep(dir string) {
	entries, _ := os.ReadDir(dir)
	for _, e := range entries {
		info, err := e.Info()
		if left, _ := filepath.Match(".*.json*-[0-9]*", e.Name()); left && err == nil && info.Mode().IsRegular() && time.Since(info.ModTime()) > time.Hour {
			_ = os.Remove(filepath.Join(dir, e.Name()))
		}
	}
}

func beside(path string) (*os.File, error) {
	return os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+"-*")
}
