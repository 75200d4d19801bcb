package rehearsal_test

import (
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// walls are the imports that would let one room's troubles into another.
var walls = []struct {
	room, forbidden string
	deep            bool // also through others
	reason          string
}{
	{"freshkey/oauth", "freshkey/", true, "the engine must run without keychain, desktop and window"},
	{"freshkey/oauth", "*.*/", true, "the engine stands on the standard library only"},
	{"freshkey/keystore", "freshkey/", true, "keystore keeps bytes; it need not know whose"},
	{"freshkey/app/agent", "fyne.io/fyne/v2", true, "the resident process never runs Fyne: it would wake 60 times a second"},
	{"freshkey/app/agent", "freshkey/app/window", true, "the window is a process of its own"},
	{"freshkey/app/agent", "freshkey/app/command", true, "the command line is a client"},
	{"freshkey/app/command", "freshkey/app/agent", true, "the command line is a client; it reaches the agent by its socket"},
	{"freshkey/app/command", "freshkey/keystore", true, "only the agent touches the keychain"},
	{"freshkey/app/command", "fyne.io/", true, "a command prints one answer"},
	{"freshkey/app/window", "freshkey/app/agent", true, "the window is a client; it can be killed at any time"},
	{"freshkey/app/window", "freshkey/keystore", true, "only the agent touches the keychain"},
	{"freshkey/app/window", "freshkey/app/desktop", true, "the agent owns clipboard and notices"},
	{"freshkey/app/api", "freshkey/app/words", true, "types and transport; the agent finds the words"},
	{"freshkey/app/desktop", "freshkey/", true, "the desktop's services know nothing of tokens"},
	{"freshkey", "freshkey/app/rehearsal", true, "the stage is not part of the product"},
}

type pkg struct {
	ImportPath string
	Standard   bool
	Imports    []string
	Deps       []string
}

func packages(t *testing.T) map[string]pkg {
	t.Helper()
	out, err := exec.Command("go", "list", "-deps", "-json=ImportPath,Standard,Imports,Deps", "freshkey/...").Output()
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]pkg{}
	for dec := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p pkg
		if err := dec.Decode(&p); errors.Is(err, io.EOF) {
			return all
		} else if err != nil {
			t.Fatal(err)
		}
		all[p.ImportPath] = p
	}
}

func TestWallsStand(t *testing.T) {
	all := packages(t)
	for _, w := range walls {
		imports := all[w.room].Imports
		if w.deep {
			imports = all[w.room].Deps
		}
		if len(imports) == 0 {
			t.Errorf("%s: no such room", w.room)
		}
		for _, i := range imports {
			outside := w.forbidden == "*.*/" && !all[i].Standard && !strings.HasPrefix(i, "freshkey")
			if outside || strings.HasPrefix(i+"/", w.forbidden) {
				t.Errorf("%s reaches %s: %s", w.room, i, w.reason)
			}
		}
	}
	for path, p := range all {
		if !strings.HasPrefix(path, "freshkey") || path == "freshkey/app/window" {
			continue
		}
		if slices.ContainsFunc(p.Imports, func(i string) bool { return strings.HasPrefix(i, "fyne.io/fyne/v2") }) {
			t.Errorf("%s imports Fyne: only the window may", path)
		}
	}
}

func TestFilesAreShortAndFyneIsEnteredAtOnePlace(t *testing.T) {
	doors := 0
	err := filepath.WalkDir("../..", func(path string, d fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, ".go") {
			return err
		}
		source, err := os.ReadFile(path)
		if n := strings.Count(string(source), "\n"); n > 250 {
			t.Errorf("%s has %d lines: is it still one noun?", path, n)
		}
		if !strings.HasSuffix(path, "_test.go") {
			doors += strings.Count(string(source), "fyne.Do(")
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if doors != 1 {
		t.Errorf("fyne.Do stands at %d places; the follower loop is the only one", doors)
	}
}
