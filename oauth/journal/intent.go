package journal

import (
	"crypto/rand"
	"encoding/binary"
	"encoding/hex"
	"slices"
	"strconv"
	"time"

	"freshkey/oauth"
)

// Intent is written to the keychain before a request is sent that spends something. It proves that the keychain can be
// written, tells a later process what was on its way, and holds the key under which the answer is sealed. It is never
// changed once it was made.
type Intent struct {
	ID          string    // names the sealed file; begins with the generation that is spent
	Fingerprint string    // of the refresh token to be spent; of a sign-in, the one to be replaced
	At          time.Time // when
	Cause       Cause
	Key         []byte // of the seal; the record's

	// To is whom the request was made to, and Settings a fingerprint of what it was made with: a verdict is about these, whatever
	// is edited before the answer is read. Versions before 0.2 did not write them down.
	To       Target
	Settings string

	// Interrupted is what the attempt has come to if nobody ever says more; the zero value for a sign-in, which spends nothing.
	Interrupted Attempt
}

// NewIntent is the intent to spend a refresh token, or for CauseSignIn to replace the record's. generation is the one that
// is spent; it is the record's, or higher where sealed answers of later generations exist (see Seals.Generation).
func (r Record) NewIntent(spend oauth.Secret, generation int, cause Cause, to Target, now time.Time) *Intent {
	key := r.SealKey
	if len(key) == 0 {
		key = newSealKey()
	}
	return &Intent{ID: intentID(generation), Fingerprint: spend.Fingerprint(), At: now.Round(0), Cause: cause, Key: key, To: to}
}

func newSealKey() []byte {
	key := make([]byte, 32)
	_, _ = rand.Read(key) // never fails; see crypto/rand
	return key
}

// generationDigits is how much of an intent's id is the generation.
const generationDigits = 8

// intentID begins with the generation to be spent, so that sealed answers are in order without a clock.
func intentID(generation int) string {
	id := binary.BigEndian.AppendUint32(nil, uint32(generation))
	id = append(id, 0, 0, 0, 0)
	_, _ = rand.Read(id[4:])
	return hex.EncodeToString(id)
}

// generationOf is the generation an intent's id begins with; 0 if it begins with none.
func generationOf(id string) int {
	if len(id) < generationDigits {
		return 0
	}
	n, err := strconv.ParseUint(id[:generationDigits], 16, 32)
	if err != nil {
		return 0
	}
	return int(n)
}

// WithIntent is the record as it is written before the request of an intent is sent. An earlier intent whose answer is missing
// is remembered.
func (r Record) WithIntent(in *Intent) Record {
	if r.spends(r.Intent, in.To) && !r.spends(r.Unanswered, in.To) {
		r.Unanswered = r.Intent
	}
	r.Attempt = r.LastAttempt().Pointer()
	r.SealKey, r.Intent = in.Key, in
	return r
}

// WithoutAnswer is the record after the request of its intent went out and no answer came.
func (r Record) WithoutAnswer(to Target) Record {
	if r.spends(r.Intent, to) && !r.spends(r.Unanswered, to) {
		r.Unanswered = r.Intent
	}
	r.Intent = nil
	return r
}

// spends reports whether an intent is about the refresh token to be sent next; a sign-in spends none.
func (r Record) spends(in *Intent, to Target) bool {
	next := r.TokenToSend(to)
	return in != nil && in.Cause != CauseSignIn && next != "" && in.Fingerprint == next.Fingerprint()
}

// Unresolved is the refresh that leaves open what became of the refresh token to be sent next, and why it does; nil if none
// does. The reason is oauth.ReasonNoAnswer or ReasonUnreadable, or interrupted if nobody lived to see an answer.
func (r Record) Unresolved(to Target, interrupted oauth.Reason) (*Intent, oauth.Reason) {
	if r.spends(r.Intent, to) && !r.spends(r.Unanswered, to) {
		return r.Intent, interrupted
	}
	for _, in := range slices.Backward(r.Unparsed) {
		if r.spends(in, to) {
			return in, oauth.ReasonUnreadable
		}
	}
	if r.spends(r.Unanswered, to) {
		return r.Unanswered, oauth.ReasonNoAnswer
	}
	return nil, ""
}

// HasSent reports whether a refresh token was sent, as far as the record knows, and nothing says what became of it.
func (r Record) HasSent(refresh oauth.Secret) bool {
	fingerprint := refresh.Fingerprint()
	sent := func(in *Intent) bool { return in != nil && in.Cause != CauseSignIn && in.Fingerprint == fingerprint }
	return sent(r.Intent) || sent(r.Unanswered) || slices.ContainsFunc(r.Unparsed, sent)
}

// LostAnswer reports whether an answer was lost that may have held the token after the current one.
func (r Record) LostAnswer() bool {
	lost := func(in *Intent) bool { return in != nil && in.Cause != CauseSignIn && r.succeeds(in) }
	return lost(r.Intent) || lost(r.Unanswered) || slices.ContainsFunc(r.Unparsed, lost)
}

// succeeds reports whether the answer to an intent would be the grant after the record's: the intent spends the current
// refresh token or, of a refresh, the previous one. An answer to an older one is never opened over the record, nor one that another chain had got
// before this one was brought in its place.
func (r Record) succeeds(in *Intent) bool {
	switch {
	case in.Fingerprint == r.Grant.Token.Refresh.Fingerprint():
		return true
	case in.Cause == CauseSignIn, r.Previous == nil, in.Fingerprint != r.Previous.Token.Refresh.Fingerprint():
		return false
	}
	return !r.IsUnproven() || generationOf(in.ID) >= r.Grant.Generation
}

// IsPast reports whether an intent is of a generation before the one that brought the record's grant.
func (r Record) IsPast(in *Intent) bool { return generationOf(in.ID) < r.Grant.Generation-1 }

// Pending are the intents whose answers, if they are sealed, may hold the grant after the record's, the newest first.
func (r Record) Pending() []*Intent {
	var all []*Intent
	if r.Intent != nil && r.succeeds(r.Intent) {
		all = append(all, r.Intent)
	}
	for _, in := range slices.Backward(r.Unparsed) {
		if r.succeeds(in) {
			all = append(all, in)
		}
	}
	return all
}

// WithoutSignIn is the record without the intent of a sign-in that came to nothing.
func (r Record) WithoutSignIn(in *Intent) Record {
	if r.Intent != nil && r.Intent.ID == in.ID {
		r.Intent = nil
	}
	return r
}

// maxUnparsed is how many unreadable answers are kept.
const maxUnparsed = 8

// KeepsUnparsed reports whether the answer of an intent is one of those that could not be read.
func (r Record) KeepsUnparsed(in *Intent) bool {
	return slices.ContainsFunc(r.Unparsed, func(have *Intent) bool { return have.ID == in.ID })
}

// KeepUnparsed is the record with one more unreadable answer, and the intent whose answer had to make room, if any: never the
// first to spend a refresh token, whose answer alone can hold the next one.
func (r Record) KeepUnparsed(in *Intent) (next Record, gone *Intent) {
	if r.KeepsUnparsed(in) {
		return r, nil
	}
	r.Unparsed = append(slices.Clone(r.Unparsed), in)
	if len(r.Unparsed) <= maxUnparsed {
		return r, nil
	}
	for n, later := range r.Unparsed {
		if slices.ContainsFunc(r.Unparsed[:n], func(first *Intent) bool { return first.Fingerprint == later.Fingerprint }) {
			r.Unparsed = slices.Delete(r.Unparsed, n, n+1)
			return r, later
		}
	}
	return r, nil
}
