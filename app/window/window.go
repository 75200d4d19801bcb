// Freshkey-window is the Fyne window: a client of the agent that holds nothing of an account's and can be killed at any time.
//
// What is shown is decided by pure functions (…view.go) and painted by dumb ones. Fyne's widgets are touched on Fyne's
// goroutine only; everything that happens elsewhere reaches it through the one follower loop and its one fyne.Do.
package main

import (
	"context"
	"errors"
	"os"
	"reflect"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/app"

	"freshkey/app/api"
	"freshkey/app/appid"
	"freshkey/app/words"
)

// Window is the one open window.
type Window struct {
	asked   askedDialog
	words   words.Catalog
	client  *api.Client
	profile api.Profile
	changes chan func(*model) // what happened elsewhere, for the follower loop
	life    context.Context   // of calls to the agent; ends with the window
	agent   int               // process of the agent that opened it, 0 if none did

	// touched on Fyne's goroutine only
	model    model
	memory   *memoryFile // nil keeps nothing
	noted    memory
	shown    view
	widgets  widgets
	fyne     fyne.Window
	keys     fyne.ShortcutHandler
	dialogs  []openDialog // the last one on top
	now      func() time.Time
	raise    int
	edits    []settingEdit     // of the settings, that are not stored yet; the first is on its way
	closing  bool              // once they are, the window closes
	sure     fyne.CanvasObject // asks, on top of all, whether the window is to be closed; the last one that did
	replaced bool              // another window was asked for in the place of this one
	inFront  bool              // it has the keyboard
	leftBy   *button           // which the keyboard comes back to once it is enabled
	pressing bool              // a blank has pressed a button: its letter comes yet, to wherever that has led
	succeeds bool              // it came in the place of another one
	lineages int               // how often a history was asked for
	pixels   int               // of 1,000 units, as the screen's scale was when it was drawn last
	language string
	theme    string
}

// openWindow opens the window and returns when it is closed or ctx ends. It wants the main goroutine.
func openWindow(ctx context.Context, o options, client *api.Client, catalog words.Catalog) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	a := app.NewWithID(appid.ID)
	a.Settings().SetTheme(themeOf("", catalog))
	w := newWindow(ctx, a.NewWindow("Freshkey"), client, catalog) // the first title becomes the X11 class; it stays as it is
	w.profile, w.model.version = o.profile, version
	if name := o.profile.Name(); name != "" {
		w.fyne.SetTitle("Freshkey – " + name)
	}
	if o.attached {
		w.agent = os.Getppid()
	}
	kept := w.restoreMemory(ctx)
	closed := make(chan struct{})
	w.fyne.SetOnClosed(func() { close(closed) })
	go func() { // Fyne 2.8.1 may hang at its end: Run waits for an event that waits for the loop which has ended
		select {
		case <-closed:
		case <-ctx.Done():
		}
		cancel()
		<-kept
		os.Exit(0)
	}()
	front := func(is bool) func() { return func() { w.change(func(*model) { w.inFront = is }) } }
	a.Lifecycle().SetOnEnteredForeground(front(true))
	a.Lifecycle().SetOnExitedForeground(front(false))
	a.Lifecycle().SetOnStarted(func() {
		w.post(func(*model) { w.fitScreen() })
		go w.follow(ctx, a.Quit)
		go w.listen(ctx)
	})
	w.fyne.ShowAndRun()
	cancel()
	<-kept
}

// newWindow lays the window out; nothing is asked before listen.
func newWindow(ctx context.Context, win fyne.Window, client *api.Client, catalog words.Catalog) *Window {
	w := &Window{
		words: catalog, client: client, changes: make(chan func(*model), 16), life: ctx, fyne: win, now: time.Now,
		model: model{working: map[string]bool{}, note: map[string]note{}},
	}
	w.show()
	win.Resize(memory{}.size())
	w.shortcuts()
	w.repaint()
	return w
}

