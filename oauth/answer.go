package oauth

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// Lifetimes outside these are taken for a mistake of the provider's and brought inside.
const (
	assumedLifetime = time.Hour                 // when an answer names none
	longestLifetime = 20 * 365 * 24 * time.Hour // the longest ever documented is ten years
)

// answer is the fields of a token endpoint's body, whatever its condition.
type answer struct {
	fields          map[string]string // strings and numbers, names and values trimmed
	badRefreshToken bool              // the refresh token is in a form that is not known
	whole           bool              // the body was one complete JSON object
}

// ReadAnswer turns the body of a token endpoint into a Token, or into the *Error it amounts to for a refresh. It is pure.
// The prefix is stripped if it is there, numbers may be strings, names and values may carry stray blanks. A body that
// breaks off after its refresh token still yields that token: it is the only copy there will ever be.
func ReadAnswer(p Provider, status int, body []byte, now time.Time) (Token, error) {
	a := parseAnswer(p, body)
	if a.badRefreshToken {
		return Token{}, unreadable(status)
	}
	if a.fields["access_token"] == "" && a.fields["refresh_token"] == "" {
		if code, ok := a.fields["error"]; ok && code != "0" && code != "" {
			return Token{}, classify(p, status, code)
		}
		return Token{}, unreadable(status)
	}
	if !a.whole {
		if a.fields["refresh_token"] == "" {
			return Token{}, unreadable(status)
		}
		return Token{Refresh: Secret(a.fields["refresh_token"]), Issued: now.Round(0)}.Salvaged(), nil
	}
	t := Token{
		Access:       Secret(a.fields["access_token"]),
		Refresh:      Secret(a.fields["refresh_token"]),
		MACKey:       Secret(a.fields["mac_key"]),
		Type:         Printable(strings.ToLower(a.fields["token_type"])),
		MACAlgorithm: Printable(algorithm(a.fields["mac_algorithm"])),
		Scope:        Printable(a.fields["scope"]),
		OpenID:       Printable(firstOf(a.fields, "openId", "openid", "open_id")),
		UnionID:      Printable(firstOf(a.fields, "union_id", "unionId")),
		Issued:       now.Round(0),
	}
	if t.Access != "" {
		t.Expires = t.Issued.Add(lifetime(a.fields["expires_in"], assumedLifetime))
	}
	if life := lifetime(a.fields["refresh_token_expires_in"], 0); life > 0 {
		t.RefreshExpires = t.Issued.Add(life)
	}
	return t, nil
}

// parseAnswer walks the body token by token, so that whatever stands before a break is still read.
func parseAnswer(p Provider, body []byte) answer {
	a := answer{fields: map[string]string{}}
	body = bytes.TrimSpace(bytes.TrimPrefix(bytes.TrimSpace(body), []byte("\ufeff")))
	if p.Prefix != "" {
		body = bytes.TrimSpace(bytes.TrimPrefix(body, []byte(p.Prefix)))
	}
	dec := json.NewDecoder(bytes.NewReader(body))
	dec.UseNumber()
	if open, err := dec.Token(); err != nil || open != json.Delim('{') {
		return a
	}
	for dec.More() {
		name, err := dec.Token()
		if err != nil {
			return a
		}
		key, ok := name.(string)
		if !ok {
			return a
		}
		var value json.RawMessage
		if err := dec.Decode(&value); err != nil {
			return a
		}
		if text, ok := scalar(value); ok && !(isNumber(value) && int(dec.InputOffset()) >= len(body)) {
			a.fields[p.Names.standard(strings.TrimSpace(key))] = text // a number at the very end of a broken body may lack digits
		} else if !ok && p.Names.standard(strings.TrimSpace(key)) == "refresh_token" && string(value) != "null" {
			a.badRefreshToken = true
		}
	}
	if _, err := dec.Token(); err == nil {
		a.whole = !dec.More()
	}
	return a
}

func isNumber(raw json.RawMessage) bool { return len(raw) > 0 && raw[0] != '"' }

// scalar accepts strings and numbers; anything else is a field of the wrong type and counts as absent.
func scalar(raw json.RawMessage) (string, bool) {
	var text string
	if json.Unmarshal(raw, &text) == nil && raw[0] == '"' {
		return strings.TrimSpace(text), true
	}
	var number json.Number
	if json.Unmarshal(raw, &number) == nil && raw[0] != '"' && number != "" {
		return number.String(), true
	}
	return "", false
}

// scalars are the fields of an object that scalar accepts.
func scalars(fields map[string]json.RawMessage) map[string]string {
	all := map[string]string{}
	for name, value := range fields {
		if text, ok := scalar(value); ok {
			all[name] = text
		}
	}
	return all
}

// lifetime reads a number of seconds, which is assumed if it is none.
func lifetime(text string, assumed time.Duration) time.Duration {
	seconds, err := strconv.ParseFloat(text, 64)
	if err != nil || !(seconds >= 1) {
		return assumed
	}
	if seconds > longestLifetime.Seconds() {
		return longestLifetime
	}
	return time.Duration(seconds) * time.Second
}

func algorithm(name string) string {
	if strings.EqualFold(name, "hmacsha1") || strings.EqualFold(name, "hmac-sha-1") {
		return "HmacSHA1"
	}
	return name
}

func firstOf(fields map[string]string, names ...string) string {
	for _, name := range names {
		if v := fields[name]; v != "" {
			return v
		}
	}
	return ""
}

// classify decides what an error means. The text beside it is never looked at: it may be in any language. What is none of the provider's own
// may be a gateway's.
func classify(p Provider, status int, text string) *Error {
	code := ParseErrorCode(text)
	if _, own := p.Codes[code]; code == "" || (!own && ambiguousStatus(status)) {
		return refusal(status)
	}
	e := &Error{Class: p.Codes[code], Status: status, Code: code}
	switch e.Class {
	case Dead:
		e.Reason = ReasonRefused
	case Misconfigured:
		e.Reason = ReasonSettings
	case Uncertain:
		e.Reason = ReasonUnreadable
	default:
		e.Class, e.Reason = Transient, serverReason(status)
	}
	return e
}

// unreadable is an answer in no known form. With a status of success it may be the new grant, mangled; with a gateway's,
// the new grant may have got no further than there.
func unreadable(status int) *Error {
	if status >= 200 && status < 300 {
		return &Error{Class: Uncertain, Reason: ReasonUnreadable, Status: status}
	}
	return refusal(status)
}

func refusal(status int) *Error {
	if ambiguousStatus(status) {
		return &Error{Class: Uncertain, Reason: ReasonServer, Status: status}
	}
	return &Error{Class: Transient, Reason: serverReason(status), Status: status}
}

// ambiguousStatus reports whether what stands behind a gateway that answers so may have done its work.
func ambiguousStatus(status int) bool {
	return status == http.StatusRequestTimeout || (status >= 500 && status != http.StatusServiceUnavailable)
}

func serverReason(status int) Reason {
	if status == 429 {
		return ReasonRateLimited
	}
	return ReasonServer
}
