package oauth_test

import (
	"fmt"
	"testing"
	"time"

	"freshkey/oauth"
)

func TestDueIsAsRareAsIsSafe(t *testing.T) {
	for life, margin := range map[time.Duration]time.Duration{
		40 * time.Second:    20 * time.Second, // never more than half
		8 * time.Minute:     4 * time.Minute,
		20 * time.Minute:    5 * time.Minute, // at least five minutes
		10 * time.Hour:      2 * time.Hour,   // a fifth
		90 * 24 * time.Hour: 24 * time.Hour,  // at most a day
	} {
		for n := range 200 {
			token := oauth.Token{Access: "a", Issued: monday, Expires: monday.Add(life)}
			id := fmt.Sprint(n)
			at := oauth.Due(token, id, 20)
			left := token.Expires.Sub(at)
			if left > life/2 || left < margin*9/10-time.Second || left > margin*11/10+time.Second {
				t.Fatalf("lifetime %v: due %v before expiry, want %v ± 10 %%", life, left, margin)
			}
			if !at.Equal(oauth.Due(token, id, 20)) {
				t.Fatal("the jitter differs after a restart")
			}
		}
	}
	if at := oauth.Due(oauth.Token{Refresh: "r", Issued: monday}, "x", 20); !at.Equal(monday) {
		t.Errorf("without an access token: due %v", at)
	}
}

func TestBackoffGrowsJittersAndObeys(t *testing.T) {
	for n, whole := range map[int]time.Duration{1: 30 * time.Second, 2: time.Minute, 4: 4 * time.Minute, 8: time.Hour, 1000: time.Hour} {
		if low, high := oauth.Backoff(n, 0, 0), oauth.Backoff(n, 0, 1); low != whole/2 || high != whole {
			t.Errorf("failure %d: %v to %v, want %v to %v", n, low, high, whole/2, whole)
		}
	}
	if got := oauth.Backoff(1, 2*time.Hour, 0.5); got != 2*time.Hour {
		t.Errorf("Retry-After of two hours became %v", got)
	}
}

func TestDefaultMinValidIsHalfOfAShortLife(t *testing.T) {
	for life, want := range map[time.Duration]time.Duration{0: 15 * time.Minute, 40 * time.Second: 20 * time.Second, time.Hour: 15 * time.Minute} {
		if got := oauth.DefaultMinValid(15*time.Minute, life); got != want {
			t.Errorf("lifetime %v: %v", life, got)
		}
	}
}
