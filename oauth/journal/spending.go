package journal

import "strings"

// Spending is the fingerprints of refresh tokens that were spent, the oldest first, one behind the other: it is in memory for
// each account, and in the keychain. Only the last are remembered: what was spent before them is long past its expiry.
type Spending string

// The size of a fingerprint, and how many are remembered.
const (
	fingerprintSize = 8
	maxSpent        = 128
)

func (s Spending) has(fingerprint string) bool { return s.index(fingerprint) >= 0 }

func (s Spending) index(fingerprint string) int {
	for n := 0; n+fingerprintSize <= len(s); n += fingerprintSize {
		if string(s[n:n+fingerprintSize]) == fingerprint {
			return n
		}
	}
	return -1
}

// with remembers one more, and forgets the oldest if there are too many.
func (s Spending) with(fingerprint string) Spending {
	if len(fingerprint) != fingerprintSize {
		return s
	}
	if n := s.index(fingerprint); n >= 0 {
		s = s[:n] + s[n+fingerprintSize:]
	}
	s += Spending(fingerprint)
	return Spending(strings.Clone(string(s[max(0, len(s)-maxSpent*fingerprintSize):])))
}
