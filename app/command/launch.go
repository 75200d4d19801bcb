package command

import (
	"context"
	"errors"
	"os"
	"time"

	"freshkey/app/api"
	"freshkey/app/program"
	"freshkey/app/words"
)

// withAgent calls the agent, and starts one first if none answers. One that was killed while it was only read from is no reason to fail: the next
// one is asked.
func (l *cli) withAgent(ctx context.Context, call func(*api.Client) error) error {
	client, err := api.NewClient(l.profile)
	if err != nil {
		p := l.Words.NoAgent()
		p.What, p.Advice = l.Words.Text("problem.no_socket", words.Args{Problem: err.Error()}), l.Words.Text("problem.no_socket.advice")
		return p
	}
	client.OnAsking = func() {
		l.explained.Store(true)
		l.tell("cli.asking", words.Args{})
	}
	client.OnLanguage = l.Words.SetLanguage // a command whose errors are the agent's does not say the rest in another language
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	defer time.AfterFunc(slowAnswer, func() { l.lookAfter(ctx, client) }).Stop()
	if err := call(client); !errors.Is(err, api.ErrNoAgent) && !(errors.Is(err, api.ErrGone) && client.OnlyRead()) {
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

// withProvider is withAgent for a call that a provider may have to answer: who waits for one that takes its time hears it.
func (l *cli) withProvider(ctx context.Context, call func(*api.Client) error) error {
	l.asksProvider = true
	return l.withAgent(ctx, call)
}

// slowAnswer is when a person wonders whether anybody is there.
const slowAnswer = 5 * time.Second

// lookAfter says what a call waits for: for an agent that does not react, or for a provider. Of what was said
// already, as of a person who is asked, nothing more is.
func (l *cli) lookAfter(ctx context.Context, client *api.Client) {
	if err := l.react(ctx, client); err == nil && l.asksProvider && !l.explained.Load() {
		l.tell("cli.slow", words.Args{})
	}
}

// react has an agent give a sign of life, and says so if one that is there gives none: somebody may have stopped it. The error is nil where it
// did, api.ErrNoAgent if there is none, and another one where it does not matter any more, because ctx has ended.
func (l *cli) react(ctx context.Context, client *api.Client) error {
	asked, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	_, err := client.Status(asked)
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if err != nil && !errors.Is(err, api.ErrNoAgent) {
		l.tell("cli.no_reaction", words.Args{})
	}
	return err
}

// launch starts an agent that outlives this command, and waits until it answers.
func (l *cli) launch(ctx context.Context, client *api.Client) error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	switch err := program.Launch(ctx, self, l.profile, client); {
	case errors.Is(err, program.ErrNotStarted):
		return l.notStarted()
	case errors.Is(err, program.ErrOccupied):
		return &api.Problem{Code: api.CodeNoAgent, What: l.Words.Text("problem.occupied"), Advice: l.Words.Text("problem.occupied.advice")}
	default:
		return err
	}
}

func (l *cli) notStarted() error {
	dir, _ := l.profile.StateDir()
	return l.Words.NotStarted(dir)
}
