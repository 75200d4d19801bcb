package agent

import (
	"path/filepath"
	"testing"
)

// A chain that left, and came back in another file before anybody spent it, is here.
func TestChainThatCameBackIsNotSaidToHaveLeft(t *testing.T) {
	path := filepath.Join(t.TempDir(), "moves.json")
	m := moves{path: path}
	note := func(about move) {
		t.Helper()
		if err := m.note(about); err != nil {
			t.Fatal(err)
		}
	}
	left := func() bool {
		_, gone := m.left("a", "12345678")
		again := moves{path: path} // as after a restart
		if _, after := again.left("a", "12345678"); after != gone {
			t.Errorf("gone %v, and after a restart %v", gone, after)
		}
		return gone
	}
	note(move{ID: "1", Way: leaving, Account: "a"})
	if left() {
		t.Error("gone before it was let go")
	}
	note(move{ID: "1", Way: movedOut, Account: "a", Fingerprint: "12345678", Release: "planted"})
	if known, err := m.of("1"); !left() || err != nil || known.Release != "planted" {
		t.Errorf("it has left, and is known as %v, %v", known, err)
	}
	note(move{ID: "2", Way: arriving, Account: "a", Fingerprint: "12345678"})
	if left() {
		t.Error("gone, and it came back")
	}
	note(move{ID: "3", Way: movedOut, Account: "b", Fingerprint: "12345678"})
	note(move{ID: "4", Way: movedOut, Account: "a", Fingerprint: "87654321"})
	if left() {
		t.Error("gone with another one")
	}
	if err := m.settle("a"); err != nil {
		t.Fatal(err)
	}
	if known, _ := m.of("2"); known.Way != movedIn {
		t.Errorf("settled as %q", known.Way)
	}
}
