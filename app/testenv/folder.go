//go:build linux

package testenv

import "os"

// tester is what a test offers to Folder; package testing is no part of demo and bench.
type tester interface {
	Helper()
	Skip(args ...any)
	Fatal(args ...any)
	Cleanup(work func())
}

// Folder is where a test's session lies, removed when the test ends. Its name is short, for the sockets in it. A test that must not play
// with real desktops is left out.
func Folder(t tester) string {
	t.Helper()
	if !Allowed() {
		t.Skip(LeftOut)
	}
	dir, err := os.MkdirTemp("", "fk")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	return dir
}
