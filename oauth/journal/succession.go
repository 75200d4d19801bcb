package journal

import (
	"cmp"
	"slices"
	"time"

	"freshkey/oauth"
)

// First is the record of a new account. Without a refresh token it is to be won by a sign-in.
func First(clientSecret oauth.Secret, t oauth.Token, machine string) Record {
	r := Record{ClientSecret: clientSecret, SealKey: newSealKey()}
	if t.Refresh != "" {
		r.Grant = Grant{Token: t, Generation: 1, Cause: CauseAdded, Machine: machine, Begun: t.Issued}
	}
	return r
}

// Next is the record after the provider answered the intent of a refresh with t: one generation on, the last one kept,
// nothing under way, nothing in doubt.
func (r Record) Next(t oauth.Token, in *Intent, machine string) Record {
	previous, old := r.spent(in), r.Grant.Token
	switch {
	case r.IsUnproven(): // of two chains, the one that is spent
		old = previous.Token
	case in.Fingerprint != previous.Token.Refresh.Fingerprint(): // generations were forgotten, and what came between may be another person's
		old = oauth.Token{}
	}
	var refreshed time.Time
	if t.Access == "" { // only the refresh token could be read; the old access token works until its expiry
		refresh := t.Refresh
		ends := t.RefreshExpires
		refreshed, t = t.Issued, old
		t.Refresh, t.RefreshExpires = refresh, ends
	}
	spent := r.Spent
	if t.Refresh == "" { // the provider did not rotate
		t.Refresh = previous.Token.Refresh
		if t.RefreshExpires.IsZero() {
			t.RefreshExpires = previous.Token.RefreshExpires
		}
	} else {
		if !r.IsUnproven() || r.HasSent(r.Grant.Token.Refresh) {
			spent = spent.with(r.Grant.Token.Refresh.Fingerprint()) // where they differ, the current one was refused
		}
		spent = spent.with(in.Fingerprint)
	}
	t.OpenID, t.UnionID = cmp.Or(t.OpenID, old.OpenID), cmp.Or(t.UnionID, old.UnionID)
	return Record{
		ClientSecret: r.ClientSecret, Origins: r.Origins, SealKey: r.SealKey, Spent: spent, Previous: &previous,
		Grant: Grant{Token: t, Generation: r.following(in), Cause: in.Cause, Machine: machine, RefreshedAt: refreshed, Begun: previous.Begun},
	}
}

// SignedIn is the record after a sign-in brought t. The grant before it stays as the previous one, unless it is dead or
// may be another person's; what was spent or refused of it stays known.
func (r Record) SignedIn(t oauth.Token, in *Intent, machine string) Record {
	next := Record{
		ClientSecret: r.ClientSecret, Origins: r.Origins, SealKey: r.SealKey, Spent: r.Spent,
		Grant: Grant{Token: t, Generation: r.following(in), Cause: CauseSignIn, Machine: machine, Begun: t.Issued},
	}
	for _, refused := range r.Refusals { // the previous grant's is no way back any more, whoever pastes it
		if refused.Target == in.To {
			next.Spent = next.Spent.with(refused.Fingerprint)
		}
	}
	current := r.Grant.Token.Refresh
	switch dead := r.RefusedBy(current.Fingerprint(), in.To) || r.LostAnswer(); {
	case current == "":
	case dead:
		next.Spent = next.Spent.with(current.Fingerprint())
	case r.Replaces(t, in.To) == SamePerson:
		previous := r.Grant
		next.Previous = &previous
	}
	return next
}

// Skipping is a record that follows r by an answer several generations later: nothing r holds can be spent any more, and of what
// came between only fingerprints are known.
func (r Record) Skipping(later Record, between []string) Record {
	later.Previous = nil
	return later.Knowing(append(between, r.Grant.Token.Refresh.Fingerprint()))
}

// Knowing is the record that remembers more refresh tokens that were spent, by their fingerprints; never its own.
func (r Record) Knowing(spent []string) Record {
	for _, fingerprint := range spent {
		if fingerprint != r.Grant.Token.Refresh.Fingerprint() && !r.Spent.has(fingerprint) {
			r.Spent = r.Spent.with(fingerprint)
		}
	}
	return r
}

// following is the generation that comes of an intent. It is above the record's, and above that of any answer that was
// sealed before: else the archive would throw the newest answers away first.
func (r Record) following(in *Intent) int {
	return max(r.Grant.Generation, generationOf(in.ID)) + 1
}

// spent is the grant whose refresh token an intent spends. The one that was refused meanwhile is no way back.
func (r Record) spent(in *Intent) Grant {
	if r.Previous != nil && in.Fingerprint == r.Previous.Token.Refresh.Fingerprint() {
		return *r.Previous
	}
	return r.Grant
}

// Refuse is the record after the refresh token of an intent was called dead. One that was brought takes the chain before it back.
func (r Record) Refuse(in *Intent) Record {
	r.Refusals = append(slices.Clone(r.Refusals), Refusal{in.Fingerprint, in.To})
	if r.IsUnproven() && in.Fingerprint == r.Grant.Token.Refresh.Fingerprint() {
		return r.withoutBrought()
	}
	return r
}

// Replaces says what a sign-in's token would do to the person whose grant the record holds.
type Replaces int

// What a sign-in may do.
const (
	SamePerson    Replaces = iota // nobody is replaced
	OtherPerson                   // somebody else takes the account over
	UnknownPerson                 // one of the two does not say who it is
)

// Replaces compares the persons of the record's grant and of a sign-in's token. A grant that is dead and nameless is nobody's
// any more, and two whole answers that do not say whose they are come from a provider that names nobody.
func (r Record) Replaces(t oauth.Token, to Target) Replaces {
	had, got := r.Grant.Token.OpenID, t.OpenID
	switch {
	case had == "" && r.TokenToSend(to) == "":
		return SamePerson
	case had == got && (had != "" || t.Access != ""):
		return SamePerson
	case had == "", got == "":
		return UnknownPerson
	}
	return OtherPerson
}
