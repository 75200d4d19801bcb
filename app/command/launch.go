package command

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"freshkey/app/api"
	"freshkey/app/words"
)

// How long an agent may take to answer after its start, and to end after it was asked to.
const (
	startPatience = 20 * time.Second
	quitPatience  = 2 * time.Minute
	lookAgain     = 10 * time.Millisecond
)

// withAgent calls the agent, and starts one first if none answers.
func (l *line) withAgent(ctx context.Context, call func(*api.Client) error) error {
	client, err := api.NewClient(l.profile)
	if err != nil {
		return err
	}
	if err := call(client); !errors.Is(err, api.ErrNoAgent) {
		return err
	}
	if err := l.launch(ctx, client); err != nil {
		return err
	}
	return call(client)
}

// launch starts an agent that outlives this command, and waits until it answers. If two commands launch at once, the
// profile's lock lets one agent live and both commands find it.
func (l *line) launch(ctx context.Context, client *api.Client) error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	cmd := exec.Command(self, append([]string{"--background"}, l.profile.Args()...)...)
	cmd.SysProcAttr = detached()
	if err := cmd.Start(); err != nil {
		return l.notStarted()
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	ctx, cancel := context.WithTimeout(ctx, startPatience)
	defer cancel()
	for {
		if _, err := client.Status(ctx); err == nil {
			return nil
		}
		select {
		case err := <-ended:
			if err != nil {
				return l.notStarted()
			}
			ended = nil // another agent was quicker; wait for that one
		case <-ctx.Done():
			return l.notStarted()
		case <-time.After(lookAgain):
		}
	}
}

func (l *line) notStarted() error {
	dir, _ := l.profile.StateDir()
	return &api.Problem{
		Code: api.CodeNoAgent, What: l.Words.Say("problem.agent_start"),
		Advice: l.Words.Say("problem.agent_start.advice", words.Args{Path: filepath.Join(dir, "agent.log")}),
	}
}

// awaitEnd waits until the profile's agent has let go of its lock.
func (l *line) awaitEnd(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, quitPatience)
	defer cancel()
	for {
		release, err := l.profile.Lock()
		if err == nil {
			release()
			return nil
		}
		if !errors.Is(err, api.ErrRunning) {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(lookAgain):
		}
	}
}
