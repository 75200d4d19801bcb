package journal

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"freshkey/oauth"
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
	CauseBrought   Cause = "brought"  // by a person, in the place of the chain there was
	CauseUnproven  Cause = "unproven" // it was brought, and the provider has not answered it yet
	CauseMoved     Cause = "moved"    // from another computer; of an event alone
)

// IsPersons reports whether a person has brought the generation, and no refresh.
func (c Cause) IsPersons() bool {
	return c == CauseAdded || c == CauseSignIn || c == CauseBrought || c == CauseUnproven
}

// Grant is one generation of a token family.
type Grant struct {
	Token      oauth.Token
	Generation int
	Cause      Cause
	Machine    string // the computer that won it; "" if unknown

	// RefreshedAt is when the answer came, if the access token is an older one: of an answer that broke off only the refresh
	// token counts. Else it is zero.
	RefreshedAt time.Time

	Begun time.Time // when a person last had a part in it: the sign-in, or that it was added; zero in records of version 0.1
}

// Won is when the grant was won.
func (g Grant) Won() time.Time {
	if !g.RefreshedAt.IsZero() {
		return g.RefreshedAt
	}
	return g.Token.Issued
}

// Shifted is the grant with its times moved by d, as after a clock was set.
func (g Grant) Shifted(d time.Duration) Grant {
	g.Token = g.Token.Shifted(d)
	if !g.RefreshedAt.IsZero() {
		g.RefreshedAt = g.RefreshedAt.Add(d)
	}
	if !g.Begun.IsZero() {
		g.Begun = g.Begun.Add(d)
	}
	return g
}

// Target is whom a refresh token was presented to. A verdict holds for its target only.
type Target struct {
	ClientID string `json:"client_id,omitempty"`
	Endpoint string `json:"endpoint,omitempty"` // the token endpoint's address
}

// Refusal is a provider's word that a refresh token is dead. Versions before 0.2 did not write its target down: whoever it was,
// the token is tried once more.
type Refusal struct {
	Fingerprint string
	Target      Target
}

// Attempt is what the last request that failed came to; the zero value if the last one succeeded. It is part of the record
// so that a restart does not shorten a wait.
type Attempt struct {
	Class     oauth.Class  `json:"class"`
	Reason    oauth.Reason `json:"reason"`
	Status    int          `json:"status,omitempty"` // HTTP
	Code      int          `json:"code,omitempty"`   // the provider's, if it is a number
	Word      string       `json:"word,omitempty"`   // and if it is not
	At        time.Time    `json:"at"`
	Failures  int          `json:"failures"`            // in a row, this one included
	Next      time.Time    `json:"next,omitzero"`       // not tried again on schedule before
	NotBefore time.Time    `json:"not_before,omitzero"` // what the provider asked for (Retry-After); no edit and no restart shortens it
	Settings  string       `json:"settings,omitempty"`  // fingerprint of the settings that were refused; "" unless Class is oauth.Misconfigured
}

// Error is the attempt as an error; nil if it did not fail.
func (a Attempt) Error() *oauth.Error {
	if a.Class == "" {
		return nil
	}
	return &oauth.Error{Class: a.Class, Reason: a.Reason, Status: a.Status, Code: cmp.Or(oauth.NumberCode(a.Code), oauth.ErrorCode(a.Word))}
}

// Pointer is the attempt as a record holds it, which most do not need: nil for the zero value.
func (a Attempt) Pointer() *Attempt {
	if a == (Attempt{}) {
		return nil
	}
	return &a
}

// Value is the attempt itself; the zero value for nil.
func (a *Attempt) Value() Attempt {
	if a == nil {
		return Attempt{}
	}
	return *a
}

// Shifted is the attempt with its times moved by d, as after a clock was set.
func (a Attempt) Shifted(d time.Duration) Attempt {
	for _, t := range []*time.Time{&a.At, &a.Next, &a.NotBefore} {
		if !t.IsZero() {
			*t = t.Add(d)
		}
	}
	return a
}

