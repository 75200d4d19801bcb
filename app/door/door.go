// Package door lets programs that speak only HTTP (Postman, JMeter, a page in the browser) ask for tokens, at a port of this
// computer. Each has a key of its own, which opens some accounts, in some forms. There is no port while there is no key.
package door

import (
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"net/url"
	"slices"
	"strings"
	"time"

	"freshkey/app/api"
)

// Key is what is kept of a key: whom it is for, and the sum that tells it from others. It is in config.json, and is no secret.
type Key struct {
	Name      string     `json:"name"`
	SHA256    string     `json:"sha256"`   // of the key, in hex digits
	Accounts  []string   `json:"accounts"` // their ids
	Forms     []api.Form `json:"forms"`
	Origins   []string   `json:"origins,omitempty"` // of pages that may ask with it
	CreatedAt time.Time  `json:"created_at"`
}

// Forms are what a key can be for: the token, its MAC key, and headers that are signed for one request each. A header holds the access token; a bearer
// token's is nothing else, and takes a key that is for both.
func Forms() []api.Form { return []api.Form{api.FormAccessToken, api.FormMACKey, api.FormHeader} }

// NewSecret is a key that nobody can guess.
func NewSecret() string {
	noise := make([]byte, 32)
	_, _ = rand.Read(noise) // never fails
	return "fkd_" + base64.RawURLEncoding.EncodeToString(noise)
}

// Sum is what is kept of a key. It is long and random, so that one plain sum is enough.
func Sum(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:])
}

// Check reports what makes a key unusable. It is called for those that a person may have edited.
func (k Key) Check() error {
	sum, err := hex.DecodeString(k.SHA256)
	switch {
	case k.Name == "" || err != nil || len(sum) != sha256.Size:
		return errors.New("a key of the door without a name or the sum of its secret")
	case slices.ContainsFunc(k.Forms, func(f api.Form) bool { return !slices.Contains(Forms(), f) }):
		return errors.New("a key of the door for a form that there is not")
	case slices.ContainsFunc(k.Origins, func(text string) bool { origin, ok := ParseOrigin(text); return !ok || origin != text }):
		return errors.New("a key of the door for an origin that no page has")
	}
	return nil
}

func (k Key) opens(account string) bool   { return slices.Contains(k.Accounts, account) }
func (k Key) shows(form api.Form) bool    { return slices.Contains(k.Forms, form) }
func (k Key) welcomes(origin string) bool { return slices.Contains(k.Origins, origin) }
func find(all []Key, secret string) (k Key, ok bool) {
	sum := []byte(Sum(secret))
	for _, k := range all {
		if subtle.ConstantTimeCompare([]byte(strings.ToLower(k.SHA256)), sum) == 1 {
			return k, true
		}
	}
	return Key{}, false
}

// ParseOrigin reads the origin of a page, "https://tests.example.com", as browsers write it. There is none for a page that was
// opened from a file: any page can make itself look like one.
func ParseOrigin(text string) (origin string, ok bool) {
	u, err := url.Parse(strings.TrimSuffix(text, "/"))
	if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Hostname() == "" || u.User != nil || u.Path != "" || u.RawQuery != "" || u.Fragment != "" {
		return "", false
	}
	host := strings.ToLower(u.Host)
	if strings.ContainsFunc(host, func(r rune) bool { return r > '~' || r == '*' }) || strings.HasSuffix(host, ":") { // browsers write none of these
		return "", false
	}
	if (u.Scheme == "http" && u.Port() == "80") || (u.Scheme == "https" && u.Port() == "443") {
		host = strings.TrimSuffix(host, ":"+u.Port())
	}
	return u.Scheme + "://" + host, true
}
