package command

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

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
	client.OnLanguage = l.Words.SetLanguage // a command whose errors are the agent's does not say the rest in another language
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	defer time.AfterFunc(slowAnswer, func() { l.lookAfter(ctx, client) }).Stop()
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

// slowAnswer is when a person wonders whether anybody is there.
const slowAnswer = 5 * time.Second

// lookAfter says that an agent does not react, if it does not: somebody may have stopped it. One that waits for a provider or a person does.
func (l *cli) lookAfter(ctx context.Context, client *api.Client) {
	asked, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	if _, err := client.Status(asked); err != nil && !errors.Is(err, api.ErrNoAgent) && ctx.Err() == nil {
		l.tell("cli.no_reaction", words.Args{})
	}
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
