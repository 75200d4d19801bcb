//go:build linux

// Demo shows the main job from end to end: `make demo`. With a display it plays on yours and stays open; with none it
// builds a virtual desktop, prints what it did line by line, writes pictures to build/demo, and fails unless each step
// was seen to happen.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"

	"freshkey/app/testenv"
)

const account = "work"

// show is one performance.
type show struct {
	*testenv.Desktop
	app      *testenv.App
	tray     *testenv.Tray
	notices  <-chan testenv.Notice
	pictures string // "" on a person's own screen
}

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: demo BINARY PICTURES")
		os.Exit(2)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	defer stop()
	if err := run(ctx, os.Args[1], os.Args[2]); err != nil {
		fmt.Fprintln(os.Stderr, "demo:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, binary, pictures string) (err error) {
	if binary, err = filepath.Abs(binary); err != nil {
		return err
	}
	if pictures, err = filepath.Abs(pictures); err != nil {
		return err
	}
	s := &show{}
	end, err := s.open(pictures)
	if err != nil {
		return err
	}
	defer end()
	s.app = &testenv.App{Session: s.Session, Binary: binary, Profile: "demo"}
	defer s.leaveNothing()
	if err := s.play(ctx); err != nil {
		return err
	}
	s.linger(ctx)
	return nil
}

// open finds the desktop to play on: yours, or with no display a virtual one. What it returns ends it.
func (s *show) open(pictures string) (end func(), err error) {
	if os.Getenv("DISPLAY") != "" || os.Getenv("WAYLAND_DISPLAY") != "" {
		if s.Desktop, err = testenv.Join(); err != nil {
			return nil, err
		}
		return s.Close, nil
	}
	dir, err := os.MkdirTemp("", "fk")
	if err != nil {
		return nil, err
	}
	if s.pictures = pictures; os.MkdirAll(pictures, 0o755) != nil {
		err = errors.New("the folder for pictures can't be made")
	} else {
		s.Desktop, err = testenv.NewDesktop(dir, true)
	}
	if err != nil {
		_ = os.RemoveAll(dir)
		return nil, err
	}
	return func() {
		s.Close()
		_ = os.RemoveAll(dir)
	}, nil
}

// play goes through the steps, and ends at the first that was not seen to happen.
func (s *show) play(ctx context.Context) error {
	for _, step := range []struct {
		what string
		do   func() (string, error)
	}{
		{"Rehearsal provider with 40-second tokens", s.startProvider},
		{"Agent on the profile \"demo\", with a tray icon", s.startAgent},
		{"Account added, secrets through standard input", s.add},
		{"Refreshed in the background, without being asked", s.refreshed},
		{"Access token copied from the tray", s.copyAccess},
		{"MAC key copied from the tray", s.copyMAC},
		{"Tray menu", s.trayMenu},
		{"Window", s.window},
		{"Provider refuses once: a notice appears", s.notice},
		{"Healed by itself", s.healed},
		{"Each refresh was sent exactly once", s.sentOnce},
	} {
		if ctx.Err() != nil {
			return errors.New("interrupted; its records are removed")
		}
		fmt.Printf("• %s … ", step.what)
		seen, err := step.do()
		if err != nil {
			fmt.Println("NOT SEEN")
			return fmt.Errorf("%s: %w", strings.ToLower(step.what), err)
		}
		fmt.Println(seen)
	}
	return nil
}

// linger says how it went, and on a person's own screen leaves them the demo for as long as they like.
func (s *show) linger(ctx context.Context) {
	if s.pictures != "" {
		fmt.Printf("\nAll seen. Pictures are in %s.\n", s.pictures)
		return
	}
	fmt.Print("\nAll of it works here. The demo stays open; press Enter (or Ctrl+C) to end it and remove its records. ")
	entered := make(chan struct{})
	go func() { _, _ = fmt.Scanln(); close(entered) }()
	select {
	case <-entered:
	case <-ctx.Done():
	}
}

// leaveNothing takes the demo's records out of the keychain and ends its programs.
func (s *show) leaveNothing() {
	if s.app.Base == "" {
		return
	}
	_, _ = s.app.Freshkey("remove", account, "--yes")
	_, _ = s.app.Freshkey("quit")
}

func (s *show) picture(name string) string {
	if s.pictures == "" {
		return ""
	}
	path := filepath.Join(s.pictures, name+".png")
	if err := s.Picture(path); err != nil {
		return ", no picture: " + err.Error()
	}
	return ", picture " + name + ".png"
}
