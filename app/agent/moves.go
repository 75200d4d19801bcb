package agent

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"slices"
	"sync"

	"freshkey/app/atomicfile"
)

// moves are the files in which accounts came and went, by their ids, in the state folder: a file is taken once. It holds no secret.
type moves struct {
	path string
	mu   sync.Mutex // guards the file
}

// direction is which way an account went.
type direction string

const (
	movedIn  direction = "in"
	movedOut direction = "out"
)

// move is one line of the file's.
type move struct {
	ID  string    `json:"id"`
	Way direction `json:"way"`
}

// last is which way the account of a file went last; empty if nobody here has seen the file.
func (m *moves) last(id string) (direction, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	all, err := m.read()
	if err != nil {
		return "", err
	}
	for _, known := range slices.Backward(all) {
		if known.ID == id {
			return known.Way, nil
		}
	}
	return "", nil
}

func (m *moves) note(id string, way direction) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	all, err := m.read()
	if err != nil {
		return err
	}
	data, err := json.Marshal(append(all, move{id, way}))
	if err != nil {
		return err
	}
	return atomicfile.Write(m.path, data, 0o600)
}

func (m *moves) read() (all []move, err error) {
	data, err := os.ReadFile(m.path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err == nil {
		err = json.Unmarshal(data, &all)
	}
	return all, err
}
