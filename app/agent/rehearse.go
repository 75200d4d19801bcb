package agent

import (
	"context"
	"net"
	"os"
	"os/exec"
	"strings"
	"sync"
	"time"

	"freshkey/app/api"
	"freshkey/app/words"
	"freshkey/oauth/keeper"
	"freshkey/oauth/sandbox"
)

// RehearsalProfile is the profile whose agent plays the provider too.
const RehearsalProfile = "rehearsal"

// stage is the provider of a rehearsal, on this computer.
type stage struct {
	mu   sync.Mutex // guards what follows
	box  *sandbox.Server
	base string
}

// Rehearse opens the rehearsal profile in a window of its own; there, it makes a scenario happen to a rehearsal account:
// a fault of the sandbox's, or "dead" for a chain that was withdrawn, or "heal".
func (a *Agent) Rehearse(ctx context.Context, in api.Scenario) error {
	if a.options.Profile.Name() != RehearsalProfile {
		self, err := os.Executable()
		if err != nil {
			return a.words.Problem(err, api.Account{}, time.Now())
		}
		cmd := exec.Command(self, "--profile", RehearsalProfile)
		if err := cmd.Start(); err != nil {
			return a.words.Problem(err, api.Account{}, time.Now())
		}
		a.start(func(context.Context) { a.report("rehearsal", cmd.Wait()) })
		return nil
	}
	account, err := a.setStage(ctx)
	if err != nil || in.Name == "" {
		return err
	}
	box := a.stage.box
	box.Heal()
	if in.Name == "heal" {
		if _, err = a.Refresh(ctx, account.ID); err != nil { // it may have shared what the trouble before came to
			_, err = a.Refresh(ctx, account.ID)
		}
		if a.now(account).NeedsSignIn() { // what was lost is begun anew
			_, err = a.setStage(ctx)
		}
		return err
	}
	if err := box.Break(sandbox.Fault(in.Name), -1); err != nil {
		return &api.Problem{Code: api.CodeUsage, Field: "name", What: a.words.Say("problem.scenario", words.Args{Problem: in.Name})}
	}
	a.start(func(ctx context.Context) { _, _ = a.Refresh(ctx, account.ID) }) // that it fails is the point
	return nil
}

// setStage starts the provider, and gives it an account if there is none that still knows it.
func (a *Agent) setStage(ctx context.Context) (api.Account, error) {
	a.stage.mu.Lock()
	defer a.stage.mu.Unlock()
	if a.stage.box == nil {
		l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
		if err != nil {
			return api.Account{}, a.words.Problem(err, api.Account{}, time.Now())
		}
		a.stage.box, a.stage.base = sandbox.New(sandbox.Config{}), "http://"+l.Addr().String()
		a.start(func(ctx context.Context) {
			stop := context.AfterFunc(ctx, func() { _ = l.Close() })
			defer stop()
			_ = a.stage.box.Serve(l) // ends with the agent
		})
	}
	name := a.words.Say("rehearsal.account")
	for _, have := range a.config.get().Accounts {
		s, err := a.keeper.Account(have.ID)
		if err == nil && strings.HasPrefix(have.Provider.TokenURL, a.stage.base) && s.State != keeper.StateSignIn {
			return a.find(have.ID)
		}
		if fold(have.Name) == fold(name) { // of an earlier rehearsal, whose provider is gone
			if err := a.Remove(ctx, have.ID); err != nil {
				return api.Account{}, err
			}
		}
	}
	return a.Add(ctx, api.AddRequest{Name: name, Answer: string(a.stage.box.Credentials("")), Provider: a.stage.box.Provider(a.stage.base)})
}
