package keeper_test

import (
	"fmt"
	"testing"
	"time"

	"freshkey/oauth"
	"freshkey/oauth/journal"
	"freshkey/oauth/keeper"
)

var monday = time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)

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
			at := keeper.Due(token, id, 20, monday)
			left := token.Expires.Sub(at)
			if left > life/2 || left < margin*9/10-time.Second || left > margin*11/10+time.Second {
				t.Fatalf("lifetime %v: due %v before expiry, want %v ± 10 %%", life, left, margin)
			}
			if !at.Equal(keeper.Due(token, id, 20, monday)) {
				t.Fatal("the jitter differs after a restart")
			}
		}
	}
	if at := keeper.Due(oauth.Token{Refresh: "r", Issued: monday}, "x", 20, monday); !at.Equal(monday) {
		t.Errorf("without an access token: due %v", at)
	}
}

func TestBackoffGrowsJittersAndObeys(t *testing.T) {
	for n, whole := range map[int]time.Duration{1: 30 * time.Second, 2: time.Minute, 4: 4 * time.Minute, 8: time.Hour, 1000: time.Hour} {
		if low, high := keeper.Backoff(n, 0), keeper.Backoff(n, 1); low != whole/2 || high != whole {
			t.Errorf("failure %d: %v to %v, want %v to %v", n, low, high, whole/2, whole)
		}
	}
	asked := &oauth.Error{Class: oauth.Transient, RetryAfter: 2 * time.Hour}
	if got := keeper.FailedAttempt(journal.Attempt{}, asked, oauth.Token{}, monday, 0.5).Next.Sub(monday); got != 2*time.Hour {
		t.Errorf("Retry-After of two hours became %v", got)
	}
}

// A provider whose tokens live for six minutes is asked twice in that time anyway: after an outage as long as that, an hour's wait would be ten lives.
func TestWaitAfterAnOutageIsNoLongerThanAQuarterOfATokensLife(t *testing.T) {
	for life, want := range map[time.Duration]time.Duration{
		time.Minute: 30 * time.Second, 6 * time.Minute: 90 * time.Second, time.Hour: 15 * time.Minute, 10 * time.Hour: time.Hour, 0: time.Hour,
	} {
		expired := oauth.Token{Access: "a", Issued: monday.Add(-life), Expires: monday}
		if life == 0 {
			expired = oauth.Token{Refresh: "r", Issued: monday}
		}
		down := &oauth.Error{Class: oauth.Transient, Reason: oauth.ReasonServer, Status: 503}
		if got := keeper.FailedAttempt(journal.Attempt{Failures: 20}, down, expired, monday, 1).Next.Sub(monday); got != want {
			t.Errorf("tokens of %v: tried again after %v, want %v", life, got, want)
		}
	}
}

func TestDefaultMinValidIsHalfOfAShortLife(t *testing.T) {
	for life, want := range map[time.Duration]time.Duration{0: 15 * time.Minute, 40 * time.Second: 20 * time.Second, time.Hour: 15 * time.Minute} {
		if got := keeper.MinValidFor(15*time.Minute, life); got != want {
			t.Errorf("lifetime %v: %v", life, got)
		}
	}
}
