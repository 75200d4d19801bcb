package oauth

import (
	"net"
	"time"
)

// What the tests of the package's outside need of its inside.
var (
	Due          = due
	Backoff      = backoff
	DecodeRecord = decodeRecord
)

// Intending is the record with an intent in it.
func (r Record) Intending(cause Cause, now time.Time) Record { return r.intending(cause, now) }

// Encode writes a record as the vault holds it.
func (r Record) Encode() ([]byte, error) { return r.encode() }

// GiveUpAsConnected gives an attempt up between the connection's arrival and the news of it, and tells what that came to.
func GiveUpAsConnected(c net.Conn) *Error {
	a := attempt{cancel: func() {}}
	a.giveUp()
	a.connected(c)
	return a.unanswered()
}
