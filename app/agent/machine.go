package agent

import (
	"crypto/sha256"
	"encoding/hex"
	"os"
)

// machineID names this computer in records, so that a keychain carried to another one is noticed; "" if it has no name. It
// is a digest: the machine's own id is nobody else's business.
func machineID() string {
	seed := systemID()
	if seed == "" {
		seed, _ = os.Hostname() // an empty name is no name
	}
	if seed == "" {
		return ""
	}
	sum := sha256.Sum256([]byte("freshkey " + seed))
	return hex.EncodeToString(sum[:4])
}
