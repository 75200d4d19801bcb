package keystore

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"

	"github.com/zalando/go-keyring"
)

// manifestPrefix begins the item of a split value: "freshkey-parts a 3 SHA256". The parts lie beside it as KEY.a.0, KEY.a.1, …
// The next value's parts go under the other slot, so the old value stays whole until the manifest is replaced, which is
// one write.
const manifestPrefix = "freshkey-parts "

type manifest struct {
	slot  string
	parts int
	sum   string
}

func parseHead(value string) (manifest, bool) {
	var m manifest
	rest, ok := strings.CutPrefix(value, manifestPrefix)
	if !ok {
		return m, false
	}
	_, err := fmt.Sscanf(rest, "%1s %d %64s", &m.slot, &m.parts, &m.sum)
	return m, err == nil && m.parts > 0
}

func (s *Store) part(key, slot string, n int) string {
	return fmt.Sprintf("%s.%s.%d", key, slot, n)
}

// join reads a value, whole or in parts.
func (s *Store) join(key string) (string, error) {
	value, err := s.items.get(key)
	if err != nil {
		return "", err
	}
	m, ok := parseHead(value)
	if !ok {
		return value, nil
	}
	return s.joinParts(key, m)
}

// check reports whether the parts of a value are all there.
func (s *Store) check(key string, m manifest) error {
	_, err := s.joinParts(key, m)
	return err
}

// joinParts puts the parts of a value together.
func (s *Store) joinParts(key string, m manifest) (string, error) {
	var whole strings.Builder
	for n := range m.parts {
		piece, err := s.items.get(s.part(key, m.slot, n))
		if errors.Is(err, keyring.ErrNotFound) {
			return "", fmt.Errorf("%w: part %d of %d is missing", ErrDamaged, n+1, m.parts)
		}
		if err != nil {
			return "", fmt.Errorf("%w: part %d of %d: %w", ErrUnavailable, n+1, m.parts, errors.New(err.Error()))
		}
		whole.WriteString(piece)
	}
	if digest(whole.String()) != m.sum {
		return "", fmt.Errorf("%w: its parts do not fit together", ErrDamaged)
	}
	return whole.String(), nil
}

// split writes a value: as one item if it fits, else parts first and the manifest last.
func (s *Store) split(key, value string) error {
	before, err := s.items.get(key)
	if err != nil && !errors.Is(err, keyring.ErrNotFound) {
		return err
	}
	old, wasSplit := parseHead(before)
	switch {
	case (s.limit == 0 || len(value) <= s.limit) && !strings.HasPrefix(value, manifestPrefix):
		err = s.items.set(key, value)
	case wasSplit && old.slot == "a":
		err = s.setParts(key, "b", value)
	default:
		err = s.setParts(key, "a", value)
	}
	if err == nil && wasSplit {
		s.deleteParts(key, old.slot)
	}
	return err
}

// setParts writes a value under a slot that is free, and turns the manifest to it once all parts are known to be there.
func (s *Store) setParts(key, slot, value string) error {
	m, err := s.writeParts(key, slot, value)
	if err != nil {
		return err
	}
	if err := s.check(key, m); err != nil { // before the old value becomes unreachable
		return fmt.Errorf("%w: what was written cannot be read back: %s", ErrUnavailable, err)
	}
	manifest := fmt.Sprintf("%s%s %d %s", manifestPrefix, m.slot, m.parts, m.sum)
	if err := s.items.set(key, manifest); err != nil {
		return err
	}
	if back, err := s.items.get(key); err != nil || back != manifest {
		return fmt.Errorf("%w: what was written is not what is read back", ErrUnavailable)
	}
	return nil
}

// writeParts writes the parts alone; no manifest refers to them yet.
func (s *Store) writeParts(key, slot, value string) (manifest, error) {
	m := manifest{slot: slot, sum: digest(value)}
	size := s.limit
	if size == 0 {
		size = len(value)
	}
	for rest := value; rest != ""; m.parts++ {
		piece := rest[:min(size, len(rest))]
		rest = rest[len(piece):]
		if err := s.items.set(s.part(key, m.slot, m.parts), piece); err != nil {
			return m, err
		}
	}
	return m, nil
}

// erase removes the manifest first: what is left of a crash then is parts nobody refers to, and the next write or removal
// takes them away.
func (s *Store) erase(key string) error {
	if err := s.items.remove(key); err != nil && !errors.Is(err, keyring.ErrNotFound) {
		return err
	}
	s.deleteParts(key, "a")
	s.deleteParts(key, "b")
	if _, err := s.items.get(key); err == nil {
		return fmt.Errorf("%w: the value is still there after its removal", ErrUnavailable)
	}
	return nil
}

// deleteParts removes the parts under a slot, the last first: where the first is gone, all are, whatever crashed before.
func (s *Store) deleteParts(key, slot string) {
	n := 0
	for ; ; n++ {
		if _, err := s.items.get(s.part(key, slot, n)); err != nil {
			break
		}
	}
	for n--; n >= 0; n-- {
		if s.items.remove(s.part(key, slot, n)) != nil {
			return // swept another time
		}
	}
}

func digest(value string) string {
	sum := sha256.Sum256([]byte(value))
	return hex.EncodeToString(sum[:])
}
