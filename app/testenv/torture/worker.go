//go:build linux

package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"time"

	"freshkey/app/api"
	"freshkey/app/testenv"
	"freshkey/oauth/keeper"
	"freshkey/oauth/sandbox"
)

const service = "Freshkey (torture)"

// worker is one that does runs, in a world of its own: a bus with a keyring, a provider, and a profile whose agent comes and
// goes.
type worker struct {
	session *testenv.Session
	keyring *testenv.FakeKeyring
	box     *sandbox.Server
	listen  net.Listener
	base    string
	binary  string
	client  *api.Client
	agent   *exec.Cmd
	ended   chan struct{} // closed when agent has ended
	clock   *clock        // the agent's
	ahead   time.Duration // of the machine's clock
	account api.Account
	past    []moment // what the keyring held before the last runs, the newest last
	news    *testenv.PowerNews

	mu     sync.Mutex // guards report.Broken and report.Lies while a run is under way
	report Report
}

// moment is what the keyring held, once.
type moment struct {
	restore    func() // makes it hold that again
	generation int
}

func newWorker(binary string) (*worker, error) {
	dir, err := os.MkdirTemp("", "fk")
	if err != nil {
		return nil, err
	}
	w := &worker{binary: binary, report: Report{Faults: map[string]int{}}}
	if w.session, err = testenv.NewBareSession(dir); err != nil {
		return nil, err
	}
	if w.keyring, err = w.session.NewFakeKeyring(); err != nil {
		return nil, err
	}
	if w.listen, err = net.Listen("tcp", "127.0.0.1:0"); err != nil {
		return nil, err
	}
	if w.news, err = w.session.NewPowerNews(); err != nil {
		return nil, err
	}
	w.box, w.base = sandbox.New(sandbox.Config{}), "http://"+w.listen.Addr().String()
	go func() { _ = w.box.Serve(w.listen) }()
	w.client = api.ClientAt(filepath.Join(dir, "run", "freshkey", "freshkey-torture.sock"))
	if err := w.start(); err != nil {
		return nil, err
	}
	return w, w.add()
}

func (w *worker) close() {
	w.kill()
	_ = w.listen.Close()
	w.session.Close()
	_ = os.RemoveAll(w.session.Dir)
}

func (w *worker) command() *exec.Cmd {
	cmd := w.session.Command(w.binary, "--background", "--profile", "torture")
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	return cmd
}

// launch starts an agent.
func (w *worker) launch() (err error) {
	cmd := w.command()
	if w.clock, err = startWithClock(cmd, w.ahead); err != nil {
		return fmt.Errorf("start the agent: %w", err)
	}
	w.agent, w.ended = cmd, make(chan struct{})
	go func(ended chan struct{}) { _ = cmd.Wait(); close(ended) }(w.ended)
	return nil
}

// start starts an agent, if none runs, and waits until it answers.
func (w *worker) start() error {
	if w.agent == nil {
		if err := w.launch(); err != nil {
			return err
		}
	}
	for deadline := time.Now().Add(20 * time.Second); time.Now().Before(deadline); {
		if _, err := w.client.Status(context.Background()); err == nil {
			return nil
		}
		select {
		case <-w.ended:
			return fmt.Errorf("the agent ended by itself: %s", w.log())
		case <-time.After(2 * time.Millisecond):
		}
	}
	return errors.New("the agent does not answer")
}

// kill ends the agent with -9, returns when that was, and waits until it is gone.
func (w *worker) kill() (at time.Time) {
	if w.agent == nil {
		return time.Now()
	}
	_ = syscall.Kill(w.agent.Process.Pid, syscall.SIGKILL)
	at = time.Now()
	<-w.ended
	w.agent = nil
	w.clock.close()
	return at
}

// quit waits until an agent that was asked to quit is gone; it has to see through what it sent first.
func (w *worker) quit() error {
	_, _ = w.client.Quit(context.Background())
	select {
	case <-w.ended:
	case <-time.After(100 * time.Second):
		return fmt.Errorf("the agent does not quit: %s", w.log())
	}
	w.agent = nil
	w.clock.close()
	return nil
}

// setClock makes the agent's clock jump; one that starts later has it too.
func (w *worker) setClock(ahead time.Duration) {
	w.ahead = ahead
	_ = w.clock.set(ahead) // of a process that was just killed there is no clock to set
}

// add gives the agent a new chain, in place of one that is gone.
func (w *worker) add() error {
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	if w.account.ID != "" {
		if err := w.client.Remove(ctx, w.account.ID); err != nil {
			return fmt.Errorf("remove: %w", err)
		}
	}
	a, err := w.client.Add(ctx, api.AddRequest{
		Name: "work", Answer: string(w.box.Credentials("")), Provider: w.box.Provider(w.base),
	})
	w.account, w.past = a, nil
	if err != nil {
		return fmt.Errorf("add: %w", err)
	}
	return nil
}

func (w *worker) log() string {
	data, _ := os.ReadFile(filepath.Join(w.session.Dir, "home", ".local", "state", "freshkey", "profiles", "torture", "agent.log"))
	lines := strings.Split(strings.TrimSpace(string(data)), "\n")
	return strings.Join(lines[max(0, len(lines)-8):], "\n")
}

// waitIdle waits until the account is in a state that lasts.
func (w *worker) waitIdle() (api.Account, error) {
	var last api.Account
	for deadline := time.Now().Add(100 * time.Second); time.Now().Before(deadline); time.Sleep(2 * time.Millisecond) {
		all, err := w.client.Accounts(context.Background())
		if err != nil || len(all) != 1 {
			continue
		}
		last = all[0]
		switch {
		case last.State == keeper.StateRefreshing, last.State == keeper.StateUnsaved, last.State == keeper.StateLocked, last.Reason == keeper.ReasonNotRead, last.Reason == keeper.ReasonDue:
		default:
			return last, nil
		}
	}
	return last, fmt.Errorf("the account stays %s (%s): %s", last.State, last.Reason, w.log())
}

// seals counts the sealed answers that wait.
func (w *worker) seals() int {
	files, _ := filepath.Glob(filepath.Join(w.session.Dir, "home", ".local", "state", "freshkey", "profiles", "torture", "sealed", "accounts", "*", "*"))
	return len(files)
}
