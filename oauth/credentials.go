package oauth

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strconv"
	"strings"
	"time"
)

// Credentials is what a person hands over to add an account.
type Credentials struct {
	ClientID     string
	ClientSecret Secret
	RedirectURI  string
	Token        Token // at least a refresh token
}

// ParseCredentials reads what was pasted or piped in: {"client_secret", "refresh_token"}, and if they are there client_id,
// redirect_uri and the fields of a whole token answer, with or without the provider's prefix, and by its names. Times are counted from now
// unless expires_at (RFC 3339) says when. The error is a *FieldError that quotes nothing of what was read; if only the refresh
// token is missing, the rest is returned with it.
func ParseCredentials(p Provider, data []byte, now time.Time) (Credentials, error) {
	body := bytes.TrimSpace(bytes.TrimPrefix(bytes.TrimSpace(data), []byte("\ufeff")))
	body = bytes.TrimSpace(bytes.TrimPrefix(body, []byte(p.Prefix)))
	fields, err := pastedFields(p, body)
	if err != nil {
		return Credentials{}, err
	}
	if code := fields["error"]; code != "" && code != "0" && fields["refresh_token"] == "" {
		return Credentials{}, &FieldError{"error", FieldProviderError, printable(code)}
	}
	if seconds, given := fields["expires_in"]; given {
		if n, err := strconv.ParseFloat(seconds, 64); err != nil || !(n >= 1) {
			return Credentials{}, &FieldError{Field: "expires_in", Code: FieldNotSeconds}
		}
	}
	c := Credentials{ClientID: fields["client_id"], ClientSecret: Secret(fields["client_secret"]), RedirectURI: fields["redirect_uri"]}
	token, err := ReadAnswer(Provider{Names: p.Names}, 200, body, now)
	if err != nil || token.Refresh == "" {
		return c, &FieldError{Field: "refresh_token", Code: FieldMissing}
	}
	if text, given := fields["expires_at"]; given && token.Access != "" {
		at, err := time.Parse(time.RFC3339, text)
		if err != nil {
			return Credentials{}, &FieldError{Field: "expires_at", Code: FieldNotTime}
		}
		token.Expires = at.Round(0)
	}
	c.Token = token
	return c, nil
}

// pastedFields are the text and number fields of a JSON object, their names trimmed.
func pastedFields(p Provider, body []byte) (map[string]string, error) {
	dec := json.NewDecoder(bytes.NewReader(body))
	var raw map[string]json.RawMessage
	if err := dec.Decode(&raw); err != nil || raw == nil {
		return nil, &FieldError{Field: "input", Code: FieldNotJSON}
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return nil, &FieldError{Field: "input", Code: FieldTrailing}
	}
	fields := map[string]string{}
	for name, value := range raw {
		name = p.Names.standard(strings.TrimSpace(name))
		text, ok := scalar(value)
		if !ok && knownField(name) {
			return nil, &FieldError{Field: name, Code: FieldNotScalar}
		}
		fields[name] = text
	}
	return fields, nil
}

func knownField(name string) bool {
	switch name {
	case "client_id", "client_secret", "redirect_uri", "access_token", "refresh_token", "expires_in", "expires_at", "mac_key",
		"mac_algorithm", "token_type", "error":
		return true
	}
	return false
}

// printable keeps an error code to what a code can be, since it is shown.
func printable(code string) string {
	if len(code) > 40 {
		code = code[:40]
	}
	return strings.Map(func(r rune) rune {
		if r < ' ' || r > '~' {
			return -1
		}
		return r
	}, code)
}
