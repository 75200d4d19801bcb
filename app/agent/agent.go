// Package agent is the resident process: it runs the keeper, paints the tray, raises notices, owns the clipboard, serves
// the API and starts the window. It imports no Fyne, but for its tray, which is a module of its own. One agent runs per profile; a
// lock sees to it.
package agent

import (
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"gopkg.in/natefinch/lumberjack.v2"

	"freshkey/app/api"
	"freshkey/app/atomicfile"
	"freshkey/app/desktop"
	"freshkey/app/words"
	"freshkey/oauth/keeper"
)

// Options is what an agent is started with.
type Options struct {
	Profile  api.Profile
	Version  string
	Releases string                     // address of the feed of releases; empty if whoever built the program named none
	Open     func(service string) Vault // the keychain
	Words    words.Catalog
	NoTray   bool // nobody looks: no icon, and no window because of that
}

// Vault is the keychain: the engine's three methods, asking the person to open it, and hearing that it was opened or locked.
type Vault interface {
	keeper.Vault
	Unlock(context.Context) error
	Watch(ctx context.Context, changed func(open bool)) // by whomever
}

// Agent is one profile's agent.
type Agent struct {
	options Options
	words   words.Catalog
	log     *slog.Logger
	config  *configFile
	keeper  *keeper.Keeper
	desk    *desktop.Desktop
	window  *windowProcess
	vault   Vault
	quit    context.CancelFunc
	life    context.Context // of what clicks start; ends with quit
	clicks  sync.WaitGroup

	editing sync.Mutex // one change of the accounts' settings at a time

	accounts  accounts
	history   history
	events    eventLog
	logins    logins
	sent      sentCodes
	handed    handed
	last      notedAccount
	told      toldFile
	clearing  clearing
	releases  releases
	locking   locking
	consents  consents
	doorway   doorway
	doorUses  doorUses
	shortcut  shortcut
	moves     moves
	moving    sync.Mutex  // one account leaves or arrives at a time
	rehearsal rehearsal   // of a rehearsal
	tray      atomic.Bool // an icon is shown somewhere
	unmarked  atomic.Bool // what is copied is not marked here, and that was said
	raise     atomic.Int64
	restart   atomic.Bool            // the program starts again when this agent has ended
	broken    atomic.Pointer[string] // see aside
	watchers  watchers
}

func build(ctx context.Context, o Options, state string, quit context.CancelFunc) (*Agent, string, error) {
	dir, err := o.Profile.ConfigDir()
	if err != nil {
		return nil, "", fmt.Errorf("settings folder: %w", err)
	}
	file, aside, err := openConfig(dir)
	if err != nil {
		return nil, "", err
	}
	seals := filepath.Join(state, "sealed")
	if err := os.MkdirAll(seals, 0o700); err != nil {
		return nil, "", fmt.Errorf("folder for sealed answers: %w", err)
	}
	log := slog.New(slog.NewJSONHandler(&lumberjack.Logger{Filename: filepath.Join(state, "agent.log"), MaxSize: 1, MaxBackups: 1}, nil))
	desk := desktop.Open()
	desk.Profile = o.Profile.Name()
	a := &Agent{options: o, words: o.Words, log: log, config: file, desk: desk, vault: o.Open(o.Profile.Service()), quit: quit, life: ctx}
	a.openState(state, aside)
	a.words.SetLanguage(file.get().Settings.Language)
	a.keeper = keeper.New(ctx, keeper.Config{
		Vault: a.vault, SealDir: seals, Exchange: a.exchange(), Log: log, Random: rand.Float64,
		MinValid: func() time.Duration { return file.get().Settings.MinValidity() },
		Share:    func() int { return file.get().Settings.Share() },
		AskVault: func() bool { return file.get().Settings.Lock.WithKeychain },
		Left:     a.moves.left,
		OnEvent:  a.onEvent,
		Machine:  machineID(), Inhibit: func(ctx context.Context) func() { return a.desk.Inhibit(ctx, "a token is being refreshed") },
	})
	for _, account := range file.get().Accounts {
		a.keeper.Put(account.account())
	}
	a.window = &windowProcess{args: o.Profile.Args(), log: log, ended: a.watchers.tell, failed: a.windowFailed}
	return a, aside, nil
}

