package program

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// Each program of an installation finds the other one, whichever way they were installed.
func TestProgramsFindEachOther(t *testing.T) {
	for name, c := range map[string]struct{ from, to string }{
		"unpacked side by side":      {"/home/me/freshkey", "/home/me/freshkey"},
		"a package, from the agent":  {"/usr/bin", "/usr/libexec/freshkey"},
		"a package, from the window": {"/usr/libexec/freshkey", "/usr/bin"},
		"a bundle, from the agent":   {"/Applications/Freshkey.app/Contents/MacOS", "/Applications/Freshkey.app/Contents/Helpers"},
		"a bundle, from the window":  {"/Applications/Freshkey.app/Contents/Helpers", "/Applications/Freshkey.app/Contents/MacOS"},
	} {
		if got := places(filepath.FromSlash(c.from)); !slices.Contains(got, filepath.FromSlash(c.to)) {
			t.Errorf("%s: %s is not among %v", name, c.to, got)
		}
	}
}

func TestProgramOnThePathIsFoundAndOneThatIsNowhereIsNot(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("PATH", dir)
	if path, err := Find("freshkey-window"); !errors.Is(err, ErrNotInstalled) {
		t.Errorf("%s, %v", path, err)
	}
	name := filepath.Join(dir, "freshkey-window")
	if filepath.Separator == '\\' {
		name += ".exe"
	}
	if err := os.WriteFile(name, nil, 0o700); err != nil {
		t.Fatal(err)
	}
	if path, err := Find("freshkey-window"); err != nil || path != name {
		t.Errorf("%s, %v", path, err)
	}
}
