package agent

import (
	"os"
	"path/filepath"
	"testing"

	"freshkey/app/door"
)

// "Not yet used" of a key that a tool uses each day, after a login, would have it taken back.
func TestAnAgentThatStartsAnewKnowsWhenKeysWereUsed(t *testing.T) {
	path := filepath.Join(t.TempDir(), "door-used.json")
	used, gone, idle := door.Key{Name: "used", SHA256: "aa"}, door.Key{Name: "gone", SHA256: "bb"}, door.Key{Name: "idle", SHA256: "cc"}
	var before, after, broken doorUses
	before.open(path, nil, true)
	before.note(used, noon)
	before.note(gone, noon)
	if err := before.keep(); err != nil {
		t.Fatal(err)
	}
	after.open(path, []door.Key{used, idle}, true)
	if !after.of(used).Equal(noon) || !after.of(idle).IsZero() || !after.of(gone).IsZero() {
		t.Errorf("used %v, idle %v, gone %v", after.of(used), after.of(idle), after.of(gone))
	}
	if err := os.WriteFile(path, []byte(`["nonsense"`), 0o600); err != nil {
		t.Fatal(err)
	}
	broken.open(path, []door.Key{used}, true)
	if broken.note(used, noon); !broken.of(used).Equal(noon) {
		t.Error("a broken file is in the way")
	}
}
