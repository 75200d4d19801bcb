package loopback_test

import (
	"slices"
	"testing"

	"freshkey/app/loopback"
)

// A redirect that leads to this computer in a spelling we do not know would be browsed without being listened at, and whoever sits at the port
// would get the code.
func TestEverySpellingOfThisComputerIsKnown(t *testing.T) {
	both := []string{"127.0.0.1", "::1"}
	for host, want := range map[string][]string{
		"localhost": both, "LOCALHOST": both, "localhost.": both, "app.localhost": both, "0.0.0.0": both, "::": both, "0": both,
		"ip6-localhost": both, "localhost.localdomain": both, "127.0x.0.1": {"127.0.0.1"}, "0x7f.0x.0x.1": {"127.0.0.1"},
		"127.0.0.1": {"127.0.0.1"}, "127.1": {"127.0.0.1"}, "2130706433": {"127.0.0.1"}, "0x7f000001": {"127.0.0.1"}, "0x7F.1": {"127.0.0.1"},
		"017700000001": {"127.0.0.1"}, "127.0.0.1.": {"127.0.0.1"}, "127.8.9.10": {"127.8.9.10"}, "::1": {"::1"}, "::ffff:127.0.0.1": {"127.0.0.1"},
		"example.com": nil, "localhost.example.com": nil, "notlocalhost": nil, "10.0.0.1": nil, "256.1": nil, "127.0.0.1.5": nil, "1_0": nil, "": nil, "fe80::1": nil,
	} {
		if _, got := loopback.Resolve(host); !slices.Equal(got, want) {
			t.Errorf("%q: %v, want %v", host, got, want)
		}
	}
}
