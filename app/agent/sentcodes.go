package agent

import (
	"sync"
	"time"

	"freshkey/oauth"
)

// sentCodes are the codes that were sent to a provider lately, by their fingerprints, and the sign-ins they belong to: a provider may end a chain whose
// code comes once more (RFC 6749, 4.1.2).
type sentCodes struct {
	mu  sync.Mutex // guards all
	all map[string]sentCode
}

type sentCode struct {
	at time.Time
	by *login
}

// codesLive is longer than any provider takes a code.
const codesLive = 15 * time.Minute

// take notes that a code is about to be sent, and reports whether it may be.
func (s *sentCodes) take(code oauth.Secret, by *login, now time.Time) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	for mark, c := range s.all {
		if now.Sub(c.at).Abs() > codesLive {
			delete(s.all, mark)
		}
	}
	if _, sent := s.all[code.Fingerprint()]; sent {
		return false
	}
	if s.all == nil {
		s.all = map[string]sentCode{}
	}
	s.all[code.Fingerprint()] = sentCode{now, by}
	return true
}

// giveBack is for a code that has won nothing: a person may try it again.
func (s *sentCodes) giveBack(code oauth.Secret) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.all, code.Fingerprint())
}

// by is the sign-in that a code was sent for; nil if it was not.
func (s *sentCodes) by(code oauth.Secret, now time.Time) *login {
	s.mu.Lock()
	defer s.mu.Unlock()
	if c, sent := s.all[code.Fingerprint()]; sent && now.Sub(c.at).Abs() <= codesLive {
		return c.by
	}
	return nil
}
