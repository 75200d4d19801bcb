package agent

import (
	"bytes"
	"encoding/json"
	"maps"
	"os"
	"slices"
	"strings"
	"sync"
	"time"

	"freshkey/app/api"
	"freshkey/app/atomicfile"
	"freshkey/app/words"
)

// told is when a person was last told of an account's trouble, by kind of notice and account's id, until the account has healed. Another trouble
// in between, as a keychain that a login opens last, is no healing.
type told map[words.Alert]map[string]time.Time

func (t told) note(kind words.Alert, accounts []*api.Account, now time.Time) {
	if t[kind] == nil {
		t[kind] = map[string]time.Time{}
	}
	for _, a := range accounts {
		t[kind][a.ID] = now
	}
}

// forget drops the accounts that have healed, and those that are there no more. One that was not read yet may be anything.
func (t told) forget(accounts []*api.Account, now time.Time) {
	there := map[string]*api.Account{} // of those that something was said of: there may be thousands of others
	for kind := range t {
		for _, a := range t.among(kind, accounts) {
			there[a.ID] = a
		}
	}
	for kind, ids := range t {
		maps.DeleteFunc(ids, func(id string, _ time.Time) bool {
			a := there[id]
			return a == nil || a.Settled() && (kind != words.AlertEnding || !a.EndsSoon(now))
		})
		if len(ids) == 0 {
			delete(t, kind)
		}
	}
}

// among are those of the accounts that a kind was told of.
func (t told) among(kind words.Alert, accounts []*api.Account) (known []*api.Account) {
	for _, a := range accounts {
		if _, said := t[kind][a.ID]; said {
			known = append(known, a)
		}
	}
	return known
}

// dueFor is when a kind is to be told of: at once, if an account is new to it, but not soon after it was told of; else a day after that.
func (t told) dueFor(kind words.Alert, accounts []*api.Account, now time.Time) time.Time {
	var last time.Time
	for id, at := range t[kind] {
		if at.After(now) { // the clock was set back
			at = now
			t[kind][id] = at
		}
		if at.After(last) {
			last = at
		}
	}
	if len(t.among(kind, accounts)) < len(accounts) {
		return last.Add(gatherFor)
	}
	return last.Add(sayAgainAfter)
}

// toldFile is what the next agent shall know of what was said, in the state folder. Without it, or where it cannot be read, things are said once more.
type toldFile struct {
	path string

	mu      sync.Mutex // guards what follows, and the file
	now     tellings
	read    bool
	written []byte // or tried to be: a full disk is complained of once for each change
}

// tellings is what lies in the file. It names accounts by their ids alone.
type tellings struct {
	Told    told          `json:"told,omitempty"`
	PutBack []words.Alert `json:"put_back,omitempty"` // see noticeBoard

	Unmarked []string `json:"copies_are_not_marked_on,omitempty"` // desktops, see desktopName
}

// board is a board that knows what earlier agents have said.
func (f *toldFile) board() *noticeBoard {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.readLocked()
	return newNoticeBoard(f.now.Told.copied(), f.now.PutBack)
}

// keep writes what a board knows, if that is news.
func (f *toldFile) keep(b *noticeBoard) error {
	return f.edit(func(t *tellings) {
		t.Told, t.PutBack = b.told.copied(), slices.Sorted(maps.Keys(b.putBack))
	})
}

// tookAway notes which notices stood on the screen until the agent's end.
func (f *toldFile) tookAway(keys []string) error {
	return f.edit(func(t *tellings) {
		for _, kind := range words.Alerts() {
			if slices.Contains(keys, string(kind)) && kind.NeedsPerson() && len(t.Told[kind]) > 0 && !slices.Contains(t.PutBack, kind) {
				t.PutBack = append(t.PutBack, kind)
			}
		}
	})
}

// unmarked notes whether what is copied is not marked as a secret on a desktop, and reports whether that is news.
func (f *toldFile) unmarked(desktop string, is bool) (news bool, err error) {
	err = f.edit(func(t *tellings) {
		others := slices.DeleteFunc(slices.Clone(t.Unmarked), func(d string) bool { return d == desktop })
		news = is && len(others) == len(t.Unmarked)
		if is {
			others = append(others, desktop)
		}
		slices.Sort(others) // what is known already is not written again
		t.Unmarked = others
	})
	return news, err
}

// desktopName tells a person's desktops apart, as "GNOME wayland": what one of them lacks another may have.
func desktopName() string {
	return strings.TrimSpace(os.Getenv("XDG_CURRENT_DESKTOP") + " " + os.Getenv("XDG_SESSION_TYPE"))
}

func (f *toldFile) edit(change func(*tellings)) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.readLocked()
	change(&f.now)
	data, err := json.Marshal(f.now)
	if err != nil || bytes.Equal(data, f.written) {
		return err
	}
	f.written = data
	return atomicfile.Write(f.path, data, 0o600)
}

func (f *toldFile) readLocked() {
	if f.read {
		return
	}
	f.read = true
	data, _ := os.ReadFile(f.path)
	if json.Unmarshal(data, &f.now) != nil {
		f.now = tellings{} // none was, or it is broken
	}
	f.written, _ = json.Marshal(f.now) // what nobody said needs no file
}

// copied is a copy: who reads it holds no lock.
func (t told) copied() told {
	all := told{}
	for kind, ids := range t {
		all[kind] = maps.Clone(ids)
	}
	return all
}
