package journal

import (
	"errors"
	"time"

	"freshkey/oauth"
)

// hidden stands in memory where a secret was. It is written nowhere: see Encode.
const hidden oauth.Secret = "\x00taken out of memory"

// errHidden is a record that cannot be stored, because secrets of it were taken out of memory.
var errHidden = errors.New("encode record: its tokens are not in memory")

// Hidden is the record without the secrets that are handed out: access tokens and MAC keys. All that decides what is done next stays, the
// refresh tokens among it. It is for a record that the vault holds.
func (r Record) Hidden() Record {
	r.Grant = r.Grant.hidden()
	if r.Previous != nil {
		p := r.Previous.hidden()
		r.Previous = &p
	}
	return r
}

func (g Grant) hidden() Grant {
	for _, s := range []*oauth.Secret{&g.Token.Access, &g.Token.MACKey} {
		if *s != "" {
			*s = hidden
		}
	}
	return g
}

// IsHidden reports whether secrets of the record were taken out of memory.
func (r Record) IsHidden() bool {
	return r.Grant.isHidden() || (r.Previous != nil && r.Previous.isHidden())
}

func (g Grant) isHidden() bool { return g.Token.Access == hidden || g.Token.MACKey == hidden }

// Revealed is a hidden record with the secrets of the one that is stored. What the stored one does not have is lost, and with it what
// depends on it; the refresh tokens never are.
func (r Record) Revealed(stored Record) Record {
	r.Grant = r.Grant.revealed(stored)
	if r.Previous != nil {
		p := r.Previous.revealed(stored)
		r.Previous = &p
	}
	return r
}

func (g Grant) revealed(stored Record) Grant {
	if !g.isHidden() {
		return g
	}
	for _, have := range []*Grant{&stored.Grant, stored.Previous} {
		if have != nil && have.Generation == g.Generation && have.Token.Refresh == g.Token.Refresh && !have.isHidden() {
			g.Token.Access, g.Token.MACKey = have.Token.Access, have.Token.MACKey
			return g
		}
	}
	g.Token.Access, g.Token.MACKey, g.Token.Expires = "", "", time.Time{} // whose it is stays known
	return g
}