// follow is the only road from other goroutines to Fyne's: it applies what happened and repaints.
func (w *Window) follow(ctx context.Context, quit func()) {
	tick := time.NewTimer(time.Second)
	for {
		change := func(*model) {}
		select {
		case <-ctx.Done():
			change = func(*model) { quit() }
		case change = <-w.changes:
		case <-tick.C:
		}
		fyne.Do(func() {
			change(&w.model)
			w.repaint()
			tick.Reset(nextTick(&w.model, time.Now()))
		})
		if ctx.Err() != nil {
			return
		}
	}
}

// post hands a change to the follower loop.
func (w *Window) post(change func(*model)) {
	select {
	case w.changes <- change:
	case <-w.life.Done():
	}
}

// applySnapshot adopts a snapshot.
func (w *Window) applySnapshot(m *model, s api.Snapshot) {
	mine := s.Status.PID == w.agent
	raised := m.known && s.Raise > w.raise && mine
	if raised {
		restore(w.fyne)
		w.fyne.RequestFocus()
	}
	w.raise = s.Raise
	old, _ := m.account()
	opens, before := !m.known && !w.succeeds, m.snapshot
	w.tryRefusedAgain(m)
	w.lookForOther(before.Status, s.Status)
	m.adopt(s)
	w.applySettings(s.Settings)
	if opens && s.Status.Profile == api.RehearsalProfile && len(s.Questions) == 0 { // who opens it wants to make something happen
		m.page = pageRehearsal
	}
	if raised {
		m.showTrouble(time.Now())
	}
	m.selectAccount(opens, time.Now())
	if m.selectQuestion(before.Logins); m.search == "" && w.widgets.search.Text != "" {
		w.widgets.search.SetText("")
	}
	if now, ok := m.account(); ok && now.ID == m.revealed.account && now.Generation != old.Generation { // what is shown is the token before
		m.revealed = reveal{}
	}
	if now, ok := m.account(); ok && (now.ID != m.lineage.of || !reflect.DeepEqual(now, old)) { // whatever has changed may be told of there
		w.readLineage(now.ID)
	}
	w.dismissLogins(m, before.Status.PID, before.Logins)
	if !mine { // whose answers would not count
		w.passOn(s)
		s.Questions = nil
	}
	w.askQuestion(s)
}

// applySettings follows the settings that concern the window itself.
func (w *Window) applySettings(s api.Settings) {
	anew := s.Language != w.language
	if anew {
		w.language = s.Language
		w.words.SetLanguage(s.Language)
	}
	if anew || s.Theme != w.theme {
		w.theme = s.Theme
		fyne.CurrentApp().Settings().SetTheme(themeOf(s.Theme, w.words))
	}
	if anew {
		w.relayout()
	}
}

// relayout builds the window anew, in the language of now.
func (w *Window) relayout() {
	w.widgets.busy.Stop() // else it would move on where nobody sees it
	w.widgets.checking.Stop()
	focused := w.fyne.Canvas().Focused()
	setting := ""
	for name, s := range w.widgets.settings.selects {
		if focused == fyne.Focusable(s) {
			setting = name
		}
	}
	w.widgets, w.shown = widgets{}, view{}
	w.show()
	if setting != "" { // whoever has chosen the language by keys goes on from there, once it is painted
		go w.post(func(*model) {
			if w.fyne.Canvas().Focused() == nil {
				w.fyne.Canvas().Focus(w.widgets.settings.selects[setting])
			}
		})
	}
}

// change is post for what happens on Fyne's own goroutine.
func (w *Window) change(edit func(*model)) {
	edit(&w.model)
	w.repaint()
}

func (w *Window) repaint() {
	w.remember()
	w.yield()
	v := decide(w.words, &w.model, w.now())
	if reflect.DeepEqual(v, w.shown) {
		w.widgets.list.Refresh() // the rows have clocks of their own
		return
	}
	before := w.shown
	w.shown, w.model.rows = v, v.Accounts
	w.paint(v, before)
}

func (w *Window) problem(err error) *api.Problem {
	if errors.Is(err, api.ErrNoAgent) {
		return w.words.NoAgent()
	}
	return w.words.Problem(err, api.Account{}, time.Now())
}