// openState opens what earlier agents have left in the state folder. aside is where settings lie that could not be read; "" if they could.
func (a *Agent) openState(dir, aside string) {
	atomicfile.Sweep(dir)
	atomicfile.Sweep(filepath.Join(dir, "history"))
	atomicfile.Sweep(filepath.Dir(a.config.path))
	a.last.path, a.rehearsal.made.path = filepath.Join(dir, "last-copied"), filepath.Join(dir, "rehearsal")
	a.moves.path, a.told.path, a.sent.path = filepath.Join(dir, movesFile), filepath.Join(dir, "told.json"), filepath.Join(dir, "codes.json")
	a.history.dir = filepath.Join(dir, "history")
	a.report("what was told", a.told.tookAway(a.desk.KeepNotices(filepath.Join(dir, "notices.json")))) // by an agent that was killed
	c := a.config.get()
	a.handed.open(filepath.Join(dir, "handed.json"), c.Accounts, aside == "")
	a.doorUses.open(filepath.Join(dir, "door-used.json"), c.Door.Keys, aside == "")
	if aside != "" {
		a.broken.Store(&aside)
	}
}

// saySetAside tells a person where settings lie that could not be read, or that were edited while Freshkey wrote its own.
func (a *Agent) saySetAside(path string) {
	a.log.Error("settings were set aside", "path", path)
	a.start(func(ctx context.Context) {
		a.report("notice", a.desk.Notify(ctx, desktop.Notice{
			Key: noticeConfig, Title: a.words.Text("notice.config"), Body: a.words.Text("notice.config.body", words.Args{Path: path}), Urgent: true,
		}, nil))
	})
}

// aside is where the settings lie that could not be read when the agent started, until a person has put them right; "" if they could.
func (a *Agent) aside() string {
	if path := a.broken.Load(); path != nil && a.config.isUnread() {
		return *path
	}
	return ""
}

// putRight takes back that the settings could not be read, if they can be, or if there are none any more.
func (a *Agent) putRight() {
	if a.config.isUnread() {
		return
	}
	a.start(func(ctx context.Context) {
		_, err := a.desk.ClearNotice(ctx, noticeConfig)
		a.report("notice", err)
	})
}

// noticeConfig is the key of the notice that settings were set aside.
const noticeConfig = "config"

// applyConfig follows an edit of config.json by a person, of which before is the state before it. The keeper gets what the
// settings are now: an edit by the window may have come meanwhile. An account that is no longer in them is let go of; its
// record stays in the keychain.
func (a *Agent) applyConfig(before config) {
	a.putRight()
	a.words.SetLanguage(a.config.get().Settings.Language)
	a.keeper.Reconsider() // other deadlines
	a.watchers.tell()
	gone := a.putAccounts(before)
	a.answerMoot()
	for _, account := range gone {
		a.report("drop account", a.keeper.Drop(a.life, account)) // may wait for what is under way; no edit has to wait for that
	}
}

// putAccounts tells the keeper of all accounts and returns those that are there no more.
func (a *Agent) putAccounts(before config) (gone []string) {
	a.editing.Lock()
	defer a.editing.Unlock()
	kept := map[string]bool{}
	for _, account := range a.config.get().Accounts {
		kept[account.ID] = true
		a.keeper.Put(account.account())
	}
	for _, account := range before.Accounts {
		if !kept[account.ID] {
			gone = append(gone, account.ID)
		}
	}
	return gone
}

// start runs what a click asks for, beside the caller.
func (a *Agent) start(work func(ctx context.Context)) {
	a.clicks.Go(func() { a.Guarded("click", func() { work(a.life) }) })
}

func (a *Agent) report(what string, err error) {
	if err != nil {
		a.log.Warn(what, "error", err)
	}
}

// trayTimeout is how long a login may take to bring up its panel.
const trayTimeout = 10 * time.Second

// watchTrayHost knows whether an icon can be seen. Without one, a hidden start would be an invisible program: it says so
// once and opens the window.
func (a *Agent) watchTrayHost(ctx context.Context) {
	if a.options.NoTray {
		return
	}
	arrived := make(chan struct{})
	var once sync.Once
	var watch sync.WaitGroup
	watch.Go(func() {
		a.desk.WatchTrayHost(ctx, func(present bool) {
			a.tray.Store(present)
			a.watchers.tell()
			if present {
				once.Do(func() { close(arrived) })
			}
		})
	})
	defer watch.Wait()
	timer := time.NewTimer(trayTimeout)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return
	case <-arrived:
		return
	case <-timer.C:
	}
	a.report("notice", a.desk.Notify(ctx, desktop.Notice{
		Key: "tray", Title: a.words.Text("notice.no_tray"), Body: a.words.Text("notice.no_tray.body"),
	}, nil))
	a.showWindow(ctx)
}
