package agent

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"slices"
	"sync"

	"freshkey/app/atomicfile"
	"freshkey/oauth"
	"freshkey/oauth/journal"
)

// movesFile is the list's, in the state folder.
const movesFile = "moves.json"

// moves are the files in which accounts came and went, in the state folder. A file is taken once; and what has left does not come back by a
// keychain that does.
type moves struct {
	path string

	mu   sync.Mutex // guards what follows, and the file
	all  []move
	read bool
}

// direction is which way an account went.
type direction string

const (
	leaving  direction = "leaving"  // its file is being made; nothing has left yet
	movedOut direction = "out"      // it has left
	arriving direction = "arriving" // it is being taken; if that was interrupted, it may be taken again
	movedIn  direction = "in"       // it was taken
)

// move is what is known of one file. It opens nothing without the file and its passphrase.
type move struct {
	ID          string       `json:"id"` // the file's
	Way         direction    `json:"way"`
	Account     string       `json:"account"` // its id
	Fingerprint string       `json:"fingerprint,omitempty"`
	Release     oauth.Secret `json:"-"`
}

// moveWire spells out what the file lacks until it is whole.
type moveWire struct {
	move
	Release string `json:"release,omitempty"`
}

// of is what is known of a file; the zero value if nobody here has seen it.
func (m *moves) of(id string) (move, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	err := m.loadLocked()
	n := slices.IndexFunc(m.all, func(known move) bool { return known.ID == id })
	if err != nil || n < 0 {
		return move{}, err
	}
	return m.all[n], nil
}

// left is keeper.Config's Left. A list that cannot be read says nothing: the keychain's word counts.
func (m *moves) left(account, fingerprint string) (journal.Move, bool) {
	about := m.last(func(known move) bool { return known.Account == account && known.Fingerprint == fingerprint })
	return journal.Move{ID: about.ID, Release: about.Release}, about.Way == movedOut
}

// took reports whether a refresh token has left with an account, and has not come back.
func (m *moves) took(fingerprint string) bool {
	return m.last(func(known move) bool { return known.Fingerprint == fingerprint }).Way == movedOut
}

// last is what was noted last of a chain that came or went; the zero value if nothing was. It may have come back.
func (m *moves) last(of func(move) bool) move {
	m.mu.Lock()
	defer m.mu.Unlock()
	_ = m.loadLocked()
	for _, known := range slices.Backward(m.all) {
		if known.Way != leaving && of(known) {
			return known
		}
	}
	return move{}
}

// note replaces what is known of a file; without a way, it is forgotten. It is on the disk when this returns.
func (m *moves) note(about move) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if err := m.loadLocked(); err != nil {
		return err
	}
	next := slices.DeleteFunc(slices.Clone(m.all), func(known move) bool { return known.ID == about.ID })
	if about.Way != "" {
		next = append(next, about)
	}
	var wires []moveWire
	for _, known := range next {
		wires = append(wires, moveWire{known, known.Release.Reveal()})
	}
	data, err := json.Marshal(wires)
	if err == nil {
		err = atomicfile.Write(m.path, data, 0o600)
	}
	if err == nil {
		m.all = next
	}
	return err
}

// settle notes of an account that goes that it had arrived: its file is not taken again.
func (m *moves) settle(account string) error {
	m.mu.Lock()
	err := m.loadLocked()
	var about move
	if n := slices.IndexFunc(m.all, func(known move) bool { return known.Account == account && known.Way == arriving }); n >= 0 {
		about = m.all[n]
	}
	m.mu.Unlock()
	if err != nil || about.ID == "" {
		return err
	}
	about.Way = movedIn
	return m.note(about)
}

func (m *moves) loadLocked() error {
	if m.read {
		return nil
	}
	data, err := os.ReadFile(m.path)
	if errors.Is(err, fs.ErrNotExist) {
		m.read = true
		return nil
	}
	var wires []moveWire
	if err == nil {
		err = json.Unmarshal(data, &wires)
	}
	if err != nil {
		return err
	}
	for _, w := range wires {
		w.move.Release = oauth.Secret(w.Release)
		m.all = append(m.all, w.move)
	}
	m.read = true
	return nil
}
