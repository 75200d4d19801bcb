package journal

import (
	"slices"
	"time"

	"freshkey/oauth"
)

// Bringing is the record with a refresh token that a person has brought as its grant, which is still to be refreshed; openID is whose it is, if that
// was said, and generation a new one. The chain there was stays as the previous generation: the way back, if the provider wants none of what was brought.
func (r Record) Bringing(refresh oauth.Secret, openID string, to Target, generation int, machine string, now time.Time) Record {
	r = r.WithoutAnswer(to)
	switch old := r.Grant; {
	case r.IsBrought(): // the chain before that is worth more
		if r.HasSent(old.Token.Refresh) {
			r.Spent = r.Spent.with(old.Token.Refresh.Fingerprint())
		}
	case old.Token.Refresh == "":
		r.Previous = nil
	default:
		r.Previous = &old
		r.Spent = r.Spent.with(old.Token.Refresh.Fingerprint())
	}
	r.Grant = Grant{
		Token: oauth.Token{Refresh: refresh, OpenID: openID, Issued: now.Round(0)}, Generation: generation, Cause: CauseAdded, Machine: machine, Begun: now.Round(0),
	}
	r.Attempt, r.Moved = nil, nil
	return r
}

// IsBrought reports whether the grant is a refresh token that a person brought in the place of another chain, and that is not refreshed yet.
func (r Record) IsBrought() bool { return r.Grant.Cause == CauseAdded && r.Previous != nil }

// PutBack is the record that there was before a refresh token was brought, which did not become the account's: r is what came of that. It is above
// both, because an older record never counts. What was refused stays known.
func (r Record) PutBack(before Record) Record {
	brought := r.Grant.Token.Refresh.Fingerprint()
	if slices.ContainsFunc(r.Refusals, func(f Refusal) bool { return f.Fingerprint == brought }) {
		before.Spent = before.Spent.with(brought)
	}
	if before.Grant.Generation > 0 { // else nobody has signed in yet
		before.Grant.Generation = r.Grant.Generation + 1
	}
	attempt := before.LastAttempt()
	if asked := r.LastAttempt().NotBefore; asked.After(attempt.NotBefore) { // no edit shortens it
		attempt.NotBefore = asked
	}
	before.Attempt, before.SealKey, before.Concluded = attempt.Pointer(), r.SealKey, r.Concluded
	return before
}
