package agent

import (
	"context"
	"crypto/sha256"
	"os"
	"path/filepath"
	"time"

	"github.com/fsnotify/fsnotify"
)

// watch calls changed with the config as it was, after each edit by a person. A file that cannot be read as a config
// changes nothing; problem is told.
func (f *configFile) watch(ctx context.Context, changed func(before config), problem func(error)) {
	events, errs, stop := f.watchFolder(problem)
	defer stop()
	told := f.isUnread()
	for {
		var again <-chan time.Time
		if f.unread.Load() {
			again = time.After(unreadAgain)
		}
		select {
		case <-ctx.Done():
			return
		case <-again:
			told = f.lookAgain(told, changed)
		case err := <-errs:
			problem(err)
		case e := <-events:
			if e.Name == f.path && !e.Has(fsnotify.Chmod) {
				f.reload(changed, problem)
			}
		}
	}
}

// watchFolder hears of what happens in the file's folder; of nothing, where that cannot be watched.
func (f *configFile) watchFolder(problem func(error)) (<-chan fsnotify.Event, <-chan error, func()) {
	w, err := fsnotify.NewWatcher()
	if err == nil {
		if err = w.Add(filepath.Dir(f.path)); err == nil {
			return w.Events, w.Errors, func() { _ = w.Close() }
		}
		_ = w.Close()
	}
	problem(err)
	return nil, nil, func() {}
}

// unreadAgain is how often settings that could not be read are looked at again: what a link leads to is mended elsewhere than in the folder.
const unreadAgain = 2 * time.Second

// lookAgain reads settings that a person has put right, and tells too when they were taken away, or have come back as they were. told is whether they
// were said to be unread, and it returns whether they are now.
func (f *configFile) lookAgain(told bool, changed func(before config)) (unread bool) {
	f.reload(changed, func(error) {}) // which was told
	f.gone.Store(f.unread.Load() && !exists(f.path))
	if unread = f.isUnread(); f.unread.Load() && unread != told {
		changed(f.get())
	}
	return unread
}

func (f *configFile) reload(changed func(before config), problem func(error)) {
	before, read, err := f.readEdit()
	if err != nil {
		problem(err)
	} else if read {
		changed(before)
	}
}

// readEdit takes over what a person has written, and reports whether that was anything new.
func (f *configFile) readEdit() (before config, read bool, err error) {
	f.writing.Lock()
	defer f.writing.Unlock()
	data, err := os.ReadFile(f.path)
	if err != nil || sha256.Sum256(data) == f.written { // an editor may be between two names
		return before, false, nil
	}
	c, err := parseConfig(data)
	if err != nil {
		return before, false, err
	}
	c.Accounts = lean(c.Accounts)
	before = f.get()
	f.written = sha256.Sum256(data)
	f.unread.Store(false)
	f.set(c)
	return before, true, nil
}
