package program

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
)

// TestMain is also the two programs of a person's: one that holds something, and one that would read it.
func TestMain(m *testing.M) {
	switch role, what, _ := strings.Cut(os.Getenv("HARDEN_ROLE"), " "); role {
	case "holder":
		if what != "plain" {
			Harden()
		}
		if what == "unhardened" {
			Unharden()
		}
		fmt.Println(os.Getpid())
		_, _ = io.Copy(io.Discard, os.Stdin)
	case "reader":
		for _, file := range []string{"mem", "environ", "maps"} {
			if f, err := os.Open("/proc/" + what + "/" + file); err == nil {
				n, err := f.Read(make([]byte, 1))
				fmt.Print(file, " ", n > 0 || err != io.EOF, " ")
			}
		}
	case "tracer":
		fmt.Print("opened ", opensAtItsStart(what))
	default:
		os.Exit(m.Run())
	}
}

// another is this test's program in one of its roles, as a user who is not root.
func another(role string) *exec.Cmd {
	cmd := exec.Command("/proc/self/exe")
	cmd.Env = []string{"HARDEN_ROLE=" + role}
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 65533, Gid: 65533}}
	return cmd
}

// needsRoot leaves a test out where this process cannot become another user.
func needsRoot(t *testing.T) {
	t.Helper()
	if os.Getuid() != 0 {
		if os.Getenv("CI") != "" {
			t.Fatal("needs root, to become another user")
		}
		t.Skip("needs root, to become another user")
	}
}

// whatIsReadOf is what another program of the same person's reads of one that holds something.
func whatIsReadOf(t *testing.T, holder *exec.Cmd) string {
	t.Helper()
	in, err := holder.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := holder.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := holder.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() { _ = in.Close(); _ = holder.Wait() }()
	pid, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	read, err := another("reader " + strings.TrimSpace(pid)).Output()
	if err != nil {
		t.Fatal(err)
	}
	return string(read)
}

// Whatever a person runs may read the memory of everything else they run, unless that says no.
func TestMemoryIsReadByNobodyElse(t *testing.T) {
	needsRoot(t)
	for name, readable := range map[string]bool{"plain": true, "hardened": false, "unhardened": true} {
		t.Run(name, func(t *testing.T) {
			read := whatIsReadOf(t, another("holder "+name))
			if got := strings.Contains(read, "mem"); got != readable {
				t.Errorf("memory can be read: %v, want %v (%s)", got, readable, read)
			}
		})
	}
}

// installed is this program with a mode that a package may give it, in a folder that everybody may enter.
func installed(t *testing.T, mode os.FileMode) (path string) {
	t.Helper()
	data, err := os.ReadFile("/proc/self/exe")
	if err != nil {
		t.Fatal(err)
	}
	dir, err := os.MkdirTemp("", "fk")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	path = filepath.Join(dir, "installed")
	if err := errors.Join(os.WriteFile(path, data, mode), os.Chmod(dir, 0o755), os.Chmod(path, mode)); err != nil {
		t.Fatal(err)
	}
	return path
}

// Packages install the program so that its file cannot be read, and then it begins its life hardened; who has to look into its helper could not.
func TestInstalledProgramCanBeLookedIntoWhereItSaysSo(t *testing.T) {
	needsRoot(t)
	path := installed(t, 0o711)
	for name, readable := range map[string]bool{"plain": false, "unhardened": true} {
		holder := another("holder " + name)
		holder.Path = path
		if got := strings.Contains(whatIsReadOf(t, holder), "mem"); got != readable {
			t.Errorf("%s: memory can be read: %v, want %v", name, got, readable)
		}
	}
}

// opensAtItsStart starts a program, stops it before its first instruction, and tries to open its memory for later.
func opensAtItsStart(path string) bool {
	runtime.LockOSThread() // whose the stopped program is
	cmd := exec.Command(path)
	cmd.Env = []string{"HARDEN_ROLE=holder hardened"}
	cmd.SysProcAttr = &syscall.SysProcAttr{Ptrace: true}
	if cmd.Start() != nil {
		return true // proves nothing
	}
	defer func() { _ = cmd.Process.Kill(); _ = cmd.Wait() }()
	f, err := os.Open(fmt.Sprintf("/proc/%d/mem", cmd.Process.Pid))
	if err == nil {
		_ = f.Close()
	}
	return err == nil
}

// What opens a program's memory as it starts, before it can forbid that, reads it ever after; unless the program's file cannot be read, as
// the packages install it.
func TestMemoryOfAnInstalledProgramIsNotOpenAtItsStartEither(t *testing.T) {
	needsRoot(t)
	for mode, opens := range map[os.FileMode]bool{0o755: true, 0o711: false} {
		out, err := another("tracer " + installed(t, mode)).Output()
		if err != nil || string(out) != fmt.Sprint("opened ", opens) {
			t.Errorf("%v: %q %v, want %v", mode, out, err, opens)
		}
	}
}
