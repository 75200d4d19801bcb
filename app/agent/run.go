package agent

import (
	"context"
	"fmt"
	"os"
	"sync"

	"freshkey/app/api"
	"freshkey/app/program"
	"freshkey/oauth/keeper"
)

// Run runs an agent until ctx ends or somebody quits it. It wants the main goroutine, where the tray lives on some
// systems. api.ErrRunning if the profile has an agent already.
func Run(ctx context.Context, o Options) error {
	program.CleanEnvironment()
	again, err := runOnce(ctx, o)
	if err != nil || !again {
		return err
	}
	self, err := os.Executable() // its path may hold another version by now
	if err != nil {
		return err
	}
	args := o.Profile.Args()
	if o.NoTray {
		args = append(args, "--background", "--no-tray")
	}
	return program.Start(self, args...)
}

// runOnce is an agent's life, and reports whether it shall begin anew.
func runOnce(ctx context.Context, o Options) (again bool, err error) {
	state, err := o.Profile.StateDir()
	if err != nil {
		return false, fmt.Errorf("state folder: %w", err)
	}
	release, err := o.Profile.Lock()
	if err != nil {
		return false, err
	}
	defer release()
	ctx, quit := context.WithCancel(ctx)
	defer quit()
	a, aside, err := build(ctx, o, state, quit)
	if err != nil {
		return false, err
	}
	listener, err := api.Listen(o.Profile)
	if err != nil {
		return false, fmt.Errorf("open socket: %w", err)
	}
	a.config.setAside = a.saySetAside
	if aside != "" {
		a.saySetAside(aside)
	}
	a.run(ctx, func() error { return api.Serve(ctx, listener, a) })
	return a.restart.Load(), nil
}

// run runs everything until ctx ends, then waits for requests in flight before the tray goes.
func (a *Agent) run(ctx context.Context, serve func() error) {
	a.log.Info("start", "version", a.options.Version, "accounts", len(a.config.get().Accounts))
	var parts, engine sync.WaitGroup
	engine.Go(func() { a.keeper.Run(ctx) })
	parts.Go(func() {
		if err := serve(); err != nil {
			a.log.Error("socket", "error", err)
			a.quit()
		}
	})
	a.resumeRehearsal()
	for name, part := range a.parts() {
		parts.Go(func() { a.supervise(ctx, name, part) })
	}
	a.runTray(ctx, func() {
		engine.Wait()
		a.clicks.Wait()
		a.sayUnsaved(context.WithoutCancel(ctx))
		parts.Wait()
	})
	a.window.close()
	a.clearing.keep() // closing takes it along
	a.report("what was told", a.told.tookAway(a.desk.Close()))
	a.report("what was handed out", a.handed.keep())
	a.report("the door's uses", a.doorUses.keep())
	a.log.Info("end")
}

// parts are what runs beside engine, API and tray, by name.
func (a *Agent) parts() map[string]func(context.Context) {
	return map[string]func(context.Context){
		"notices": a.follow, "tray host": a.watchTrayHost, "memory": a.releaseMemory, "screen": a.watchScreen, "releases": a.followReleases, "door": a.followDoor,
		"shortcut": a.followShortcut, "what was handed out": a.keepHanded, "door's uses": a.keepDoorUses,
		"settings": func(ctx context.Context) {
			a.config.watch(ctx, a.applyConfig, func(err error) { a.log.Warn("settings file", "error", err) })
		},
		"socket's place": func(ctx context.Context) {
			if api.AwaitLoss(ctx, a.options.Profile) {
				a.log.Warn("the socket is gone; making room for another agent")
				a.quit()
			}
		},
		"session": a.followSession,
		"keychain": func(ctx context.Context) {
			a.vault.Watch(ctx, a.keychainChanged)
		},
		"power": func(ctx context.Context) {
			a.desk.WatchPower(ctx, func() { a.keeper.Reschedule(keeper.AfterWake) }, func() { a.keeper.Reschedule(keeper.AfterOnline) })
		},
	}
}

// followSession ends the agent with its session.
func (a *Agent) followSession(ctx context.Context) {
	if why := a.desk.AwaitSessionEnd(ctx); why != "" {
		a.log.Warn("the session is over", "why", why)
		a.quit()
	}
}
