package oauth

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"log/slog"
	"time"
)

// Secret is a string that shows itself only to those who call Reveal: fmt, encoding/json and log/slog print a mask.
type Secret string

const mask = "[hidden]"

// Reveal returns the secret itself. Each caller is a place to look at when secrets leak.
func (s Secret) Reveal() string { return string(s) }

// Format masks the secret for every verb, wrong ones included: %d on a plain Stringer would print it.
func (Secret) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, mask) }

// String returns the mask.
func (Secret) String() string { return mask }

// MarshalJSON writes the mask.
func (Secret) MarshalJSON() ([]byte, error) { return []byte(`"` + mask + `"`), nil }

// LogValue masks the secret in structured logs.
func (Secret) LogValue() slog.Value { return slog.StringValue(mask) }

// Fingerprint names a secret without giving it away: the first 8 hex digits of its SHA-256, or "" for an empty one.
func (s Secret) Fingerprint() string {
	if s == "" {
		return ""
	}
	sum := sha256.Sum256([]byte(s))
	return hex.EncodeToString(sum[:4])
}

// Token is one answer of a token endpoint: the access token, what belongs to it, and the next refresh token.
type Token struct {
	Access       Secret
	Refresh      Secret
	MACKey       Secret
	Type         string // "mac" or "bearer", as the provider spells it
	MACAlgorithm string // "HmacSHA1"; empty unless Type is mac
	Scope        string // ids separated by blanks
	OpenID       string
	UnionID      string
	Issued       time.Time // wall clock, no monotonic part
	Expires      time.Time // wall clock; the zero time if there is no access token

	RefreshExpires time.Time // of the refresh token, unless it is used; the zero time if the answer did not say
}

// Lifetime is how long the access token lives from issue to expiry; 0 if it has none.
func (t Token) Lifetime() time.Duration {
	if t.Expires.IsZero() || t.Issued.IsZero() {
		return 0
	}
	return t.Expires.Sub(t.Issued)
}

// futureTolerance is how far two clocks may be apart.
const futureTolerance = 5 * time.Minute

// ByWrongClock reports whether the token was issued in the future, by a clock that was wrong: nobody knows when it expires.
func (t Token) ByWrongClock(now time.Time) bool { return t.Issued.After(now.Add(futureTolerance)) }

// ValidFor is how long the access token still works at now: never negative, and never longer than it lives.
func (t Token) ValidFor(now time.Time) time.Duration {
	left := t.Expires.Sub(now.Round(0))
	switch life := t.Lifetime(); {
	case t.Access == "":
		return 0
	case life > 0:
		left = min(left, life)
	}
	return max(0, left)
}

// Shifted is the token with its times moved by d, as after a clock was set.
func (t Token) Shifted(d time.Duration) Token {
	t.Issued = t.Issued.Add(d)
	if !t.Expires.IsZero() {
		t.Expires = t.Expires.Add(d)
	}
	if !t.RefreshExpires.IsZero() {
		t.RefreshExpires = t.RefreshExpires.Add(d)
	}
	return t
}

// Salvaged is what counts of an answer that broke off or was cut off behind its refresh token: that token alone. The access
// token may lack what belongs to it, and the next refresh brings it all.
func (t Token) Salvaged() Token { return Token{Refresh: t.Refresh, Issued: t.Issued} }

// Format prints what may be known of a token, for every verb: the fingerprint of its refresh token.
func (t Token) Format(f fmt.State, _ rune) {
	_, _ = fmt.Fprintf(f, "token of refresh token #%s", t.Refresh.Fingerprint())
}
