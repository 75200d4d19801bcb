package command

import (
	"context"
	"errors"
	"fmt"
	"os"

	"freshkey/app/api"
	"freshkey/app/program"
	"freshkey/app/words"
)

// withAgent calls the agent, and starts one first if none answers.
func (l *cli) withAgent(ctx context.Context, call func(*api.Client) error) error {
	client, err := api.NewClient(l.profile)
	if err != nil {
		p := l.Words.NoAgent()
		p.What, p.Advice = l.Words.Text("problem.no_socket", words.Args{Problem: err.Error()}), l.Words.Text("problem.no_socket.advice")
		return p
	}
	client.OnAsking = func() { fmt.Fprintln(l.Err, l.Words.Text("cli.asking")) }
	if err := call(client); !errors.Is(err, api.ErrNoAgent) {
		return err
	}
	if err := l.profileExists(); err != nil {
		return err
	}
	if err := l.launch(ctx, client); err != nil {
		return err
	}
	return call(client)
}

// launch starts an agent that outlives this command, and waits until it answers.
func (l *cli) launch(ctx context.Context, client *api.Client) error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	if err := program.Launch(ctx, self, l.profile, client); errors.Is(err, program.ErrNotStarted) {
		return l.notStarted()
	} else if err != nil {
		return err
	}
	return nil
}

func (l *cli) notStarted() error {
	dir, _ := l.profile.StateDir()
	return l.Words.NotStarted(dir)
}
