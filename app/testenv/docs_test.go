package testenv_test

import (
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"freshkey/oauth"
)

func document(t *testing.T, path string) string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("../..", filepath.FromSlash(path)))
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// example is the first block of JSON in a document.
func example(t *testing.T, text string) string {
	t.Helper()
	_, rest, found := strings.Cut(text, "```json\n")
	block, _, closed := strings.Cut(rest, "```")
	if !found || !closed {
		t.Fatal("no block of JSON")
	}
	return block
}

func TestProviderFileIsDocumentedKeyByKey(t *testing.T) {
	text := document(t, "docs/provider.md")
	p, err := oauth.ParseProvider([]byte(example(t, text)))
	if err == nil {
		p, err = p.Fill(p.Asks)
	}
	if _, wrong := p.Resolve(); err != nil || wrong != nil {
		t.Errorf("the example: %v, %v", err, wrong)
	}
	kind := reflect.TypeFor[oauth.Provider]()
	for n := range kind.NumField() {
		key, _, _ := strings.Cut(kind.Field(n).Tag.Get("json"), ",")
		if key != "-" && !strings.Contains(text, "| `"+key+"` |") {
			t.Errorf("%s is not in the table", key)
		}
	}
}

// A promise that the code cites and the docs don't have is a riddle.
func TestCitedPromisesAreInTheDocs(t *testing.T) {
	text := document(t, "docs/architecture.md")
	cited := regexp.MustCompile(`[Pp]romise (\d+)`)
	err := filepath.WalkDir("../..", func(path string, d os.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, ".go") {
			return err
		}
		source, err := os.ReadFile(path)
		for _, m := range cited.FindAllStringSubmatch(string(source), -1) {
			if !strings.Contains(text, "\n"+m[1]+". **") {
				t.Errorf("%s cites promise %s", path, m[1])
			}
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

func TestEachDirectDependencyIsExplained(t *testing.T) {
	text := document(t, "docs/architecture.md")
	for line := range strings.Lines(document(t, "go.mod")) {
		f := strings.Fields(line)
		if len(f) != 2 || !strings.HasPrefix(f[1], "v") || !strings.Contains(f[0], ".") {
			continue // not a module, or one that another brings
		}
		if name := strings.TrimPrefix(f[0], "golang.org/"); !strings.Contains(text, "`"+f[0]+"`") && !strings.Contains(text, "`"+name+"`") {
			t.Errorf("%s: why it, and what would replace it?", f[0])
		}
	}
}

// A unit that no page names is one that nobody enables.
func TestReadmeSaysHowEachUnitIsEnabled(t *testing.T) {
	units, err := filepath.Glob("../../assets/packaging/linux/*.service")
	if err != nil || len(units) != 2 {
		t.Fatalf("%q, %v", units, err)
	}
	for _, unit := range units {
		name := strings.TrimSuffix(filepath.Base(unit), ".service")
		if enable := "`systemctl --user enable --now " + name + "`"; !strings.Contains(document(t, "README.md"), enable) {
			t.Errorf("the README does not say %s", enable)
		}
	}
}
