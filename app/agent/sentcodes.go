package agent

import (
	"encoding/json"
	"maps"
	"os"
	"sync"
	"time"

	"freshkey/app/atomicfile"
	"freshkey/oauth"
)

// sentCodes are the codes that were sent to a provider lately, by their fingerprints, and the sign-ins they belong to: a provider may end a chain whose
// code comes once more (RFC 6749, 4.1.2). They outlive the agent, as an answer does that it has sealed.
type sentCodes struct {
	path string // of their file, in the state folder; "" for none

	mu  sync.Mutex // guards what follows, and the file
	all map[string]sentCode
}

type sentCode struct {
	At time.Time `json:"at"`
	by *login    // nil if that was another agent's
}

// codesLive is longer than any provider takes a code.
const codesLive = 15 * time.Minute

// take notes that a code is about to be sent, and reports whether it may be. The error is that of the file: then the next agent would not know.
func (s *sentCodes) take(code oauth.Secret, by *login, now time.Time) (may bool, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.readLocked()
	maps.DeleteFunc(s.all, func(_ string, c sentCode) bool { return now.Sub(c.At).Abs() > codesLive })
	if _, sent := s.all[code.Fingerprint()]; sent {
		return false, nil
	}
	s.all[code.Fingerprint()] = sentCode{now.Round(0), by}
	return true, s.writeLocked()
}

// giveBack is for a code that has won nothing: a person may try it again.
func (s *sentCodes) giveBack(code oauth.Secret) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, sent := s.all[code.Fingerprint()]; !sent {
		return nil
	}
	delete(s.all, code.Fingerprint())
	return s.writeLocked()
}

// sent reports whether a code was sent, and for which sign-in, if that was this agent's.
func (s *sentCodes) sent(code oauth.Secret, now time.Time) (by *login, sent bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.readLocked()
	c, sent := s.all[code.Fingerprint()]
	if !sent || now.Sub(c.At).Abs() > codesLive {
		return nil, false
	}
	return c.by, true
}

// readLocked reads what the agents before this one have left, once. A file that is no such thing says nothing.
func (s *sentCodes) readLocked() {
	if s.all != nil {
		return
	}
	if data, err := os.ReadFile(s.path); err == nil {
		_ = json.Unmarshal(data, &s.all)
	}
	if s.all == nil {
		s.all = map[string]sentCode{}
	}
}

func (s *sentCodes) writeLocked() error {
	if s.path == "" {
		return nil
	}
	data, err := json.Marshal(s.all)
	if err != nil {
		return err
	}
	return atomicfile.Write(s.path, data, 0o600)
}
