package testenv_test

import (
	"encoding/json"
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// importRules are the imports that would let one package's troubles into another.
var importRules = []struct {
	path, forbidden string
	deep            bool // also through others
	reason          string
}{
	{"freshkey/oauth", "freshkey/", true, "the protocol knows neither what is stored nor when anything is sent"},
	{"freshkey/oauth", "*.*/", true, "the protocol stands on the standard library only"},
	{"freshkey/oauth/journal", "freshkey/oauth/keeper", true, "imports run one way: keeper, journal, oauth"},
	{"freshkey/oauth/journal", "freshkey/app", true, "the journal must run without keychain, desktop and window"},
	{"freshkey/oauth/journal", "net", false, "the journal opens no connection"},
	{"freshkey/oauth/journal", "*.*/", true, "what survives a crash stands on the standard library only"},
	{"freshkey/oauth/keeper", "freshkey/app", true, "the engine must run without keychain, desktop and window"},
	{"freshkey/oauth/keeper", "freshkey/keystore", true, "the engine reaches the keychain by its Vault"},
	{"freshkey/oauth/keeper", "freshkey/oauth/sandbox", true, "the sandbox is an opponent, not a part"},
	{"freshkey/oauth/keeper", "*.*/", true, "the engine stands on the standard library only"},
	{"freshkey/keystore", "freshkey/", true, "keystore keeps bytes; it need not know whose"},
	{"freshkey/app/agent", "fyne.io/fyne/v2", true, "the resident process never runs Fyne: it would wake 60 times a second"},
	{"freshkey", "fyne.io/fyne/v2", true, "what runs all day carries no window's toolkit"},
	{"freshkey/app/program", "freshkey/app/words", true, "the programs find and start each other; whoever asked for it finds the words"},
	{"freshkey/app/agent", "freshkey/app/command", true, "the command line is a client"},
	{"freshkey/app/command", "freshkey/app/agent", true, "the command line is a client; it reaches the agent by its socket"},
	{"freshkey/app/command", "freshkey/keystore", true, "only the agent touches the keychain"},
	{"freshkey/app/command", "fyne.io/", true, "a command prints one answer"},
	{"freshkey/app/window", "freshkey/app/command", true, "the window is no command"},
	{"freshkey/app/window", "freshkey/app/agent", true, "the window is a client; it can be killed at any time"},
	{"freshkey/app/window", "freshkey/keystore", true, "only the agent touches the keychain"},
	{"freshkey/app/window", "freshkey/app/desktop", true, "the agent owns clipboard and notices"},
	{"freshkey/app/api", "freshkey/app/words", true, "types and transport; the agent finds the words"},
	{"freshkey/app/desktop", "freshkey/oauth", true, "the desktop's services know nothing of tokens"},
	{"freshkey/app/desktop", "freshkey/keystore", true, "the desktop's services know nothing of tokens"},
	{"freshkey/app/desktop", "freshkey/app/api", true, "the desktop's services know nothing of tokens"},
	{"freshkey/app/desktop", "freshkey/app/words", true, "the desktop shows sentences; the agent finds them"},
	{"freshkey/app/appid", "freshkey/", true, "a name"},
	{"freshkey/app/loopback", "freshkey/", true, "it asks whose a connection is, whatever comes over it"},
	{"freshkey/app/transfer", "freshkey/app", true, "a file is bytes; who writes and reads it is another matter"},
	{"freshkey/app/transfer", "freshkey/oauth/keeper", true, "a file is bytes; who spends what is in it is another matter"},
	{"freshkey/app/door", "freshkey/app/agent", true, "it turns strangers away, and asks the agent by an interface"},
	{"freshkey/app/door", "freshkey/app/words", true, "the agent finds the words"},
	{"freshkey/app/atomicfile", "freshkey/", true, "it replaces files, whatever they hold"},
	{"freshkey", "freshkey/app/testenv", true, "the stage is not part of the product"},
	{"freshkey/app/window", "freshkey/app/testenv", true, "the stage is not part of the product"},
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

func TestImportsRunOneWay(t *testing.T) {
	all := packages(t)
	for _, rule := range importRules {
		p, ok := all[rule.path]
		if !ok {
			t.Errorf("%s: no such package", rule.path)
		}
		imports := p.Imports
		if rule.deep {
			imports = p.Deps
		}
		for _, i := range imports {
			outside := rule.forbidden == "*.*/" && !all[i].Standard && !strings.HasPrefix(i, "freshkey")
			if outside || strings.HasPrefix(i+"/", rule.forbidden) {
				t.Errorf("%s reaches %s: %s", rule.path, i, rule.reason)
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

// maxFile and maxFunction are in lines; functions of tests may be tables of any length.
const (
	maxFile     = 250
	maxFunction = 40
)

func TestFilesAndFunctionsAreShortAndFyneIsEnteredAtOnePlace(t *testing.T) {
	fyneDoCalls := 0
	err := filepath.WalkDir("../..", func(path string, d fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, ".go") {
			return err
		}
		source, err := os.ReadFile(path)
		if n := strings.Count(string(source), "\n"); n > maxFile {
			t.Errorf("%s has %d lines: is it still one noun?", path, n)
		}
		if !strings.HasSuffix(path, "_test.go") {
			fyneDoCalls += strings.Count(string(source), "fyne.Do(")
			checkFunctions(t, path, source)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if fyneDoCalls != 1 {
		t.Errorf("fyne.Do stands at %d places; the follower loop is the only one", fyneDoCalls)
	}
}

func checkFunctions(t *testing.T, path string, source []byte) {
	t.Helper()
	files := token.NewFileSet()
	file, err := parser.ParseFile(files, path, source, parser.SkipObjectResolution)
	if err != nil {
		t.Error(err)
		return
	}
	for _, d := range file.Decls {
		f, ok := d.(*ast.FuncDecl)
		if !ok {
			continue
		}
		if n := files.Position(f.End()).Line - files.Position(f.Pos()).Line + 1; n > maxFunction {
			t.Errorf("%s: %s has %d lines: which step of it has a name?", path, f.Name.Name, n)
		}
	}
}
