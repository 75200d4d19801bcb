package oauth

import (
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// Account is an account's settings, as config.json holds them. Its secrets are in the keychain.
type Account struct {
	ID          string   `json:"id"`
	Name        string   `json:"name"`
	Provider    Provider `json:"provider"` // as configured; Resolve fills it
	ClientID    string   `json:"client_id"`
	RedirectURI string   `json:"redirect_uri"`

	HeldUntil time.Time `json:"held_until,omitzero"` // no refresh before, while the access token lives
	Ask       bool      `json:"ask,omitempty"`       // a person is asked before a program gets a token
	Device    bool      `json:"device,omitempty"`    // its person signs in on another device
}

// CheckAccount reports what keeps an account's settings from being used, as a *FieldError; nil if nothing does.
func CheckAccount(a Account) error {
	switch {
	case strings.TrimSpace(a.Name) == "":
		return &FieldError{Field: "name", Code: FieldMissing}
	case !nameCanBeUsed(a.Name):
		return &FieldError{Field: "name", Code: FieldNotName}
	case a.ClientID == "":
		return &FieldError{Field: "client_id", Code: FieldMissing}
	case strings.ContainsAny(a.ClientID, " \t\r\n"):
		return &FieldError{Field: "client_id", Code: FieldBlanks}
	}
	p, err := a.Provider.Resolve()
	switch {
	case a.RedirectURI == "" && (err != nil || (p.NeedsRedirectURI() && !(a.Device && p.DeviceURL != ""))):
		return &FieldError{Field: "redirect_uri", Code: FieldMissing}
	case a.RedirectURI != "" && !isRedirectURI(a.RedirectURI):
		return &FieldError{Field: "redirect_uri", Code: FieldNotAddress}
	}
	return err
}

// isRedirectURI accepts any scheme: some apps have one of their own.
func isRedirectURI(uri string) bool {
	return strings.Contains(uri, "://") && !strings.ContainsAny(uri, " \t\r\n")
}

// CheckName reports what keeps a name from being given to an account, as a *FieldError, beside what CheckAccount asks for: accounts of
// earlier versions keep the names they have.
func CheckName(name string) error {
	switch {
	case name == "":
		return &FieldError{Field: "name", Code: FieldMissing}
	case strings.ContainsFunc(name, hidden), !nameCanBeUsed(name):
		return &FieldError{Field: "name", Code: FieldNotName}
	}
	return nil
}

// nameCanBeUsed reports whether a name fits a list, a command line and a file name.
func nameCanBeUsed(name string) bool {
	return utf8.RuneCountInString(name) <= 80 && !strings.ContainsAny(name, "/\\") && !strings.ContainsFunc(name, unicode.IsControl) &&
		name == strings.TrimSpace(name) && strings.Trim(name, ".") != ""
}
