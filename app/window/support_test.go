package main

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"freshkey/app/api"
	"freshkey/oauth/keeper"
)

// What is saved for support goes into a file of its own: none is written over, and a folder that is not there is said to be missing.
func TestHistoryIsSavedIntoANewFile(t *testing.T) {
	w, _, _ := keyboard(t, pageAccounts)
	dir := t.TempDir()
	path := filepath.Join(dir, "freshkey-work.jsonl")
	events := []keeper.Event{{Generation: 1, At: noon}, {Generation: 2, At: noon}}
	if err := w.saveLineage(path, events); err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(path)
	if err != nil || strings.Count(string(data), "\n") != 2 || !strings.Contains(string(data), `"generation":2`) {
		t.Errorf("%s, %v", data, err)
	}
	for _, bad := range []string{path, "freshkey.jsonl", filepath.Join(dir, "nowhere", "f"), ""} {
		var p *api.Problem
		if err := w.saveLineage(bad, events); !errors.As(err, &p) || p.What == "" || strings.Contains(p.What, "support.") {
			t.Errorf("%q: %v", bad, err)
		}
	}
	if again, err := os.ReadFile(path); err != nil || string(again) != string(data) {
		t.Errorf("written over: %s, %v", again, err)
	}
}
