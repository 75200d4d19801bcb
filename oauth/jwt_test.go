package oauth_test

import (
	"errors"
	"testing"

	"freshkey/oauth"
)

// The first is of RFC 7519, §3.1; an encrypted one (RFC 7516) has five parts.
func TestClaimsAreReadWhereTheyCanBe(t *testing.T) {
	const signed = "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
	for access, want := range map[oauth.Secret]string{
		signed:                        "{\"iss\":\"joe\",\r\n \"exp\":1300819380,\r\n \"http://example.com/is_root\":true}",
		"V3_opaque":                   "",
		"a.b.c":                       "",
		"a.b.c.d.e":                   "",
		"e30.e30.x":                   "", // without an algorithm it is none
		signed + ".more":              "",
		"eyJhbGciOiJIUzI1NiJ9.WzFd.x": "", // a list
		"":                            "",
	} {
		got, err := oauth.Token{Access: access}.Claims()
		if string(got) != want || (want == "") != errors.Is(err, oauth.ErrNoClaims) {
			t.Errorf("%q, %v; want %q", got, err, want)
		}
	}
}
