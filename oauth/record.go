package oauth

import (
	"crypto/rand"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"time"
)

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
	Key         []byte // of the seal; the record's
	Again       bool   // the token was sent before, and the answer is missing
}

// Record is what the vault holds for one account.
type Record struct {
	ClientSecret Secret
	SealKey      []byte `json:"-"` // AES-256 key of the account's sealed answers; it never changes
	Grant        Grant
	Previous     *Grant    // kept until the next generation arrives
	Intent       *Intent   // a refresh that may be under way
	Doubt        *Intent   // an earlier refresh of the current refresh token, whose answer never came
	Unread       []*Intent // earlier refreshes whose sealed answers could not be read, oldest first; their seals are kept
	Refused      string    // fingerprint of the refresh token the provider called dead; "" if none
	NoWayBack    bool      // the previous refresh token is dead too
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
		ClientSecret: r.ClientSecret, SealKey: r.SealKey,
		Grant:    Grant{Token: t, Generation: r.Grant.Generation + 1, Cause: cause, Machine: machine},
		Previous: &previous,
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

// spendables are the refresh tokens whose answers may hold a grant after the record's: the current one, and the one before
// it, which is spent again when the provider has forgotten the current one.
func (r Record) spendables() []Secret {
	all := []Secret{r.Grant.Token.Refresh}
	if r.Previous != nil && r.Previous.Token.Refresh != "" {
		all = append(all, r.Previous.Token.Refresh)
	}
	return all
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

// keepUnread keeps an intent for the sake of its seal. It returns the one that had to make room, if any: never the first
// to spend a refresh token, whose answer alone can hold the next one.
func (r *Record) keepUnread(in *Intent) (gone *Intent) {
	if slices.ContainsFunc(r.Unread, func(have *Intent) bool { return have.ID == in.ID }) {
		return nil
	}
	r.Unread = append(slices.Clone(r.Unread), in)
	if len(r.Unread) <= mostUnread {
		return nil
	}
	for n, later := range r.Unread {
		if slices.ContainsFunc(r.Unread[:n], func(first *Intent) bool { return first.Fingerprint == later.Fingerprint }) {
			r.Unread = slices.Delete(r.Unread, n, n+1)
			return later
		}
	}
	return nil
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

// intending is the record with the intent to spend what spendable returns.
func (r Record) intending(cause Cause, now time.Time) Record {
	if len(r.SealKey) == 0 {
		r.SealKey = newSealKey()
	}
	if !r.uncertain(r.Doubt) {
		r.Doubt = nil
	}
	if r.Doubt == nil && r.uncertain(r.Intent) {
		r.Doubt = r.Intent
	}
	refresh, _ := r.spendable()
	r.Intent = &Intent{
		ID: intentID(r.Grant.Generation), Fingerprint: refresh.Fingerprint(), At: now.Round(0), Cause: cause, Key: r.SealKey,
		Again: r.Doubt != nil || slices.ContainsFunc(r.Unread, r.uncertain),
	}
	return r
}

// intentID begins with the generation to be spent, so that sealed answers are in order without a clock.
func intentID(generation int) string {
	id := binary.BigEndian.AppendUint32(nil, uint32(generation))
	id = append(id, 0, 0, 0, 0)
	_, _ = rand.Read(id[4:])
	return hex.EncodeToString(id)
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
