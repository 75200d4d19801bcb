package agent

import (
	"cmp"
	"context"
	"net"
	"os"
	"strconv"
	"sync"
	"time"

	"freshkey/app/api"
	"freshkey/app/program"
	"freshkey/app/words"
	"freshkey/oauth/keeper"
	"freshkey/oauth/sandbox"
)

// rehearsalPatience is how long a rehearsal's agent may take to say that it is there.
const rehearsalPatience = 2 * time.Second

// rehearsal is the provider of a rehearsal, on this computer.
type rehearsal struct {
	mu     sync.Mutex // guards what follows
	server *sandbox.Server
	base   string
	made   notedAccount // the account that it has for this
}

// Rehearse opens the rehearsal profile in a window of its own, with an account to play with; there, it makes a scenario happen to a rehearsal account:
// a fault of the sandbox's, or "dead" for a chain that was withdrawn, or "heal".
func (a *Agent) Rehearse(ctx context.Context, in api.Scenario) (api.Rehearsed, error) {
	if a.options.Profile.Name() != api.RehearsalProfile {
		if err := openRehearsal(ctx); err != nil {
			return api.Rehearsed{}, a.words.Problem(err, api.Account{}, time.Now())
		}
		return api.Rehearsed{}, nil
	}
	account, err := a.ensureSandbox(ctx)
	if err == nil && in.Name != "" {
		err = a.happen(ctx, account, in)
	}
	return api.Rehearsed{Account: account.ID}, err
}

// happen makes a scenario happen to an account of the sandbox's.
func (a *Agent) happen(ctx context.Context, account api.Account, in api.Scenario) (err error) {
	server := a.rehearsal.server
	server.Heal()
	if in.Name == "heal" {
		if _, err = a.Refresh(ctx, account.ID); err != nil { // it may have shared what the trouble before came to
			_, err = a.Refresh(ctx, account.ID)
		}
		if a.now(account).NeedsSignIn() { // what was lost is begun anew
			_, err = a.ensureSandbox(ctx)
		}
		return err
	}
	if err := server.Break(sandbox.Fault(in.Name), -1); err != nil {
		return &api.Problem{Code: api.CodeUsage, Field: "name", What: a.words.Text("problem.scenario", words.Args{Name: in.Name})}
	}
	a.start(func(ctx context.Context) { _, _ = a.Refresh(ctx, account.ID) }) // that it fails is the point
	return nil
}

// openRehearsal has the agent of the rehearsal, which is started if there is none, make its account and open its window.
func openRehearsal(ctx context.Context) error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	profile, err := api.ParseProfile(api.RehearsalProfile)
	if err != nil {
		return err
	}
	client, err := api.NewClient(profile)
	if err != nil {
		return err
	}
	asked, cancel := context.WithTimeout(ctx, rehearsalPatience)
	defer cancel()
	if _, err = client.Status(asked); err != nil {
		err = program.Launch(ctx, self, profile, client)
	}
	if err != nil {
		return err
	}
	_, made := client.Rehearse(ctx, "")
	return cmp.Or(client.OpenWindow(ctx), made)
}

// resumeRehearsal has a rehearsal that was begun under another agent go on: its provider has ended with that one.
func (a *Agent) resumeRehearsal() {
	if a.options.Profile.Name() != api.RehearsalProfile {
		return
	}
	if _, err := a.find(a.rehearsal.made.get()); err != nil { // nobody has begun one
		return
	}
	a.start(func(ctx context.Context) {
		_, err := a.ensureSandbox(ctx)
		a.report("rehearsal", err)
	})
}

// ensureSandbox starts the provider, and gives it an account if there is none that still knows it.
func (a *Agent) ensureSandbox(ctx context.Context) (api.Account, error) {
	a.rehearsal.mu.Lock()
	defer a.rehearsal.mu.Unlock()
	if a.rehearsal.server == nil {
		l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
		if err != nil {
			return api.Account{}, a.words.Problem(err, api.Account{}, time.Now())
		}
		a.rehearsal.server, a.rehearsal.base = sandbox.New(sandbox.Config{}), "http://"+l.Addr().String()
		a.start(func(ctx context.Context) {
			stop := context.AfterFunc(ctx, func() { _ = l.Close() })
			defer stop()
			_ = a.rehearsal.server.Serve(l) // ends with the agent
		})
	}
	if made, err := a.find(a.rehearsal.made.get()); err == nil {
		if settings, _, err := a.settings(made.ID); err == nil && settings.Provider.TokenURL == a.rehearsal.base+"/oauth2/token" && made.State != keeper.StateSignIn {
			return made, nil
		}
		if err := a.Remove(ctx, made.ID, false); err != nil { // its provider has gone, or its chain
			return api.Account{}, err
		}
	}
	added, err := a.Add(ctx, api.AddRequest{
		Name: a.freeName(a.words.Text("rehearsal.account")), Answer: string(a.rehearsal.server.Credentials("")), Provider: a.rehearsal.server.Provider(a.rehearsal.base),
	})
	if err == nil {
		err = a.rehearsal.made.note(added.ID)
	}
	return added, err
}

// freeName is a name that no account has: this one, or with a number behind it.
func (a *Agent) freeName(name string) string {
	free := name
	for n := 2; a.taken(free, ""); n++ {
		free = name + " " + strconv.Itoa(n)
	}
	return free
}
