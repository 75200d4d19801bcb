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
	w, err := fsnotify.NewWatcher()
	if err != nil {
		problem(err)
		return
	}
	defer w.Close()
	if err := w.Add(filepath.Dir(f.path)); err != nil {
		problem(err)
		return
	}
	for {
		select {
		case <-ctx.Done():
			return
		case <-f.whenUnread():
			f.lookAgain(changed)
		case err := <-w.Errors:
			problem(err)
		case e := <-w.Events:
			if e.Name == f.path && !e.Has(fsnotify.Chmod) {
				f.reload(changed, problem)
			}
		}
	}
}

// unreadAgain is how often settings that could not be read are looked at again: what a link leads to is mended elsewhere than in the folder.
const unreadAgain = 2 * time.Second

// whenUnread says when to look again; never, once there are settings.
func (f *configFile) whenUnread() <-chan time.Time {
	f.writing.Lock()
	defer f.writing.Unlock()
	if !f.unread {
		return nil
	}
	return time.After(unreadAgain)
}

// lookAgain reads settings that a person has put right, or notes that they were taken away: then there are none. An editor that is between two names
// has been there the last time.
func (f *configFile) lookAgain(changed func(before config)) {
	f.reload(changed, func(error) {}) // which was told
	f.writing.Lock()
	gone := f.unread && !exists(f.path)
	anew := gone && f.missed
	f.unread, f.missed = f.unread && !anew, gone
	f.writing.Unlock()
	if anew {
		changed(f.get())
	}
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
	f.written, f.unread = sha256.Sum256(data), false
	f.set(c)
	return before, true, nil
}
