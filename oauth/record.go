package oauth

import (
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"
)

const recordVersion = 1

// Cause is why a generation of a grant came to be.
type Cause string

// The causes of a generation.
const (
	CauseAdded     Cause = "added"
	CauseScheduled Cause = "scheduled"
	CauseAsked     Cause = "asked"
	CauseMinValid  Cause = "min-valid"
	CauseSignIn    Cause = "sign-in"
)

// Grant is one generation of a chain.
type Grant struct {
	Token      Token
	Generation int
	Cause      Cause
	Machine    string // the computer that won it; "" if unknown
}

// Intent is written to the keychain before a refresh is sent. It proves that the keychain can be written, tells a later
// start what was on its way, and holds the key under which the answer is sealed.
type Intent struct {
	ID          string    // names the sealed file
	Fingerprint string    // of the refresh token to be spent
	At          time.Time // when
	Cause       Cause
	Key         []byte // one-time AES-256 key of the seal
	Again       bool   // the token was sent before, and the answer is missing
}

// Record is what the vault holds for one account.
type Record struct {
	ClientSecret Secret
	Grant        Grant
	Previous     *Grant    // kept until the next generation arrives
	Intent       *Intent   // a refresh that may be under way
	Unread       []*Intent // earlier refreshes whose sealed answers could not be read, oldest first; their seals are kept
	Refused      string    // fingerprint of the refresh token the provider called dead; "" if none
	NoWayBack    bool      // the previous refresh token is dead too
}

// errTooNew is a record written by a later version: readable by nobody here, so it must not be overwritten.
var errTooNew = errors.New("written by a newer version")

// The wire forms spell secrets out; they exist only between encode and the vault.
type recordWire struct {
	V            int           `json:"v"`
	ClientSecret string        `json:"client_secret"`
	Grant        grantWire     `json:"grant"`
	Previous     *grantWire    `json:"previous,omitempty"`
	Intent       *intentWire   `json:"intent,omitempty"`
	Unread       []*intentWire `json:"unread_answers,omitempty"`
	Refused      string        `json:"refused,omitempty"`
	NoWayBack    bool          `json:"no_way_back,omitempty"`
}

type grantWire struct {
	Access     string    `json:"access_token,omitempty"`
	Refresh    string    `json:"refresh_token,omitempty"`
	MACKey     string    `json:"mac_key,omitempty"`
	Type       string    `json:"token_type,omitempty"`
	Algorithm  string    `json:"mac_algorithm,omitempty"`
	Scope      string    `json:"scope,omitempty"`
	OpenID     string    `json:"open_id,omitempty"`
	UnionID    string    `json:"union_id,omitempty"`
	Issued     time.Time `json:"issued_at"`
	Expires    time.Time `json:"expires_at,omitzero"`
	Generation int       `json:"generation"`
	Cause      Cause     `json:"cause,omitempty"`
	Machine    string    `json:"machine,omitempty"`
}

type intentWire struct {
	ID          string    `json:"id"`
	Fingerprint string    `json:"fingerprint"`
	At          time.Time `json:"at"`
	Cause       Cause     `json:"cause,omitempty"`
	Key         []byte    `json:"key"`
	Again       bool      `json:"again,omitempty"`
}

// encode writes the record as versioned JSON, about 1.5 KB for real tokens.
func (r Record) encode() ([]byte, error) {
	w := recordWire{V: recordVersion, ClientSecret: r.ClientSecret.Reveal(), Grant: r.Grant.wire(), Refused: r.Refused, NoWayBack: r.NoWayBack}
	if r.Previous != nil {
		p := r.Previous.wire()
		w.Previous = &p
	}
	w.Intent = (*intentWire)(r.Intent)
	for _, in := range r.Unread {
		w.Unread = append(w.Unread, (*intentWire)(in))
	}
	return json.Marshal(w)
}

// decodeRecord reads what encode wrote. The error never quotes the content.
func decodeRecord(data []byte) (Record, error) {
	var w recordWire
	if err := json.Unmarshal(data, &w); err != nil {
		return Record{}, fmt.Errorf("decode record: %d bytes that are not a record", len(data))
	}
	if w.V > recordVersion {
		return Record{}, errTooNew
	}
	signedIn := w.Grant.Refresh != "" || w.Grant.Access != ""
	if w.V < 1 || (!signedIn && (w.Grant.Generation > 0 || w.ClientSecret == "")) {
		return Record{}, errors.New("decode record: no grant in it")
	}
	r := Record{ClientSecret: Secret(w.ClientSecret), Grant: w.Grant.grant(), Refused: w.Refused, NoWayBack: w.NoWayBack}
	if w.Previous != nil {
		p := w.Previous.grant()
		r.Previous = &p
	}
	r.Intent = (*Intent)(w.Intent)
	for _, in := range w.Unread {
		if in != nil {
			r.Unread = append(r.Unread, (*Intent)(in))
		}
	}
	return r, nil
}

func (g Grant) wire() grantWire {
	t := g.Token
	return grantWire{
		Access: t.Access.Reveal(), Refresh: t.Refresh.Reveal(), MACKey: t.MACKey.Reveal(), Type: t.Type, Algorithm: t.MACAlgorithm,
		Scope: t.Scope, OpenID: t.OpenID, UnionID: t.UnionID, Issued: t.Issued, Expires: t.Expires, Generation: g.Generation, Cause: g.Cause,
		Machine: g.Machine,
	}
}

