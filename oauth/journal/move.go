package journal

import (
	"fmt"
	"time"

	"freshkey/oauth"
)

// Move is how a chain left for another computer. The file it left in cannot be opened without Release, and that is given out once this
// is stored: before, this computer alone can spend the chain, and afterwards it cannot any more.
type Move struct {
	ID      string // the file's
	At      time.Time
	Release oauth.Secret
}

// Format prints which move it is, for every verb.
func (m Move) Format(f fmt.State, _ rune) { _, _ = fmt.Fprintf(f, "move %s", m.ID) }

// Departing is what of a record another computer needs; how this one keeps its sealed answers is no business of its.
func (r Record) Departing() Record {
	r.SealKey, r.Intent, r.Unanswered, r.Unparsed, r.Concluded, r.Moved = nil, nil, nil, nil, "", nil
	return r
}

// LetGo is the record once its chain has left. The access token stays until it expires; the refresh tokens are known as spent, so that
// nobody adds one here again.
func (r Record) LetGo(m Move) Record {
	gone := r.Departing()
	gone.SealKey, gone.Moved = r.SealKey, &m
	for _, g := range []*Grant{r.Previous, &r.Grant} {
		if g != nil {
			gone.Spent = gone.Spent.with(g.Token.Refresh.Fingerprint())
		}
	}
	gone.Previous, gone.Refusals, gone.Attempt = nil, nil, nil
	gone.Grant.Token.Refresh, gone.Grant.Token.RefreshExpires = "", time.Time{}
	return gone
}

// Arrived is a record that came from another computer, or came back to this one, with a key of this one's for its sealed answers.
func (r Record) Arrived(key []byte) Record {
	r = r.Departing()
	if r.SealKey = key; len(key) == 0 {
		r.SealKey = newSealKey()
	}
	return r
}
