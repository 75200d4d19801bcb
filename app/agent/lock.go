package agent

import (
	"context"
	"runtime"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"
)

// lockCause is why the tokens are out of memory; of two, the one that is more of a person's wish counts.
type lockCause int

const (
	notLocked lockCause = iota
	lockedByPerson
	lockedWithScreen
	lockedIdle
)

// locking knows why the tokens are out of memory, and when nobody has asked for one for so long that they leave it.
type locking struct {
	asked atomic.Int64 // how often the keychain was to be asked

	mu    sync.Mutex // guards what follows
	cause lockCause
	idle  *time.Timer // nil if the settings want none
}

// Lock takes the tokens out of memory, and what was copied out of the clipboard.
func (a *Agent) Lock() { a.lock(lockedByPerson) }

func (a *Agent) lock(cause lockCause) {
	l := &a.locking
	l.mu.Lock()
	before := l.cause
	if before == notLocked || cause < before {
		l.cause = cause
	}
	if before == notLocked {
		a.keeper.Lock(a.config.get().Settings.Lock.Pauses) // within, so that an unlock at the same moment comes before or behind it
	}
	l.mu.Unlock()
	if runtime.GOOS == "linux" { // elsewhere the system may ask the person for a password
		a.start(a.askKeychain) // who has locked the keychain too can have nothing from here on
	}
	a.clearing.keep() // emptied now
	ctx, cancel := context.WithTimeout(context.WithoutCancel(a.life), clearTimeout)
	defer cancel()
	a.report("clear clipboard", a.desk.ClearClipboard(ctx))
	_, err := a.desk.ClearNotice(ctx, noticeCopied)
	a.report("notice", err)
	a.watchers.tell()
	debug.FreeOSMemory() // Go wipes nothing it lets go of; what it gives back to the system is gone
}

// clearTimeout is how long emptying the clipboard may take.
const clearTimeout = 5 * time.Second

// keychainChanged is told whenever the keychain may have been opened or locked.
func (a *Agent) keychainChanged(open bool) {
	if open {
		a.keeper.Reschedule(0)
	}
	a.start(a.askKeychain)
}

// askKeychain asks the keychain whether it gives what it has, and once more, ever more rarely, while it does not: nobody may tell when it does again.
func (a *Agent) askKeychain(ctx context.Context) {
	turn := a.locking.asked.Add(1)
	for pause := 10 * time.Second; !a.keeper.AskKeychain(ctx); pause = min(2*pause, 10*time.Minute) {
		select {
		case <-ctx.Done():
			return
		case <-time.After(pause):
		}
		if a.locking.asked.Load() != turn { // it was asked since, for another reason
			return
		}
	}
}

// unlock ends a lock of one of these causes.
func (a *Agent) unlock(causes ...lockCause) {
	l := &a.locking
	l.mu.Lock()
	ends := false
	for _, c := range causes {
		ends = ends || l.cause == c
	}
	if ends {
		l.cause = notLocked
		a.keeper.Unlock()
	}
	l.mu.Unlock()
	if ends {
		a.watchers.tell()
	}
}

// awaitIdleness begins to wait anew for nobody to ask for a token for as long as the settings say.
func (a *Agent) awaitIdleness() {
	after := a.config.get().Settings.Lock.Idle()
	l := &a.locking
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.idle != nil {
		l.idle.Stop()
		l.idle = nil
	}
	if after > 0 {
		l.idle = time.AfterFunc(after, func() { a.start(func(context.Context) { a.lock(lockedIdle) }) })
	}
}

// watchScreen locks and unlocks with the screen, if the settings want it.
func (a *Agent) watchScreen(ctx context.Context) {
	a.awaitIdleness()
	a.desk.WatchScreen(ctx, func(locked bool) {
		switch {
		case !locked:
			a.unlock(lockedWithScreen)
		case a.config.get().Settings.Lock.WithScreen:
			a.lock(lockedWithScreen)
		}
	})
}
