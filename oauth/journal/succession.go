package journal

import (
	"cmp"
	"slices"

	"freshkey/oauth"
)

// First is the record of a new account. Without a refresh token it is to be won by a sign-in.
func First(clientSecret oauth.Secret, t oauth.Token, machine string) Record {
	r := Record{ClientSecret: clientSecret, SealKey: newSealKey()}
	if t.Refresh != "" {
		r.Grant = Grant{Token: t, Generation: 1, Cause: CauseAdded, Machine: machine}
	}
	return r
}

// Next is the record after the provider answered the intent of a refresh with t: one generation on, the last one kept,
// nothing under way, nothing in doubt.
func (r Record) Next(t oauth.Token, in *Intent, machine string) Record {
	previous, old := r.Grant, r.Grant.Token
	if t.Access == "" { // only the refresh token could be read; the old access token works until its expiry
		refresh := t.Refresh
		t = old
		t.Refresh = refresh
	}
	spent := r.Spent
	if t.Refresh == "" { // the provider did not rotate
		t.Refresh = r.bySpending(in)
	} else {
		spent = spent.with(in.Fingerprint)
	}
	t.OpenID, t.UnionID = cmp.Or(t.OpenID, old.OpenID), cmp.Or(t.UnionID, old.UnionID)
	return Record{
		ClientSecret: r.ClientSecret, SealKey: r.SealKey, Spent: spent, Previous: &previous,
		Grant: Grant{Token: t, Generation: r.following(in), Cause: in.Cause, Machine: machine},
	}
}

// SignedIn is the record after a sign-in brought t. The grant before it stays as the previous one, unless it is dead or
// may be another person's.
func (r Record) SignedIn(t oauth.Token, in *Intent, machine string) Record {
	next := Record{
		ClientSecret: r.ClientSecret, SealKey: r.SealKey, Spent: r.Spent,
		Grant: Grant{Token: t, Generation: r.following(in), Cause: CauseSignIn, Machine: machine},
	}
	if r.Grant.Token.Refresh != "" && r.Grant.Token.OpenID == t.OpenID && !r.EverRefused() {
		previous := r.Grant
		next.Previous = &previous
	}
	return next
}

// following is the generation that comes of an intent. It is above the record's, and above that of any answer that was
// sealed before: else the archive would throw the newest answers away first.
func (r Record) following(in *Intent) int {
	return max(r.Grant.Generation, generationOf(in.ID)) + 1
}

// bySpending is the refresh token that an intent spends.
func (r Record) bySpending(in *Intent) oauth.Secret {
	if r.Previous != nil && in.Fingerprint == r.Previous.Token.Refresh.Fingerprint() {
		return r.Previous.Token.Refresh
	}
	return r.Grant.Token.Refresh
}

// Refuse is the record after a target called the refresh token of an intent dead.
func (r Record) Refuse(in *Intent, by Target) Record {
	r.Refusals = append(slices.Clone(r.Refusals), Refusal{in.Fingerprint, by})
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
// any more, and two that never say whose they are belong to a provider that names nobody.
func (r Record) Replaces(t oauth.Token) Replaces {
	had, got := r.Grant.Token.OpenID, t.OpenID
	switch {
	case had == got, r.Grant.Token.Refresh == "" && had == "":
		return SamePerson
	case had == "" && r.EverRefused():
		return SamePerson
	case had == "", got == "":
		return UnknownPerson
	}
	return OtherPerson
}
