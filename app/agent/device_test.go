package agent

import (
	"context"
	"testing"
	"time"

	"freshkey/oauth"
	"freshkey/oauth/keeper"
)

// RFC 8628 §3.5: the interval holds, slow_down adds five seconds, troubles that pass ask for longer waits, and the rest is the end.
func TestProviderIsAskedAsOftenAsItWants(t *testing.T) {
	const every = 5 * time.Second
	for name, c := range map[string]struct {
		err  error
		next time.Duration // 0 is the end
	}{
		"pending":      {&oauth.Error{Class: oauth.Transient, Code: oauth.DevicePending}, every},
		"slow down":    {&oauth.Error{Class: oauth.Transient, Code: oauth.DeviceSlowDown}, every + 5*time.Second},
		"offline":      {&oauth.Error{Class: oauth.Offline, Reason: oauth.ReasonNoConnection}, 2 * every},
		"unavailable":  {&oauth.Error{Class: oauth.Transient, Reason: oauth.ReasonServer, Status: 503}, 2 * every},
		"no answer":    {&oauth.Error{Class: oauth.Transient, Reason: oauth.ReasonNoAnswer}, 2 * every},
		"retry after":  {&oauth.Error{Class: oauth.Transient, Reason: oauth.ReasonRateLimited, RetryAfter: 3 * time.Minute}, 3 * time.Minute},
		"denied":       {&oauth.Error{Reason: oauth.ReasonDenied, Code: "access_denied"}, 0},
		"expired":      {&oauth.Error{Class: oauth.Transient, Reason: oauth.ReasonCodeRefused, Code: "expired_token"}, 0},
		"no chain":     {&oauth.Error{Class: oauth.Transient, Reason: keeper.ReasonNoRefreshToken}, 0},
		"bad settings": {&oauth.Error{Class: oauth.Misconfigured, Reason: oauth.ReasonSettings, Code: "invalid_client"}, 0},
		"keychain":     {&keeper.VaultError{Reason: keeper.ReasonLocked}, 0},
		"given up":     {context.Canceled, 0},
		"signed in":    {nil, 0},
	} {
		p := polling{interval: every}
		if goesOn := p.goesOn(c.err); p.wait != c.next || goesOn != (c.next > 0) {
			t.Errorf("%s: %v %v, want %v", name, p.wait, goesOn, c.next)
		}
	}
	p := polling{interval: every} // after minutes without a network the person is not kept waiting
	for range 20 {
		p.goesOn(&oauth.Error{Class: oauth.Offline, Reason: oauth.ReasonNoConnection})
	}
	if p.wait != 30*time.Second {
		t.Errorf("offline for long: %v", p.wait)
	}
	if p.goesOn(&oauth.Error{Class: oauth.Transient, Code: oauth.DevicePending}); p.wait != every {
		t.Errorf("and then: %v", p.wait)
	}
}
