package agent

import (
	"cmp"
	"context"
	"os"
	"runtime"
	"sync"
	"sync/atomic"

	"freshkey/app/api"
	"freshkey/app/desktop"
	"freshkey/app/program"
	"freshkey/app/words"
	"freshkey/oauth"
)

// What a shortcut is besides what the desktop says of it.
const (
	shortcutAsked desktop.ShortcutState = "asked" // the desktop, or the person by it, has not answered yet
	shortcutBad   desktop.ShortcutState = "bad"   // the setting is no combination of keys
)

// shortcut is what became of the combination of keys that copies.
type shortcut struct {
	pressed atomic.Bool // a press is under way; another one meanwhile is dropped, as a click is that finds nobody listening

	mu    sync.Mutex // guards what follows
	keys  string     // the setting; empty if there is none
	state desktop.ShortcutState
	named string // how the desktop calls the keys, if it says
}

func (s *shortcut) set(keys string, state desktop.ShortcutState, named string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.keys, s.state, s.named = keys, state, named
}

func (s *shortcut) get() (keys string, state desktop.ShortcutState, named string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.keys, s.state, s.named
}

// followShortcut holds the combination of keys that the settings name. What the desktop refuses is asked again when the setting changes or
// the agent starts, not before: each time the desktop may ask the person.
func (a *Agent) followShortcut(ctx context.Context) {
	news := make(chan struct{}, 1)
	defer a.watchers.add(news)()
	held, let := "", func() {}
	defer func() { let() }()
	for {
		if want := a.config.get().Settings.Shortcut; want != held {
			let()
			held, let = want, a.holdShortcut(ctx, want)
		}
		select {
		case <-ctx.Done():
			return
		case <-news:
		}
	}
}

// holdShortcut begins to hold a combination of keys; what it returns lets go of it.
func (a *Agent) holdShortcut(ctx context.Context, setting string) (let func()) {
	if setting == "" {
		a.shortcut.set("", "", "")
		return func() {}
	}
	keys, err := desktop.ParseKeys(setting)
	if err != nil { // written into the file by hand
		a.log.Warn("the shortcut", "error", err)
		a.shortcut.set(setting, shortcutBad, "")
		return func() {}
	}
	self, err := os.Executable()
	a.report("the shortcut", err)
	a.shortcut.set(setting, shortcutAsked, "")
	wanted := desktop.Shortcut{Keys: keys, Does: a.shortcutDoes(), Helper: append([]string{self}, append(a.options.Profile.Args(), program.ShortcutHelper)...)}
	ctx, cancel := context.WithCancel(ctx)
	var holding sync.WaitGroup
	holding.Go(func() {
		if a.Guarded("shortcut", func() {
			a.desk.HoldShortcut(ctx, wanted, func(n desktop.ShortcutNews) { a.shortcutSaid(setting, n) })
		}) {
			a.shortcut.set(setting, desktop.ShortcutRefused, "")
		}
	})
	return func() {
		cancel()
		holding.Wait()
	}
}

// shortcutDoes is what the desktop shows a person beside the keys.
func (a *Agent) shortcutDoes() string {
	does := a.words.Text("settings.shortcut.does")
	if name := a.options.Profile.Name(); name != "" {
		does += " (" + name + ")"
	}
	return does
}

// shortcutSaid takes news of the shortcut. Only the log has what a system said in its own words.
func (a *Agent) shortcutSaid(setting string, n desktop.ShortcutNews) {
	detail := oauth.Printable(n.Detail)
	switch n.State {
	case desktop.ShortcutPressed:
		if !a.shortcut.pressed.Swap(true) {
			a.start(func(ctx context.Context) {
				defer a.shortcut.pressed.Store(false)
				a.shortcutPressed(ctx)
			})
		}
		return
	case desktop.ShortcutBound:
		a.log.Info("the shortcut", "state", n.State, "keys", setting, "named", detail)
	default:
		a.log.Warn("the shortcut", "state", n.State, "keys", setting, "detail", detail)
		detail = ""
	}
	a.shortcut.set(setting, n.State, detail)
}

// shortcutPressed copies from the account that was copied from last; of one account, from that one. A person pressed the keys: it is what a
// click in the tray is.
func (a *Agent) shortcutPressed(ctx context.Context) {
	all, last := a.config.get().Accounts, a.last.get()
	for n := range all {
		if all[n].ID == last || len(all) == 1 {
			a.copyClicked(ctx, all[n].ID, api.FormAccessToken)
			return
		}
	}
	a.sayProblem(ctx, a.words.Text("notice.none_copied"), &api.Problem{What: a.words.Text("problem.none_copied"), Advice: a.words.Text("notice.none_copied.advice")})
}

// checkShortcut says what became of the shortcut; without one, what could become of it, unless nobody sits here.
func (a *Agent) checkShortcut(ctx context.Context) []api.Check {
	keys, state, named := a.shortcut.get()
	switch {
	case keys == "" && a.options.NoTray:
		return nil
	case keys == "":
		id := string(a.desk.ShortcutOffer(ctx))
		c := api.Check{Name: a.words.Text("doctor.shortcut"), OK: true, Result: a.words.Text("doctor.shortcut.none." + id)}
		if id != string(desktop.ShortcutOffered) {
			c.Advice = a.words.Text("doctor.shortcut.none." + id + ".advice")
		}
		return []api.Check{c}
	}
	c := api.Check{Name: a.words.Text("doctor.shortcut"), OK: state == desktop.ShortcutBound || state == shortcutAsked}
	id := "doctor.shortcut." + string(state)
	if state == desktop.ShortcutBound && named == "" && runtime.GOOS == "linux" { // elsewhere the keys are those that were asked for
		id += ".unnamed"
	}
	c.Result = a.words.Text(id, words.Args{Argument: cmp.Or(named, keys)})
	if advice := a.words.Text(id + ".advice"); advice != id+".advice" {
		c.Advice = advice
	}
	return []api.Check{c}
}
