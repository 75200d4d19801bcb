package oauth

import (
	"errors"
	"slices"
	"strings"
	"testing"
)

// Two spellings of one origin are no change, and two origins are never taken for one.
func TestOriginsOfAProvider(t *testing.T) {
	for address, want := range map[string]string{
		"https://A.example:443/x": "https://a.example", "https://a.example": "https://a.example", "http://localhost:80": "http://localhost",
		"https://a.example:80": "https://a.example:80", "https://a.example:8443/": "https://a.example:8443", "http://[::1]:443/t": "http://[::1]:443",
		"https://a.example:/": "https://a.example", "https://a.example.:443": "https://a.example.", "": "", "no address": "",
	} {
		if got := origin(address); got != want {
			t.Errorf("%q leads to %q, want %q", address, got, want)
		}
	}
	if got, want := BuiltIn().Origins(), []string{"https://account.xiaomi.com", "https://open.account.xiaomi.com"}; !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}

// A person is asked whether the secrets may go to a server, by its name: one that looks like another is none.
func TestServerIsNamedInLettersThatLookLikeNoOthers(t *testing.T) {
	for _, host := range []string{"\u0430ccount.xiaomi.com", "account.xiaomi.com\u202e", "account.xiaomi.com\u200b.evil.example", "xn--ccount-2nf.xiaomi.com"} {
		_, err := Provider{TokenURL: "https://" + host + "/oauth2/token"}.Resolve()
		x, refused := errors.AsType[*FieldError](err)
		if plain := strings.HasPrefix(host, "xn--"); refused == plain || refused && (x.Field != "token_url" || x.Code != FieldNotASCII) {
			t.Errorf("%q: %v", host, err)
		}
	}
}
