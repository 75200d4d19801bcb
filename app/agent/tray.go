package agent

import (
	"context"
	"io/fs"
	"runtime"
	"strings"
	"time"

	"fyne.io/systray"

	"freshkey/app/api"
	"freshkey/assets"
	"freshkey/oauth/keeper"
)

const defaultValidity = keeper.DefaultValidity

// runTray shows the tray until ctx ends and last has run. It blocks the main goroutine, which the tray's loop needs on
// some systems. Without a session that could have a tray it only waits.
func (a *Agent) runTray(ctx context.Context, last func()) {
	if a.options.NoTray || !a.desk.TrayUsable() {
		<-ctx.Done()
		last()
		return
	}
	systray.SetTitle("Freshkey") // before the tray runs: its id is made of it, and panels remember it by that
	ready, ended, done := make(chan struct{}), make(chan struct{}), make(chan struct{})
	go func() {
		defer close(done)
		select {
		case <-ready:
			a.Guarded("tray", func() { a.paintLoop(ctx) })
			<-ctx.Done()
		case <-ctx.Done():
		}
		last()
		close(ended)
		systray.Quit()
	}()
	a.desk.AwaitTaskBar(ctx)
	systray.Run(func() { close(ready) }, func() { // also when the system ends the tray: at logoff, what was sent comes home first
		a.quit()
		<-ended
	})
	<-done
}

// paintLoop paints whenever something changed, and when a label changes by the clock alone.
func (a *Agent) paintLoop(ctx context.Context) {
	news, stop := a.Watch()
	defer stop()
	p := painter{agent: a}
	var once onceMore
	for {
		if once.due(a.tray.Load(), time.Now()) {
			p.shown.Icon, p.shown.Tooltip = "", ""
		}
		snapshot, last := a.Snapshot(), a.last.get()
		accounts := snapshot.Accounts
		now, clears := time.Now(), a.clearing.due()
		if !clears.IsZero() && !a.desk.HoldsCopy() { // another program has copied since: that is not emptied
			clears = time.Time{}
		}
		v := decideTray(a.words, accounts, last, standing{a.options.Profile.Name(), a.keeper.Locked(), a.aside() != "", clears, len(snapshot.Questions)}, now)
		if name := a.options.Profile.Name(); name != "" {
			v.Tooltip = name + " · " + v.Tooltip
		}
		p.paint(ctx, v)
		timer := time.NewTimer(sooner(nextLabelChange(accounts, clears, now), once.at, now).Sub(now))
		select {
		case <-ctx.Done():
			timer.Stop()
			return
		case <-news:
		case <-timer.C:
		}
		timer.Stop()
	}
}

// nextLabelChange is the next expiry, step of the countdown, or midnight.
func nextLabelChange(accounts []*api.Account, clears, now time.Time) time.Time {
	y, m, d := now.Date()
	next := time.Date(y, m, d+1, 0, 0, 0, 0, now.Location())
	if left := clears.Sub(now); left > 0 {
		_, lasts := countdown(left)
		next = sooner(next, now.Add(lasts), now)
	}
	for _, a := range accounts {
		if a.ExpiresAt.After(now) && a.ExpiresAt.Before(next) {
			next = a.ExpiresAt.Add(time.Millisecond)
		}
	}
	return next
}

// painter remembers what the tray shows and touches it only where that differs: on Linux each touch is a message to every
// panel, and items that keep their identity keep a menu open.
type painter struct {
	agent *Agent
	shown view
	items map[string]*systray.MenuItem
	stop  context.CancelFunc // ends the click loops of the menu as it is
}

func (p *painter) paint(ctx context.Context, v view) {
	if v.Icon != p.shown.Icon {
		setIcon(v.Icon)
	}
	if v.Tooltip != p.shown.Tooltip {
		systray.SetTooltip(v.Tooltip)
	}
	if !sameShape(v.Rows, p.shown.Rows) {
		p.rebuild(ctx, v.Rows)
	} else {
		p.update(v.Rows, p.shown.Rows)
	}
	p.shown = v
}

