package oauth

import (
	"encoding/json"
	"slices"
	"time"
)

// Rotation is what a refresh does to the refresh token.
type Rotation string

// The rotations.
const (
	RotatesAlways    Rotation = "always"    // it is spent, and the answer brings the next one; the default
	RotatesNever     Rotation = "never"     // it stays as it is, so an answer that is lost costs nothing
	RotatesSometimes Rotation = "sometimes" // either; a lost answer is as bad as with always
)

// Rotations are all of them.
func Rotations() []Rotation { return []Rotation{RotatesAlways, RotatesNever, RotatesSometimes} }

// Seconds is a length of time that a provider file writes in whole seconds.
type Seconds time.Duration

// longestSeconds is a hundred years: more is a mistake.
const longestSeconds = 100 * 365 * 24 * 60 * 60

// MarshalJSON writes whole seconds.
func (s Seconds) MarshalJSON() ([]byte, error) {
	return json.Marshal(int64(time.Duration(s).Seconds()))
}

// UnmarshalJSON reads whole seconds, up to a hundred years.
func (s *Seconds) UnmarshalJSON(data []byte) error {
	var n int64
	if err := json.Unmarshal(data, &n); err != nil || n < 0 || n > longestSeconds {
		return &FieldError{Field: "seconds", Code: FieldNotSeconds}
	}
	*s = Seconds(time.Duration(n) * time.Second)
	return nil
}

// RefreshLifetime is how long a chain goes on without a person; zero for what is not known.
type RefreshLifetime struct {
	Idle     Seconds `json:"idle,omitempty"`     // a refresh token that nobody uses, from its issue
	Absolute Seconds `json:"absolute,omitempty"` // all of the chain, from the sign-in
}

// TokenEnds is when the refresh token of t ends unless it is used: as the answer said, else as the provider file says of all of them. The
// zero time if neither does.
func (l RefreshLifetime) TokenEnds(t Token) time.Time {
	switch {
	case t.Refresh == "":
		return time.Time{}
	case !t.RefreshExpires.IsZero():
		return t.RefreshExpires
	case l.Idle > 0:
		return t.Issued.Add(time.Duration(l.Idle))
	}
	return time.Time{}
}

// ChainEnds is when a chain ends that a sign-in began then, whatever is refreshed meanwhile. The zero time if that is not known.
func (l RefreshLifetime) ChainEnds(begun time.Time) time.Time {
	if l.Absolute == 0 || begun.IsZero() {
		return time.Time{}
	}
	return begun.Add(time.Duration(l.Absolute))
}

// validateChain reports what of the provider's rotation cannot be used, as a *FieldError.
func (p Provider) validateChain() error {
	if !slices.Contains(Rotations(), p.Rotation) {
		return &FieldError{"rotation", FieldNotOffered, string(p.Rotation)}
	}
	return nil
}
