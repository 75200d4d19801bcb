//go:build linux && wine

package testenv

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// Wine stands for a Windows on a desktop of the tests.
type Wine struct {
	desktop *Desktop
	dir     string
}

// NewWine makes a Windows. library is the DLL that this Wine lacks and Go's programs need; see assets/packaging/windows/random.c.
func (d *Desktop) NewWine(library string) (*Wine, error) {
	w := &Wine{d, filepath.Join(d.Dir, "wine")}
	d.Env = append(d.Env, "WINEPREFIX="+w.dir, "WINEDEBUG=-all", "WINEDLLOVERRIDES=mscoree=;mshtml=", "WINEARCH=win64")
	if _, err := w.Execute("wineboot", "-i"); err != nil {
		return nil, err
	}
	data, err := os.ReadFile(library)
	if err != nil {
		return nil, err
	}
	return w, os.WriteFile(filepath.Join(w.dir, "drive_c", "windows", "system32", "bcryptprimitives.dll"), data, 0o700)
}

// Close ends whatever runs there.
func (w *Wine) Close() { _, _ = w.desktop.Run("timeout", "30", "wineserver", "-k") }

// Local is the path, here, of a file below the person's local application data.
func (w *Wine) Local(parts ...string) string {
	users, _ := filepath.Glob(filepath.Join(w.dir, "drive_c", "users", "*", "AppData", "Local"))
	if len(users) == 0 {
		return ""
	}
	return filepath.Join(append(users[:1], parts...)...)
}

// Program writes a script that runs a Windows program, and returns its path. What it prints goes by a file: whatever it leaves running would
// keep a pipe open for ever.
func (w *Wine) Program(path string) (string, error) {
	name := path[strings.LastIndexAny(path, `\/`)+1:]
	script := filepath.Join(w.desktop.Dir, strings.TrimSuffix(name, ".exe"))
	text := `#!/bin/sh
said=$(mktemp -d)
timeout 120 wine '` + path + `' "$@" >"$said/out" 2>"$said/err"
code=$?
cat "$said/out"
cat "$said/err" >&2
rm -r "$said"
exit $code
`
	return script, os.WriteFile(script, []byte(text), 0o700)
}

// Execute runs a Windows program.
func (w *Wine) Execute(path string, args ...string) (string, error) {
	script, err := w.Program(path)
	if err != nil {
		return "", err
	}
	return w.desktop.Run(script, args...)
}

// Processes are the pids, here, of those that run a program and whose command line has all of the words.
func (w *Wine) Processes(program string, words ...string) (all []int) {
	folders, _ := filepath.Glob("/proc/[0-9]*/cmdline")
next:
	for _, file := range folders {
		data, err := os.ReadFile(file)
		line := strings.Split(strings.TrimRight(string(data), "\x00"), "\x00")
		if err != nil || !strings.HasSuffix(line[0], program) {
			continue
		}
		for _, word := range words {
			if !strings.Contains(string(data), word) {
				continue next
			}
		}
		pid, _ := strconv.Atoi(filepath.Base(filepath.Dir(file)))
		all = append(all, pid)
	}
	return all
}
