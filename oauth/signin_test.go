package oauth_test

import (
	"errors"
	"testing"

	"freshkey/oauth"
)

func TestRedirectsAreReadAndOthersRefused(t *testing.T) {
	provider := oauth.BuiltIn()
	provider.Issuer = "https://id.example.com"
	for text, want := range map[string]string{
		"http://127.0.0.1:8765/callback?code=C3_x&state=xyz":                 "C3_x",
		"  https://example.com/cb?state=xyz&code=C3_x#top ":                  "C3_x",
		"code=C3_x&state=xyz":                                                "C3_x",
		"/callback?code=C3_x":                                                "C3_x",
		"C3_x-y_z":                                                           "C3_x-y_z",
		"'https://example.com/cb?code=a%2Fb&state=xyz'":                      "a/b",
		"https://example.com/cb?code=C3_x&state=evil":                        string(oauth.ReasonWrongState),
		"https://example.com/cb?code=c&state=xyz&iss=https://id.example.com": "c",
		"https://example.com/cb?code=c&state=xyz&iss=https://evil.example":   string(oauth.ReasonWrongState),
		"https://example.com/cb?error=96012&state=xyz":                       string(oauth.ReasonDenied),
		"https://example.com/cb?error=access_denied&state=xyz":               string(oauth.ReasonDenied),
		"https://example.com/cb?error=temporarily_unavailable&state=xyz":     string(oauth.ReasonServer),
		"https://example.com/cb?error=96010&state=xyz":                       string(oauth.ReasonSettings),
		"https://example.com/cb?error=96012&state=evil":                      string(oauth.ReasonWrongState),
		"https://example.com/cb":                                             string(oauth.ReasonNoCode),
		"https://example.com/cb?code=&state=xyz":                             string(oauth.ReasonNoCode),
		"":                                                                   string(oauth.ReasonNoCode),
		"two words":                                                          string(oauth.ReasonNoCode),
	} {
		code, err := oauth.ReadRedirect(provider, text, "xyz")
		got := code.Reveal()
		if x, ok := errors.AsType[*oauth.Error](err); ok {
			got = string(x.Reason)
		}
		if got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

// Where an issuer says who it is, a redirect that does not is another's (RFC 9207 §2.4).
func TestRedirectHasToNameTheIssuerThatNamesItself(t *testing.T) {
	p := oauth.Provider{Issuer: "https://id.example.com", ReturnsIssuer: true}
	for address, ok := range map[string]bool{
		"https://example.com/cb?code=c&state=s&iss=https%3A%2F%2Fid.example.com":    true,
		"https://example.com/cb?code=c&state=s":                                     false,
		"https://example.com/cb?code=c&state=s&iss=https%3A%2F%2Fid.example.com%2F": true,
		"https://example.com/cb?code=c&state=s&iss=https%3A%2F%2Fid.example.org":    false,
		"c": true, // alone, as a person pastes it
	} {
		if _, err := oauth.ReadRedirect(p, address, "s"); (err == nil) != ok {
			t.Errorf("%s: %v", address, err)
		}
	}
}