func (w grantWire) grant() Grant {
	return Grant{Generation: w.Generation, Cause: w.Cause, Machine: w.Machine, Token: Token{
		Access: Secret(w.Access), Refresh: Secret(w.Refresh), MACKey: Secret(w.MACKey), Type: w.Type, MACAlgorithm: w.Algorithm,
		Scope: w.Scope, OpenID: w.OpenID, UnionID: w.UnionID, Issued: w.Issued, Expires: w.Expires,
	}}
}

// Holds tells whether a vault's record holds a refresh token: as the one to spend next, or as the one before it.
func Holds(record []byte, refresh Secret) bool {
	r, err := decodeRecord(record)
	if err != nil || refresh == "" {
		return false
	}
	return r.Grant.Token.Refresh == refresh || (r.Previous != nil && r.Previous.Token.Refresh == refresh)
}

// refused tells whether the provider called the current refresh token dead.
func (r Record) refused() bool {
	return r.Refused != "" && r.Refused == r.Grant.Token.Refresh.Fingerprint()
}

// next is the record after the provider answered with t: one generation on, the last one kept, nothing under way.
func (r Record) next(t Token, cause Cause, machine string) Record {
	previous, old := r.Grant, r.Grant.Token
	if t.Access == "" { // only the refresh token could be read; the old access token works until its expiry
		refresh := t.Refresh
		t = old
		t.Refresh = refresh
	}
	spent, _ := r.spendable()
	fill((*string)(&t.Refresh), spent.Reveal()) // the provider did not rotate
	fill(&t.OpenID, old.OpenID)
	fill(&t.UnionID, old.UnionID)
	return Record{
		ClientSecret: r.ClientSecret,
		Grant:        Grant{Token: t, Generation: r.Grant.Generation + 1, Cause: cause, Machine: machine},
		Previous:     &previous,
	}
}

// spendable is the refresh token to send next: the current one, or, once that was called dead at its first use, the one
// before it, because a provider that lost its own last write still knows that one. ok is false if there is none left.
func (r Record) spendable() (refresh Secret, ok bool) {
	if !r.refused() {
		return r.Grant.Token.Refresh, r.Grant.Token.Refresh != ""
	}
	if r.Previous == nil || r.NoWayBack {
		return "", false
	}
	return r.Previous.Token.Refresh, r.Previous.Token.Refresh != "" && r.Previous.Token.Refresh != r.Grant.Token.Refresh
}

// concerns tells whether an intent is about spending what spendable returns now, and not about an older record. That of a
// sign-in is about the grant it is to replace.
func (r Record) concerns(in *Intent) bool {
	if in != nil && in.Cause == CauseSignIn {
		return in.Fingerprint == r.Grant.Token.Refresh.Fingerprint()
	}
	refresh, ok := r.spendable()
	return in != nil && ok && in.Fingerprint == refresh.Fingerprint()
}

// mostUnread is how many unreadable answers are kept.
const mostUnread = 8

// keepUnread keeps an intent for the sake of its seal. It returns the one that had to make room, if any.
func (r *Record) keepUnread(in *Intent) (gone *Intent) {
	if slices.ContainsFunc(r.Unread, func(have *Intent) bool { return have.ID == in.ID }) {
		return nil
	}
	r.Unread = append(slices.Clone(r.Unread), in)
	if len(r.Unread) > mostUnread {
		gone, r.Unread = r.Unread[0], r.Unread[1:]
	}
	return gone
}

// intents are all whose seals may matter, the newest first.
func (r Record) intents() []*Intent {
	var all []*Intent
	if r.Intent != nil {
		all = append(all, r.Intent)
	}
	for _, in := range slices.Backward(r.Unread) {
		all = append(all, in)
	}
	return all
}

// heirOf tells whether the answer to an intent, could it only be read, would be the grant after the record's: also when
// the provider has meanwhile refused the token that was spent for it.
func (r Record) heirOf(in *Intent) bool {
	return slices.Contains(r.Unread, in) && in.Fingerprint == r.Grant.Token.Refresh.Fingerprint()
}

// uncertain tells whether an intent leaves open what became of the refresh token; a sign-in spends none.
func (r Record) uncertain(in *Intent) bool { return r.concerns(in) && in.Cause != CauseSignIn }

// newIntent makes the intent to spend what spendable returns.
func newIntent(r Record, cause Cause, now time.Time) *Intent {
	id, key := make([]byte, 8), make([]byte, 32)
	_, _ = rand.Read(id) // never fails; see crypto/rand
	_, _ = rand.Read(key)
	refresh, _ := r.spendable()
	return &Intent{
		ID: hex.EncodeToString(id), Fingerprint: refresh.Fingerprint(), At: now.Round(0), Cause: cause, Key: key,
		Again: slices.ContainsFunc(r.intents(), r.uncertain),
	}
}

// Format prints the generation and a fingerprint, for every verb: a wrong one would print what a pointer points to.
func (g Grant) Format(f fmt.State, _ rune) {
	_, _ = fmt.Fprintf(f, "generation %d #%s", g.Generation, g.Token.Refresh.Fingerprint())
}

// Format prints what Grant does.
func (r Record) Format(f fmt.State, verb rune) { r.Grant.Format(f, verb) }

// Format prints which refresh token is to be spent.
func (in Intent) Format(f fmt.State, _ rune) {
	_, _ = fmt.Fprintf(f, "intent to spend #%s", in.Fingerprint)
}

// MarshalJSON leaves out the key of the seal; the vault's form is another type.
func (in Intent) MarshalJSON() ([]byte, error) { return json.Marshal(in.Fingerprint) }
