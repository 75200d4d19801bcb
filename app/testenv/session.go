//go:build linux

package testenv

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/godbus/dbus/v5"
)

// waitTimeout is how long any part of the desktop may take to appear.
const waitTimeout = 30 * time.Second

// Session is a private D-Bus session in a folder of its own. Close ends every process it started.
type Session struct {
	Dir string   // HOME and the rest lie in it
	Env []string // for programs that shall run in the session

	address string
	bus     *dbus.Conn
	keyring *exec.Cmd
	procs   []*exec.Cmd
	logs    []*syncBuffer
	ends    []func() // after the processes
	sway    *swayHands
}

// NewSession starts a bus in dir, which must be short enough for a socket's path.
func NewSession(dir string) (*Session, error) { return newSession(dir, "--session") }

// NewBareSession starts a bus that starts no services by itself: who is not there stays away.
func NewBareSession(dir string) (*Session, error) {
	config := filepath.Join(dir, "bus.conf")
	text := `<busconfig><type>session</type><listen>unix:path=` + filepath.Join(dir, "run", "bus") + `</listen><policy context="default"><allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/></policy></busconfig>`
	if err := os.WriteFile(config, []byte(text), 0o600); err != nil {
		return nil, err
	}
	return newSession(dir, "--config-file="+config)
}

func newSession(dir, config string) (*Session, error) {
	address := "unix:path=" + filepath.Join(dir, "run", "bus")
	s := &Session{Dir: dir, address: address}
	for _, d := range []string{"home", "run"} {
		if err := os.MkdirAll(filepath.Join(dir, d), 0o700); err != nil {
			return nil, err
		}
	}
	s.Env = append(without(os.Environ(), "DISPLAY", "WAYLAND_DISPLAY", "XAUTHORITY", "XDG_SESSION_TYPE", "XDG_CURRENT_DESKTOP"),
		"HOME="+filepath.Join(dir, "home"), "XDG_RUNTIME_DIR="+filepath.Join(dir, "run"), "DBUS_SESSION_BUS_ADDRESS="+address,
		"XDG_CONFIG_HOME="+filepath.Join(dir, "home", ".config"), "XDG_STATE_HOME="+filepath.Join(dir, "home", ".local", "state"),
		"XDG_CACHE_HOME="+filepath.Join(dir, "home", ".cache"), "XDG_DATA_HOME="+filepath.Join(dir, "home", ".local", "share"),
		"LC_ALL=C.UTF-8", "NO_AT_BRIDGE=1", "FYNE_SCALE=1", "FYNE_THEME=light")
	ready, err := s.startReady("dbus-daemon", config, "--nofork", "--nopidfile", "--nosyslog", "--print-address=1", "--address="+address)
	if err != nil {
		return nil, err
	}
	if ready == "" {
		return nil, errors.New("dbus-daemon printed no address: " + s.Log())
	}
	if s.bus, err = dbus.Connect(address); err != nil {
		s.Close()
		return nil, err
	}
	return s, nil
}

// KillBus ends the session's bus, as the end of a session does.
func (s *Session) KillBus() error { return s.procs[0].Process.Kill() }

// Command prepares a program that runs in the session.
func (s *Session) Command(name string, args ...string) *exec.Cmd {
	cmd := exec.Command(name, args...)
	cmd.Env = slices.Clone(s.Env)
	cmd.Dir = s.Dir
	return cmd
}

// Run runs a program to its end and returns what it printed. An error holds its standard error.
func (s *Session) Run(name string, args ...string) (string, error) {
	return s.RunInput("", name, args...)
}

// RunInput is Run with something on standard input.
func (s *Session) RunInput(input, name string, args ...string) (string, error) {
	cmd := s.Command(name, args...)
	var out, errs bytes.Buffer
	cmd.Stdin, cmd.Stdout, cmd.Stderr = strings.NewReader(input), &out, &errs
	err := cmd.Run()
	if err != nil {
		err = fmt.Errorf("%s: %w: %s", filepath.Base(name), err, strings.TrimSpace(errs.String()))
	}
	return out.String(), err
}

// Start starts a program that ends with the session at the latest.
func (s *Session) Start(cmd *exec.Cmd) error {
	log := &syncBuffer{}
	if cmd.Stdout == nil {
		cmd.Stdout = log
	}
	if cmd.Stderr == nil {
		cmd.Stderr = log
	}
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := cmd.Start(); err != nil {
		return err
	}
	s.procs, s.logs = append(s.procs, cmd), append(s.logs, log)
	return nil
}

// startReady starts a program and returns the first line it prints.
func (s *Session) startReady(name string, args ...string) (string, error) {
	cmd := s.Command(name, args...)
	read, write, err := os.Pipe()
	if err != nil {
		return "", err
	}
	cmd.Stdout = write
	if err := s.Start(cmd); err != nil {
		return "", err
	}
	write.Close()
	defer func() { go io.Copy(io.Discard, read) }()
	_ = read.SetReadDeadline(time.Now().Add(waitTimeout))
	line := make([]byte, 512)
	n, _ := read.Read(line)
	return strings.TrimSpace(string(line[:n])), nil
}

// WaitName waits until somebody owns a name on the bus.
func (s *Session) WaitName(name string) error { return s.waitName(name, true) }

// WaitNameGone waits until nobody does.
func (s *Session) WaitNameGone(name string) error { return s.waitName(name, false) }

func (s *Session) waitName(name string, want bool) error {
	conn, err := dbus.Connect(s.address)
	if err != nil {
		return err
	}
	defer conn.Close()
	if err := conn.AddMatchSignal(dbus.WithMatchMember("NameOwnerChanged"), dbus.WithMatchArg(0, name)); err != nil {
		return err
	}
	changes := make(chan *dbus.Signal, 16)
	conn.Signal(changes)
	ctx, cancel := context.WithTimeout(context.Background(), waitTimeout)
	defer cancel()
	for {
		var owned bool
		if err := conn.BusObject().Call("org.freedesktop.DBus.NameHasOwner", 0, name).Store(&owned); err != nil || owned == want {
			return err
		}
		select {
		case <-changes:
		case <-ctx.Done():
			return fmt.Errorf("waited %v for %s on the bus: %s", waitTimeout, name, s.Log())
		}
	}
}

// Log is what the session's programs printed, for a failure's message.
func (s *Session) Log() string {
	var all strings.Builder
	for n, l := range s.logs {
		if text := l.String(); text != "" {
			fmt.Fprintf(&all, "\n[%s] %s", filepath.Base(s.procs[n].Path), text)
		}
	}
	return all.String()
}

// Close ends what was started, last first.
func (s *Session) Close() {
	if s.bus != nil {
		s.bus.Close()
	}
	for _, p := range slices.Backward(s.procs) {
		_ = syscall.Kill(-p.Process.Pid, syscall.SIGKILL)
		_ = p.Wait()
	}
	s.procs = nil
	for _, end := range slices.Backward(s.ends) {
		end()
	}
	s.ends = nil
}

func without(env []string, names ...string) []string {
	return slices.DeleteFunc(slices.Clone(env), func(e string) bool {
		name, _, _ := strings.Cut(e, "=")
		return slices.Contains(names, name)
	})
}

// syncBuffer keeps the last part of a program's output.
type syncBuffer struct {
	mu sync.Mutex
	b  []byte
}

func (b *syncBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.b = append(b.b, p...)
	if len(b.b) > 8192 {
		b.b = b.b[len(b.b)-8192:]
	}
	return len(p), nil
}

func (b *syncBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return string(b.b)
}
