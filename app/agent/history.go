package agent

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"sync"

	"freshkey/app/atomicfile"
	"freshkey/oauth/keeper"
)

// An account's history is bounded: when it has grown to most lines, the oldest go.
const (
	mostEvents = 500
	keptEvents = 300
	mostHolds  = 40 // of them: a script that holds before each run would soon leave nothing else
	keptHolds  = 20
)

// history is what happened to the accounts, a file of JSON lines each, in the state folder. It holds no secret.
type history struct {
	dir string
	mu  sync.Mutex // guards the files
}

func (h *history) path(account string) string { return filepath.Join(h.dir, account+".jsonl") }

// add appends an event. A grant that the last line tells of already is no news: an agent that starts anew may find its answer once
// more. One that was found, when an agent started, is news only if no line tells of it.
func (h *history) add(e keeper.Event) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	data, err := h.data(e.Account)
	if err != nil || e.Found && tellsOf(data, e) {
		return err
	}
	all, whole := events(data)
	if last := lastRefresh(all); !e.IsHold() && last != nil && sameGrant(*last, e) {
		return nil
	}
	if slices.ContainsFunc(all, func(before keeper.Event) bool { return sameInterruption(before, e) }) { // each start finds it once more
		return nil
	}
	if n := len(all) - 1; n >= 0 && sameFailure(all[n], e) { // a night without the provider would drive all else out
		return h.addAgain(all, e)
	}
	switch holds := holdsIn(all); {
	case e.IsHold() && holds >= mostHolds:
		return h.write(e.Account, append(withoutHolds(all, holds-keptHolds), e))
	case len(all) >= mostEvents:
		return h.write(e.Account, append(all[len(all)-keptEvents:], e))
	case !whole: // the next line would be glued to the half one
		return h.write(e.Account, append(all, e))
	}
	line, err := json.Marshal(e)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(h.dir, 0o700); err != nil {
		return err
	}
	f, err := os.OpenFile(h.path(e.Account), os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(append(line, '\n'))
	return errors.Join(err, f.Close())
}

// addAgain counts a failure that the last line tells of.
func (h *history) addAgain(all []keeper.Event, e keeper.Event) error {
	last := &all[len(all)-1]
	if e.Reason != keeper.ReasonInterrupted || !last.Sent.IsZero() { // else a version before this one told of it
		last.Times, last.LastAt = max(last.Times, 1)+1, e.At
	}
	last.Sent = e.Sent
	return h.write(e.Account, all)
}

func holdsIn(all []keeper.Event) (n int) {
	for _, e := range all {
		if e.IsHold() {
			n++
		}
	}
	return n
}

// withoutHolds is a history without the oldest of its holds.
func withoutHolds(all []keeper.Event, oldest int) []keeper.Event {
	return slices.DeleteFunc(all, func(e keeper.Event) bool {
		if !e.IsHold() || oldest == 0 {
			return false
		}
		oldest--
		return true
	})
}

// lastRefresh is the last event that is none of a hold; nil if there is none.
func lastRefresh(all []keeper.Event) *keeper.Event {
	for n := len(all) - 1; n >= 0; n-- {
		if !all[n].IsHold() {
			return &all[n]
		}
	}
	return nil
}

// sameFailure reports whether an event tells of what the one before it has told of: no refresh again, and for the same reason.
func sameFailure(before, e keeper.Event) bool {
	return e.Reason != "" && e.Reason == before.Reason && e.Detail == before.Detail && e.Cause == before.Cause && e.State == before.State && e.Generation == before.Generation
}

// sameInterruption reports whether two events tell of one refresh whose answer an agent that has ended did not hear.
func sameInterruption(a, b keeper.Event) bool {
	return a.Reason == keeper.ReasonInterrupted && b.Reason == a.Reason && !b.Sent.IsZero() && b.Sent.Equal(a.Sent)
}

// sameGrant reports whether two events tell that one grant was won.
func sameGrant(a, b keeper.Event) bool {
	return a.Reason == "" && b.Reason == "" && a.Generation == b.Generation && a.Fingerprint == b.Fingerprint
}

func (h *history) write(account string, all []keeper.Event) error {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	for _, e := range all {
		if err := enc.Encode(e); err != nil {
			return err
		}
	}
	return atomicfile.Write(h.path(account), b.Bytes(), 0o600)
}

// of is the account's history, oldest first.
func (h *history) of(account string) ([]keeper.Event, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	data, err := h.data(account)
	all, _ := events(data)
	return all, err
}

// data is what lies in an account's file; nothing if there is none.
func (h *history) data(account string) ([]byte, error) {
	data, err := os.ReadFile(h.path(account))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	return data, err
}

// tellsOf reports whether a line tells that a grant's tokens were won, be it in another generation, in which they have come back. Each start asks that
// of each account, so that other lines are not read. Version 0.1 wrote no access tokens down.
func tellsOf(data []byte, grant keeper.Event) bool {
	mark := []byte(cmp.Or(grant.Fingerprint, grant.Access))
	for line := range bytes.Lines(data) {
		var e keeper.Event
		if bytes.Contains(line, mark) && json.Unmarshal(line, &e) == nil && !isFailure(e) && !e.IsHold() &&
			e.Fingerprint == grant.Fingerprint && (e.Access == grant.Access || e.Access == "") {
			return true
		}
	}
	return false
}

// events skips lines that are none: a power cut may leave half of one. whole reports whether the last one has its end.
func events(data []byte) (all []keeper.Event, whole bool) {
	all = []keeper.Event{}
	for line := range bytes.Lines(data) {
		var e keeper.Event
		if json.Unmarshal(line, &e) == nil {
			all = append(all, e)
		}
	}
	return all, len(data) == 0 || data[len(data)-1] == '\n'
}

func (h *history) remove(account string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	_ = os.Remove(h.path(account)) // there may be none
}
