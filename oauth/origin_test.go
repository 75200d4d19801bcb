package oauth

import (
	"slices"
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
