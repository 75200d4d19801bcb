package oauth

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha1"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"net/url"
	"sort"
	"strings"
	"time"
)

// Sign returns the signature of one Open API request: base64 of HMAC-SHA1 over nonce, method, host, path and query, each
// followed by a line feed. The key is the mac_key string's own bytes; it looks like base64url and must not be decoded.
func Sign(key Secret, nonce, method string, u *url.URL) string {
	base := strings.Join([]string{nonce, strings.ToUpper(method), u.Hostname(), u.EscapedPath(), signedQuery(u.RawQuery), ""}, "\n")
	m := hmac.New(sha1.New, []byte(key.Reveal()))
	m.Write([]byte(base))
	return base64.StdEncoding.EncodeToString(m.Sum(nil))
}

// signedQuery sorts the parameters by name and leaves out those without a value.
func signedQuery(raw string) string {
	values, err := url.ParseQuery(raw)
	if err != nil {
		return raw
	}
	var pairs []string
	for name, all := range values {
		for _, v := range all {
			if v != "" {
				pairs = append(pairs, name+"="+v)
			}
		}
	}
	sort.Strings(pairs)
	return strings.Join(pairs, "&")
}

// Nonce returns a fresh nonce: a random signed 64-bit number, a colon, and the Unix time in minutes.
// Servers remember it and look at the minutes, so a wrong clock breaks calls.
func Nonce(now time.Time) string {
	var b [8]byte
	_, _ = rand.Read(b[:]) // never fails; see crypto/rand
	return fmt.Sprintf("%d:%d", int64(binary.BigEndian.Uint64(b[:])), now.Unix()/60)
}

// MACHeader returns the value of the Authorization header for one request with the token t.
func MACHeader(t Token, nonce, method string, u *url.URL) string {
	return fmt.Sprintf(`MAC access_token="%s", nonce="%s",mac="%s"`,
		url.QueryEscape(t.Access.Reveal()), url.QueryEscape(nonce), url.QueryEscape(Sign(t.MACKey, nonce, method, u)))
}

// AccessTokenIn is the access token of an Authorization header, MAC or bearer, with or without the header's name; of anything else, that itself.
func AccessTokenIn(text string) Secret {
	text = strings.TrimSpace(text)
	if name, value, ok := strings.Cut(text, ":"); ok && strings.EqualFold(strings.TrimSpace(name), "Authorization") {
		text = strings.TrimSpace(value)
	}
	switch scheme, rest, _ := strings.Cut(text, " "); {
	case strings.EqualFold(scheme, "Bearer"):
		return Secret(strings.TrimSpace(rest))
	case strings.EqualFold(scheme, "MAC"):
		_, value, _ := strings.Cut(rest, `access_token="`)
		value, _, _ = strings.Cut(value, `"`)
		if token, err := url.QueryUnescape(value); err == nil {
			return Secret(token)
		}
	}
	return Secret(text)
}
