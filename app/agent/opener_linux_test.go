package agent

import (
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"testing"

	"freshkey/app/api"
	"freshkey/app/desktop"
	"freshkey/app/words"
)

// The person would wait for a page that never comes.
func TestSignInSaysThatNoBrowserCouldBeStarted(t *testing.T) {
	for name, c := range map[string]struct {
		opener string // a script; empty for none
		failed bool
	}{
		"none is there":      {"", true},
		"with an exit code":  {"#!/bin/sh\nexit 3\n", true},
		"one that opened it": {"#!/bin/sh\n", false},
	} {
		bin := t.TempDir()
		t.Setenv("PATH", bin)
		t.Setenv("BROWSER", "")
		if c.opener != "" {
			if err := os.WriteFile(filepath.Join(bin, "xdg-open"), []byte(c.opener), 0o755); err != nil {
				t.Fatal(err)
			}
		}
		ctx, cancel := context.WithCancel(t.Context())
		a := &Agent{words: words.New(), log: slog.New(slog.DiscardHandler), desk: &desktop.Desktop{}, life: ctx}
		l := &login{ended: make(chan struct{}), status: api.Login{Step: api.StepBrowser, AuthorizeURL: "https://id.example.com/authorize"}}
		started := a.visit(l)
		if got := a.loginStatus(l); started == c.failed || got.NoBrowser != c.failed || got.Step != api.StepBrowser {
			t.Errorf("%s: %+v", name, got)
		}
		cancel()
		a.clicks.Wait()
	}
}
