package agent

import (
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

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

// What starts a browser says that all is well, and the browser has ended at once: nobody said so, and the person waited.
func TestSignInSaysThatNoBrowserHasCome(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		for _, comes := range []time.Duration{time.Second, visitPatience + time.Minute} {
			a := &Agent{words: words.New(), log: slog.New(slog.DiscardHandler), life: ctx}
			l := &login{visited: make(chan struct{}), ended: make(chan struct{}), status: api.Login{Step: api.StepBrowser}}
			a.start(func(ctx context.Context) { a.awaitVisit(ctx, l) })
			time.AfterFunc(comes, func() { close(l.visited) })
			time.Sleep(visitPatience + time.Second)
			if late := comes > visitPatience; a.loginStatus(l).NoBrowser != late {
				t.Errorf("it comes after %v: %+v", comes, a.loginStatus(l))
			}
			time.Sleep(2 * time.Minute)
			if a.clicks.Wait(); a.loginStatus(l).NoBrowser {
				t.Error("it has come, and is waited for")
			}
		}
	})
}