// Record is what the vault holds for one account.
type Record struct {
	ClientSecret oauth.Secret
	Origins      []string // where the secrets may be sent to, as a person has said; none in a record of version 0.1
	SealKey      []byte   `json:"-"` // AES-256 key of the account's sealed answers; it never changes
	Grant        Grant
	Previous     *Grant    // kept until the next generation arrives
	Intent       *Intent   // a refresh or sign-in that may be under way
	Unanswered   *Intent   // an earlier refresh of the current refresh token, whose answer never came
	Unparsed     []*Intent // earlier refreshes whose sealed answers could not be read, oldest first; their seals are kept
	Refusals     []Refusal // of the current refresh token and the previous one
	Spent        Spending  // the refresh tokens that were spent
	Concluded    string    // the id of the last intent of which it is certain that it has spent nothing
	Attempt      *Attempt  // the last request whose outcome is known, if it failed; else nil. Nobody changes what it points to
	Moved        *Move     // the chain has left for another computer
}

// Rotated reports whether the last refresh brought another refresh token.
func (r Record) Rotated() bool {
	switch r.Grant.Cause {
	case CauseAdded, CauseSignIn, CauseUnproven:
		return false
	}
	return r.Previous != nil && r.Previous.Token.Refresh != r.Grant.Token.Refresh
}

// LastAttempt is what the last request came to: that of an intent whose outcome nobody has lived to write down was
// interrupted.
func (r Record) LastAttempt() Attempt {
	if r.Intent != nil && r.Intent.Interrupted.Class != "" {
		return r.Intent.Interrupted
	}
	return r.Attempt.Value()
}

// Possession is what a record knows of a refresh token.
type Possession int

// The possessions, from none to full.
const (
	Unknown Possession = iota // never seen
	UsedUp                    // it was the account's, and is used up
	Current                   // it is the one to spend next
)

// Knows says what the record knows of a refresh token.
func (r *Record) Knows(refresh oauth.Secret) Possession {
	return r.KnowsBy(refresh, refresh.Fingerprint())
}

// KnowsBy is Knows for whoever asks many records of one refresh token, and has worked out its fingerprint.
func (r *Record) KnowsBy(refresh oauth.Secret, fingerprint string) Possession {
	switch {
	case refresh == "":
		return Unknown
	case r.Grant.Token.Refresh == refresh:
		return Current
	case r.Spent.has(fingerprint), r.Previous != nil && r.Previous.Token.Refresh == refresh:
		return UsedUp
	}
	return Unknown
}

// Knows says what a vault's record, as it is stored, knows of a refresh token; Unknown if it is no record.
func Knows(record []byte, refresh oauth.Secret) Possession {
	r, err := Decode(record)
	if err != nil {
		return Unknown
	}
	return r.Knows(refresh)
}

// Candidates are the refresh tokens that may still be sent to a target, in this order: the current one, and the one before
// it, because a provider that lost its own last write still knows that one. What the target has refused is not among them.
func (r Record) Candidates(to Target) []oauth.Secret {
	all := []oauth.Secret{r.Grant.Token.Refresh}
	if r.Previous != nil && r.Previous.Token.Refresh != r.Grant.Token.Refresh {
		all = append(all, r.Previous.Token.Refresh)
	}
	return slices.DeleteFunc(all, func(s oauth.Secret) bool { return s == "" || r.RefusedBy(s.Fingerprint(), to) })
}

// TokenToSend is the first of the candidates; "" if there is none.
func (r Record) TokenToSend(to Target) oauth.Secret {
	if all := r.Candidates(to); len(all) > 0 {
		return all[0]
	}
	return ""
}

// RefusedBy reports whether a target called a refresh token dead.
func (r Record) RefusedBy(fingerprint string, to Target) bool {
	return slices.ContainsFunc(r.Refusals, func(f Refusal) bool {
		return f.Fingerprint == fingerprint && f.Target == to
	})
}

// Overtakes reports whether r is of a later generation than mine, or of the same one and won later by somebody else. An
// older record never overtakes, wherever it comes from.
func (r Record) Overtakes(mine Record) bool {
	if r.Grant.Generation != mine.Grant.Generation {
		return r.Grant.Generation > mine.Grant.Generation
	}
	return r.Grant.Token.Refresh != mine.Grant.Token.Refresh && r.Grant.Token.Issued.After(mine.Grant.Token.Issued)
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
