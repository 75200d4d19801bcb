package oauth

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// Credentials is what a person hands over to add an account.
type Credentials struct {
	ClientID     string
	ClientSecret Secret
	RedirectURI  string
	Token        Token // at least a refresh token
}

// ParseCredentials reads what was pasted or piped in: {"client_secret", "refresh_token"}, and if they are there client_id,
// redirect_uri and the fields of a whole token answer, with or without the provider's prefix. Times are counted from now
// unless expires_at (RFC 3339) says when. The error is a *FieldError that quotes nothing of what was read; if only the refresh
// token is missing, the rest is returned with it.
func ParseCredentials(prefix string, data []byte, now time.Time) (Credentials, error) {
	body := bytes.TrimSpace(bytes.TrimPrefix(bytes.TrimSpace(data), []byte("\ufeff")))
	body = bytes.TrimSpace(bytes.TrimPrefix(body, []byte(prefix)))
	dec := json.NewDecoder(bytes.NewReader(body))
	var raw map[string]json.RawMessage
	if err := dec.Decode(&raw); err != nil || raw == nil {
		return Credentials{}, &FieldError{Field: "input", Flaw: FlawNotJSON}
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return Credentials{}, &FieldError{Field: "input", Flaw: FlawTrailing}
	}
	fields := map[string]string{}
	for name, value := range raw {
		name = strings.TrimSpace(name)
		text, ok := scalar(value)
		if !ok && knownField(name) {
			return Credentials{}, &FieldError{Field: name, Flaw: FlawNotScalar}
		}
		fields[name] = text
	}
	if code := fields["error"]; code != "" && code != "0" && fields["refresh_token"] == "" {
		return Credentials{}, &FieldError{"error", FlawProviderError, printable(code)}
	}
	if seconds, given := fields["expires_in"]; given {
		if n, err := strconv.ParseFloat(seconds, 64); err != nil || !(n >= 1) {
			return Credentials{}, &FieldError{Field: "expires_in", Flaw: FlawNotSeconds}
		}
	}
	c := Credentials{ClientID: fields["client_id"], ClientSecret: Secret(fields["client_secret"]), RedirectURI: fields["redirect_uri"]}
	token, err := ReadAnswer(Provider{}, 200, body, now)
	if err != nil || token.Refresh == "" {
		return c, &FieldError{Field: "refresh_token", Flaw: FlawMissing}
	}
	if text, given := fields["expires_at"]; given && token.Access != "" {
		at, err := time.Parse(time.RFC3339, text)
		if err != nil {
			return Credentials{}, &FieldError{Field: "expires_at", Flaw: FlawNotTime}
		}
		token.Expires = at.Round(0)
	}
	c.Token = token
	return c, nil
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

// CheckAccount tells whether an account's settings can be used. The error is a *FieldError.
func CheckAccount(a Account) error {
	switch {
	case strings.TrimSpace(a.Name) == "":
		return &FieldError{Field: "name", Flaw: FlawMissing}
	case utf8.RuneCountInString(a.Name) > 80 || strings.ContainsAny(a.Name, "/\\") || strings.ContainsFunc(a.Name, unicode.IsControl) ||
		a.Name != strings.TrimSpace(a.Name) || strings.Trim(a.Name, ".") == "":
		return &FieldError{Field: "name", Flaw: FlawNotName}
	case a.ClientID == "":
		return &FieldError{Field: "client_id", Flaw: FlawMissing}
	case strings.ContainsAny(a.ClientID, " \t\r\n"):
		return &FieldError{Field: "client_id", Flaw: FlawBlanks}
	case a.RedirectURI == "":
		return &FieldError{Field: "redirect_uri", Flaw: FlawMissing}
	}
	if !strings.Contains(a.RedirectURI, "://") || strings.ContainsAny(a.RedirectURI, " \t\r\n") {
		return &FieldError{Field: "redirect_uri", Flaw: FlawNotAddress}
	}
	_, err := a.Provider.Resolve()
	return err
}
