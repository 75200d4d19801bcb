// Package program is what freshkey and freshkey-window know of each other as files and processes: where the other one is, how
// an agent is started that outlives whoever asked for it, and what any process that holds tokens must not leave behind.
package program

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
)

// The two programs.
const (
	Freshkey = "freshkey"        // agent and command line
	Window   = "freshkey-window" // its window
)

// ShortcutHelper is the command of Freshkey that an agent on Linux runs to ask the desktop's portal for a combination of keys.
const ShortcutHelper = "serve-shortcut"

// ErrNotInstalled is a program that is at none of the places where it is looked for.
var ErrNotInstalled = errors.New("program is not installed")

// Find returns the path of one of the two programs: beside the one that runs, in libexec/freshkey of the same installation (or,
// seen from there, in its bin), in the same macOS bundle, or on the PATH. ErrNotInstalled if it is at none of these.
func Find(name string) (string, error) {
	self, err := os.Executable()
	if err != nil {
		return "", err
	}
	if real, err := filepath.EvalSymlinks(self); err == nil { // a package may link its program into bin
		self = real
	}
	file := name
	if runtime.GOOS == "windows" {
		file += ".exe"
	}
	for _, place := range places(filepath.Dir(self)) {
		path := filepath.Join(place, file)
		if info, err := os.Stat(path); err == nil && info.Mode().IsRegular() {
			return path, nil
		}
	}
	if path, err := exec.LookPath(file); err == nil && filepath.IsAbs(path) {
		return path, nil
	}
	return "", ErrNotInstalled
}

// places are the folders where the other program may lie, seen from the folder of this one, in the order they are looked at.
func places(here string) []string {
	up := filepath.Dir(here)
	return []string{
		here,
		filepath.Join(up, "libexec", "freshkey"),
		filepath.Join(filepath.Dir(up), "bin"), // from libexec/freshkey
		filepath.Join(up, "MacOS"),             // from Contents/Helpers of a bundle
		filepath.Join(up, "Helpers"),           // from Contents/MacOS
	}
}
