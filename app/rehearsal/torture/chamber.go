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
	"syscall"
	"time"

	"freshkey/app/api"
	"freshkey/app/rehearsal"
	"freshkey/oauth/keeper"
	"freshkey/oauth/sandbox"
)

const service = "Freshkey (torture)"

// chamber is one worker's world: a bus with a keyring, a provider, and a profile whose agent comes and goes.
type chamber struct {
	session *rehearsal.Session
	keyring *rehearsal.FakeKeyring
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
	report  Report
}

func newChamber(binary string) (*chamber, error) {
	dir, err := os.MkdirTemp("", "fk")
	if err != nil {
		return nil, err
	}
	c := &chamber{binary: binary, report: Report{Faults: map[string]int{}}}
	if c.session, err = rehearsal.NewBareSession(dir); err != nil {
		return nil, err
	}
	if c.keyring, err = c.session.NewFakeKeyring(); err != nil {
		return nil, err
	}
	if c.listen, err = net.Listen("tcp", "127.0.0.1:0"); err != nil {
		return nil, err
	}
	c.box, c.base = sandbox.New(sandbox.Config{}), "http://"+c.listen.Addr().String()
	go func() { _ = c.box.Serve(c.listen) }()
	c.client = api.ClientAt(filepath.Join(dir, "run", "freshkey", "freshkey-torture.sock"))
	if err := c.start(); err != nil {
		return nil, err
	}
	return c, c.add()
}

func (c *chamber) close() {
	c.kill()
	_ = c.listen.Close()
	c.session.Close()
	_ = os.RemoveAll(c.session.Dir)
}

func (c *chamber) command() *exec.Cmd {
	cmd := c.session.Command(c.binary, "--background", "--profile", "torture")
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	return cmd
}

// launch starts an agent.
func (c *chamber) launch() (err error) {
	cmd := c.command()
	if c.clock, err = startWithClock(cmd, c.ahead); err != nil {
		return fmt.Errorf("start the agent: %w", err)
	}
	c.agent, c.ended = cmd, make(chan struct{})
	go func(ended chan struct{}) { _ = cmd.Wait(); close(ended) }(c.ended)
	return nil
}

// start starts an agent, if none runs, and waits until it answers.
func (c *chamber) start() error {
	if c.agent == nil {
		if err := c.launch(); err != nil {
			return err
		}
	}
	for deadline := time.Now().Add(20 * time.Second); time.Now().Before(deadline); {
		if _, err := c.client.Status(context.Background()); err == nil {
			return nil
		}
		select {
		case <-c.ended:
			return fmt.Errorf("the agent ended by itself: %s", c.log())
		case <-time.After(2 * time.Millisecond):
		}
	}
	return errors.New("the agent does not answer")
}

// kill ends the agent with -9, returns when that was, and waits until it is gone.
func (c *chamber) kill() (at time.Time) {
	if c.agent == nil {
		return time.Now()
	}
	_ = syscall.Kill(c.agent.Process.Pid, syscall.SIGKILL)
	at = time.Now()
	<-c.ended
	c.agent = nil
	c.clock.close()
	return at
}

// setClock makes the agent's clock jump; one that starts later has it too.
func (c *chamber) setClock(ahead time.Duration) {
	c.ahead = ahead
	_ = c.clock.set(ahead) // of a process that was just killed there is no clock to set
}

// add gives the agent a new chain, in place of one that is gone.
func (c *chamber) add() error {
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	if c.account.ID != "" {
		if err := c.client.Remove(ctx, c.account.ID); err != nil {
			return fmt.Errorf("remove: %w", err)
		}
	}
	a, err := c.client.Add(ctx, api.AddRequest{
		Name: "work", Answer: string(c.box.Credentials("")), Provider: c.box.Provider(c.base),
	})
	c.account = a
	if err != nil {
		return fmt.Errorf("add: %w", err)
	}
	return nil
}

func (c *chamber) log() string {
	data, _ := os.ReadFile(filepath.Join(c.session.Dir, "home", ".local", "state", "freshkey", "profiles", "torture", "agent.log"))
	lines := strings.Split(strings.TrimSpace(string(data)), "\n")
	return strings.Join(lines[max(0, len(lines)-8):], "\n")
}

// settled waits until the account is in a state that lasts.
func (c *chamber) settled() (api.Account, error) {
	var last api.Account
	for deadline := time.Now().Add(100 * time.Second); time.Now().Before(deadline); time.Sleep(2 * time.Millisecond) {
		all, err := c.client.Accounts(context.Background())
		if err != nil || len(all) != 1 {
			continue
		}
		last = all[0]
		switch {
		case last.State == keeper.StateRefreshing, last.State == keeper.StateUnsaved, last.State == keeper.StateLocked, last.Reason == keeper.ReasonNotRead:
		default:
			return last, nil
		}
	}
	return last, fmt.Errorf("the account stays %s (%s): %s", last.State, last.Reason, c.log())
}

// seals counts the sealed answers that wait.
func (c *chamber) seals() int {
	files, _ := filepath.Glob(filepath.Join(c.session.Dir, "home", ".local", "state", "freshkey", "profiles", "torture", "sealed", "*"))
	return len(files)
}
