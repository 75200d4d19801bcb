package journal

import (
	"time"

	"freshkey/oauth"
)

// Bringing is the record with a refresh token that a person has brought as its grant, which is still to be refreshed; openID is whose it is, if that
// was said, and generation a new one. The chain there was stays as the previous generation: the way back, if the provider wants none of what was
// brought. Its access token is served until the provider has answered, but not under the name of whoever may be another person.
func (r Record) Bringing(refresh oauth.Secret, openID string, to Target, generation int, machine string, now time.Time) Record {
	waits := Attempt{NotBefore: r.LastAttempt().NotBefore} // what the provider asked for is kept
	r = r.WithoutAnswer(to).withSent(r.Grant.Token.Refresh)
	switch old := r.Grant; {
	case r.IsUnproven(): // the chain before that is worth more
	case old.Token.Refresh == "":
		r.Previous = nil
	default:
		r.Previous = &old
	}
	t := r.Grant.Token
	if openID != "" && openID != t.OpenID {
		t = oauth.Token{}
	}
	t.Refresh, t.RefreshExpires, t.OpenID, t.UnionID = refresh, time.Time{}, openID, ""
	if t.Access == "" {
		t.Issued = now.Round(0)
	}
	r.Grant = Grant{Token: t, Generation: generation, Cause: CauseUnproven, Machine: machine, Begun: now.Round(0)}
	r.Attempt, r.Moved = waits.Pointer(), nil
	return r
}

// IsUnproven reports whether the grant is a refresh token that a person brought in the place of what there was, and that was not answered yet.
func (r Record) IsUnproven() bool { return r.Grant.Cause == CauseUnproven }

// Accepted reports whether the provider has answered a refresh token that was brought as a generation with the one after it.
func (r Record) Accepted(refresh oauth.Secret, brought int) bool {
	previous := r.Previous != nil && r.Previous.Token.Refresh == refresh
	return r.Grant.Generation > brought && (previous || r.Grant.Token.Refresh == refresh)
}

// withoutBrought is the record with the chain before the one that was brought and refused; there may have been none. It is above both generations,
// because an older record never counts.
func (r Record) withoutBrought() Record {
	if r.Previous == nil {
		return r
	}
	r = r.withSent(r.Grant.Token.Refresh)
	generation := r.Grant.Generation + 1
	r.Grant, r.Previous = *r.Previous, nil
	r.Grant.Generation = generation
	return r
}

// withSent is the record that knows a refresh token as spent, if it was sent and nothing says what became of it.
func (r Record) withSent(refresh oauth.Secret) Record {
	if r.HasSent(refresh) {
		r.Spent = r.Spent.with(refresh.Fingerprint())
	}
	return r
}

// Shifted is the record with the times of its grant and its last attempt moved by d, as after a clock was set.
func (r Record) Shifted(d time.Duration) Record {
	r.Grant, r.Attempt = r.Grant.Shifted(d), r.Attempt.Value().Shifted(d).Pointer()
	return r
}

// After is the record that there was before a refresh token was brought, once more, above the record that has come of that: the token did not become
// the account's.
func (r Record) After(failed Record, to Target) Record {
	attempt := r.LastAttempt()
	if asked := failed.LastAttempt().NotBefore; asked.After(attempt.NotBefore) { // no edit shortens it
		attempt.NotBefore = asked
	}
	r = r.WithoutAnswer(to)
	if r.Grant.Generation > 0 { // else nobody has signed in yet
		r.Grant.Generation = failed.Grant.Generation + 1
	}
	r.Attempt, r.SealKey, r.Concluded = attempt.Pointer(), failed.SealKey, failed.Concluded
	return r
}