func sameShape(a, b []row) bool {
	if len(a) != len(b) {
		return false
	}
	for n := range a {
		if a[n].ID != b[n].ID || !sameShape(a[n].Rows, b[n].Rows) {
			return false
		}
	}
	return true
}

func (p *painter) rebuild(ctx context.Context, rows []row) {
	if p.stop != nil {
		p.stop()
		systray.ResetMenu()
	}
	ctx, p.stop = context.WithCancel(ctx)
	p.items = map[string]*systray.MenuItem{}
	for _, r := range rows {
		if r.ID == "-" {
			systray.AddSeparator()
			continue
		}
		p.adopt(ctx, systray.AddMenuItem(r.Label, ""), r)
	}
}

func (p *painter) adopt(ctx context.Context, item *systray.MenuItem, r row) {
	p.items[r.ID] = item
	if !r.Enabled {
		item.Disable()
	}
	for _, sub := range r.Rows {
		p.adopt(ctx, item.AddSubMenuItem(sub.Label, ""), sub)
	}
	clicked := item.ClickedCh
	go func() {
		for {
			select {
			case <-ctx.Done():
				return
			case _, open := <-clicked:
				if !open {
					return
				}
				p.agent.clicked(r.ID) // returns at once: a click that finds nobody listening is dropped
			}
		}
	}()
}

func (p *painter) update(rows, before []row) {
	for n, r := range rows {
		item := p.items[r.ID]
		if item == nil {
			continue
		}
		if r.Label != before[n].Label {
			item.SetTitle(r.Label)
		}
		if r.Enabled != before[n].Enabled {
			if r.Enabled {
				item.Enable()
			} else {
				item.Disable()
			}
		}
		p.update(r.Rows, before[n].Rows)
	}
}

// clicked starts what a menu row stands for.
func (a *Agent) clicked(id string) {
	account, action, _ := strings.Cut(id, " ")
	switch {
	case id == "quit":
		a.Quit()
	case id == "open", id == "more", id == "asked":
		a.openClicked()
	case id == "keep":
		a.start(func(context.Context) { a.keepClicked() })
	case id == "unlock", id == "unlock now":
		a.start(a.unlockClicked)
	case id == "lock":
		a.start(func(context.Context) { a.Lock() })
	case action == "confirm": // the window shows what is asked, and asks
		a.openClicked()
	case action == "login":
		a.start(func(ctx context.Context) { a.loginClicked(ctx, account) })
	case action == "release":
		a.start(func(ctx context.Context) {
			_, err := a.Hold(ctx, account, api.HoldRequest{})
			a.report("end hold", err)
		})
	case action == "refresh":
		a.start(func(ctx context.Context) { a.refreshClicked(ctx, account) })
	case action != "":
		a.start(func(ctx context.Context) { a.copyClicked(ctx, account, api.Form(action)) })
	}
}

func setIcon(name string) {
	kind := ".png"
	if runtime.GOOS == "windows" {
		kind = ".ico"
	}
	data, err := fs.ReadFile(assets.Icons, "icons/"+name+kind)
	shape, err2 := fs.ReadFile(assets.Icons, "icons/"+name+"-template.png")
	if err == nil && err2 == nil {
		systray.SetTemplateIcon(shape, data) // the shape is for macOS alone
	}
}

// loginClicked is a sign-in from the tray or a notice. Where the redirect has to be pasted, or no browser comes for the page, the window is the place.
func (a *Agent) loginClicked(ctx context.Context, id string) {
	status, err := a.Login(ctx, id, api.LoginRequest{Browse: true})
	if err != nil {
		a.sayProblem(ctx, a.words.Text("notice.not_signed_in"), err)
	} else if !status.Listening || status.UserCode != "" || status.NoBrowser { // something is to be pasted, read or copied
		a.showWindow(ctx)
	} else if l := a.logins.of(status.Account); l != nil && !l.comes(ctx, visitPatience) {
		a.showWindow(ctx)
	}
}
