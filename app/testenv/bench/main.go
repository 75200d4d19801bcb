//go:build linux

// Bench prints the design's measures on a virtual desktop, each beside a program that does something alike, as far as it is installed:
// `make bench`. It judges nothing; numbers differ by machine, so only those of one run can be compared.
package main

import (
	"cmp"
	"debug/elf"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"freshkey/app/testenv"
)

const accounts = 10

// programs are what is measured, and what the Makefile built beside it.
type programs struct{ freshkey, window, fyne, line string }

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: bench FOLDER-OF-FRESHKEY FOLDER-OF-PEERS")
		os.Exit(2)
	}
	own, err := filepath.Abs(os.Args[1])
	peers, err2 := filepath.Abs(os.Args[2])
	if err == nil {
		err = err2
	}
	if err == nil {
		err = run(programs{
			filepath.Join(own, "freshkey"), filepath.Join(own, "freshkey-window"), filepath.Join(peers, "fyne"), filepath.Join(peers, "line"),
		})
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// stage is a desktop with an agent of ten accounts on it.
type stage struct {
	programs
	*testenv.Desktop
	app  *testenv.App
	oidc *oidcAgent // nil if it is not installed
}

func run(p programs) error {
	info, err := os.Stat(p.freshkey)
	if err != nil {
		return err
	}
	fmt.Printf("%-48s %-12s %-30s %s\n", "what", "must", "Freshkey", "beside it")
	row("the program on the disk", "≤ 20 MB", fmt.Sprintf("%.1f MB", float64(info.Size())/1e6), "")
	needs, err := librariesOf(p.freshkey)
	if err != nil {
		return err
	}
	row("  libraries it needs", "none", needs, "")
	if err := onDesktop(p); err != nil {
		return err
	}
	for _, measure := range []func(programs) error{keyringWrites, storm} {
		if err := measure(p); err != nil {
			return err
		}
	}
	return nil
}

func onDesktop(p programs) error {
	dir, err := os.MkdirTemp("", "fk")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	d, err := testenv.NewDesktop(dir, true)
	if err != nil {
		return err
	}
	defer d.Close()
	s := &stage{programs: p, Desktop: d, app: &testenv.App{Session: d.Session, Binary: p.freshkey, Profile: "bench"}}
	if err := s.app.StartSandbox("72h"); err != nil {
		return err
	}
	if err := s.app.StartAgent(); err != nil {
		return err
	}
	for n := range accounts {
		if err := s.app.Add(fmt.Sprint("account ", n)); err != nil {
			return err
		}
	}
	s.oidc = startOIDCAgent(d, p.freshkey)
	for _, measure := range []func() error{s.atRest, s.token, s.server, s.trayClick, s.firstFrame, s.windowAtRest} {
		if err := measure(); err != nil {
			return err
		}
	}
	return nil
}

func row(what, must, got, beside string) {
	fmt.Printf("%-48s %-12s %-30s %s\n", what, must, got, beside)
}

// librariesOf are the shared libraries that a program wants of the system; "none" of one that is linked statically.
func librariesOf(program string) (string, error) {
	file, err := elf.Open(program)
	if err != nil {
		return "", err
	}
	defer file.Close()
	all, err := file.ImportedLibraries()
	return cmp.Or(strings.Join(all, ", "), "none"), err
}
