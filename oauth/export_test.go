package oauth

// What the tests of the package's outside need of its inside.
var (
	Due          = due
	Backoff      = backoff
	DecodeRecord = decodeRecord
	NewIntent    = newIntent
)

// Encode writes a record as the vault holds it.
func (r Record) Encode() ([]byte, error) { return r.encode() }
