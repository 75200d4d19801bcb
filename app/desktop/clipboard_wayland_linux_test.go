package desktop_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"freshkey/app/desktop"
	"freshkey/app/testenv"
)

// waylandSession is a compositor whose clipboard this process uses.
func waylandSession(t *testing.T) {
	t.Helper()
	dir := testenv.Folder(t)
	s, err := testenv.NewBareSession(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	display, err := s.StartSway()
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv("WAYLAND_DISPLAY", display)
	t.Setenv("XDG_RUNTIME_DIR", filepath.Join(dir, "run"))
}

// left are the files below the folders of buffers that hold the text.
func left(t *testing.T, text string) (paths []string) {
	t.Helper()
	for _, dir := range slices.Compact([]string{"/tmp", os.TempDir(), os.Getenv("XDG_RUNTIME_DIR")}) {
		entries, err := os.ReadDir(dir)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range entries {
			if !strings.HasPrefix(e.Name(), "wl-copy") {
				continue
			}
			files, _ := os.ReadDir(filepath.Join(dir, e.Name())) // it may be going just now
			for _, f := range files {
				path := filepath.Join(dir, e.Name(), f.Name())
				if data, _ := os.ReadFile(path); strings.Contains(string(data), text) {
					paths = append(paths, path)
				}
			}
		}
	}
	return paths
}

func pasted(t *testing.T) string {
	t.Helper()
	out, _ := exec.Command("timeout", "5", "wl-paste", "--no-newline").Output() // fails on an empty clipboard
	return string(out)
}

// wlCopies are the processes that this one has started and that serve a clipboard.
func wlCopies(t *testing.T) (pids []int) {
	t.Helper()
	out, _ := exec.Command("pgrep", "-x", "-P", strconv.Itoa(os.Getpid()), "wl-copy").Output()
	for field := range strings.FieldsSeq(string(out)) {
		pid, err := strconv.Atoi(field)
		if err != nil {
			t.Fatal(err)
		}
		pids = append(pids, pid)
	}
	return pids
}

// Some wl-copies keep what they serve in a file, which stays when they are killed.
func TestNothingThatWasCopiedStaysOnDisk(t *testing.T) {
	for name, open := range map[string]func() *desktop.Desktop{"by the compositor's protocol": desktop.Open, "by wl-copy": desktop.OpenWithoutDataControl} {
		t.Run(name, func(t *testing.T) { nothingStays(t, open()) })
	}
}

func nothingStays(t *testing.T, d *desktop.Desktop) {
	waylandSession(t)
	secret := fmt.Sprintf("planted-%d-", os.Getpid())
	for _, text := range []string{secret + "1", secret + "2", secret + "2", secret + "3"} {
		if err := d.Copy(t.Context(), text); err != nil {
			t.Fatal(err)
		}
		if got := pasted(t); got != text {
			t.Fatalf("pasted %q, want %q", got, text)
		}
		if n := len(left(t, secret)); n > 1 {
			t.Errorf("%d copies of secrets on the disk while one is served", n)
		}
	}
	if err := d.ClearClipboard(t.Context()); err != nil {
		t.Error(err)
	}
	if got, files := pasted(t), left(t, secret); got != "" || files != nil {
		t.Errorf("cleared; pasted %q, on the disk %v", got, files)
	}

	if err := d.Copy(t.Context(), secret+"4"); err != nil {
		t.Fatal(err)
	}
	theirs := exec.Command("wl-copy", "theirs")
	if err := theirs.Run(); err != nil {
		t.Fatal(err)
	}
	if err := d.ClearClipboard(t.Context()); err != nil {
		t.Error(err)
	}
	if got := pasted(t); got != "theirs" {
		t.Errorf("what another program copied is %q now", got)
	}

	if err := d.Copy(t.Context(), secret+"5"); err != nil {
		t.Fatal(err)
	}
	d.Close()
	if got, files := pasted(t), left(t, secret); got != "" || files != nil || len(wlCopies(t)) > 0 {
		t.Errorf("closed; pasted %q, on the disk %v, running %v", got, files, wlCopies(t))
	}
}

func TestBufferOfAWlCopyThatHangsIsRemoved(t *testing.T) {
	waylandSession(t)
	secret := fmt.Sprintf("planted-hangs-%d", os.Getpid())
	d := desktop.OpenWithoutDataControl()
	if err := d.Copy(t.Context(), secret); err != nil {
		t.Fatal(err)
	}
	pids := wlCopies(t)
	if len(pids) != 1 {
		t.Fatalf("serving: %v", pids)
	}
	if err := syscall.Kill(pids[0], syscall.SIGSTOP); err != nil {
		t.Fatal(err)
	}
	d.Close()
	if files := left(t, secret); files != nil || len(wlCopies(t)) > 0 {
		t.Errorf("on the disk %v, running %v", files, wlCopies(t))
	}
}

// Text and mark are offered together, by no other program, and nothing of it touches a disk.
func TestSecretIsMarkedOnWayland(t *testing.T) {
	waylandSession(t)
	d := desktop.Open()
	defer d.Close()
	secret := fmt.Sprintf("planted-marked-%d", os.Getpid())
	if err := d.Copy(t.Context(), secret); err != nil {
		t.Fatal(err)
	}
	types, err := exec.Command("timeout", "5", "wl-paste", "--list-types").Output()
	if err != nil || !strings.Contains(string(types), "x-kde-passwordManagerHint") || !strings.Contains(string(types), "text/plain;charset=utf-8") {
		t.Errorf("offered: %q %v", types, err)
	}
	if mark, err := exec.Command("timeout", "5", "wl-paste", "--no-newline", "--type", "x-kde-passwordManagerHint").Output(); string(mark) != "secret" {
		t.Errorf("the mark is %q, %v", mark, err)
	}
	if got, files, running := pasted(t), left(t, secret), wlCopies(t); got != secret || files != nil || running != nil {
		t.Errorf("pasted %q, on the disk %v, running %v", got, files, running)
	}
}

// A compositor that ends takes the clipboard along; the next one is used.
func TestCompositorThatEndsIsNoEnd(t *testing.T) {
	d := desktop.Open()
	defer d.Close()
	for n := range 2 {
		t.Run(fmt.Sprint(n), func(t *testing.T) {
			waylandSession(t)
			text := fmt.Sprint("planted-again-", n)
			if err := d.Copy(t.Context(), text); err != nil || pasted(t) != text {
				t.Errorf("%v", err)
			}
		})
	}
	if err := d.ClearClipboard(t.Context()); err != nil {
		t.Errorf("cleared where there is none: %v", err)
	}
}
