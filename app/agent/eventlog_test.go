package agent

import (
	"bytes"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"freshkey/app/api"
	"freshkey/oauth"
	"freshkey/oauth/journal"
	"freshkey/oauth/keeper"
)

// logged is the log's lines without time and level.
func logged(t *testing.T, f func(log *slog.Logger)) (lines []string) {
	t.Helper()
	var b bytes.Buffer
	f(slog.New(slog.NewTextHandler(&b, &slog.HandlerOptions{ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
		if a.Key == slog.TimeKey || a.Key == slog.LevelKey {
			return slog.Attr{}
		}
		return a
	}})))
	return strings.Split(strings.TrimSuffix(b.String(), "\n"), "\n")
}

func failed(generation int, reason oauth.Reason) keeper.Event {
	return keeper.Event{Account: firstID, Cause: journal.CauseScheduled, State: keeper.StateWaiting, Reason: reason, Detail: "HTTP 503", Generation: generation, Fingerprint: "11112222"}
}

// third is that generation 3 was won.
func third(cause journal.Cause) keeper.Event {
	return keeper.Event{Account: firstID, Cause: cause, State: keeper.StateFresh, Generation: 3, Fingerprint: "11112222"}
}

// A log without the refreshes says nothing of what the agent is there for.
func TestLogSaysOfARefreshWhatCameOfIt(t *testing.T) {
	unsaved, again, unsigned := third(journal.CauseAsked), third(journal.CauseAsked), third(journal.CauseAdded)
	unsaved.State, unsaved.Reason = keeper.StateUnsaved, keeper.ReasonLocked
	again.State, again.Reason = keeper.StateWaiting, keeper.ReasonJustRefreshed
	unsigned.State, unsigned.Reason = keeper.StateSignIn, keeper.ReasonNotSignedIn
	for _, c := range []struct {
		event keeper.Event
		want  string
	}{
		{third(journal.CauseScheduled), `msg=refreshed account=1111111111111111 cause=scheduled state=fresh generation=3 fingerprint=11112222`},
		{third(journal.CauseSignIn), `msg="new tokens" account=1111111111111111 cause=sign-in state=fresh generation=3 fingerprint=11112222`},
		{again, `msg=refreshed account=1111111111111111 cause=asked state=waiting generation=3 fingerprint=11112222`},
		{unsigned, `msg="new tokens" account=1111111111111111 cause=added state=signin generation=3 fingerprint=11112222`},
		{
			failed(3, oauth.ReasonServer),
			`msg="not refreshed" account=1111111111111111 cause=scheduled state=waiting generation=3 fingerprint=11112222 reason=server_error detail="HTTP 503"`,
		},
		{unsaved, `msg="refreshed, and not saved yet" account=1111111111111111 cause=asked state=unsaved generation=3 fingerprint=11112222 reason=keychain_locked detail=""`},
	} {
		var l eventLog
		if got := logged(t, func(log *slog.Logger) { l.add(log, c.event) }); !slices.Equal(got, []string{c.want}) {
			t.Errorf("%q", got)
		}
	}
}

// A line for each try would have pushed out, by the morning, what the night began with.
func TestNightOfFailuresDoesNotDriveAllElseOutOfTheLog(t *testing.T) {
	var l eventLog
	got := logged(t, func(log *slog.Logger) {
		l.add(log, third(journal.CauseScheduled))
		for range 1000 {
			l.add(log, failed(3, oauth.ReasonNoConnection))
		}
		other := failed(7, oauth.ReasonNoConnection)
		other.Account = secondID
		l.add(log, other) // which is its first
		for range 1000 {
			l.add(log, failed(3, oauth.ReasonServer))
		}
		l.add(log, third(journal.CauseScheduled))
		l.add(log, failed(3, oauth.ReasonServer)) // the next day's is news
		l.forget(firstID)
		l.add(log, failed(3, oauth.ReasonServer))
	})
	for n, want := range []string{
		"msg=refreshed account=" + firstID, "reason=no_connection", "account=" + secondID, "failures_before=1000 reason=server_error", "failures_before=2000", "reason=server_error", "reason=server_error",
	} {
		if n >= len(got) || !strings.Contains(got[n], want) {
			t.Fatalf("line %d of %d is not about %s: %q", n+1, len(got), want, got)
		}
	}
	if len(got) != 7 || strings.Contains(got[5]+got[6], "failures_before") {
		t.Errorf("%d lines: %q", len(got), got)
	}
}

// Twelve accounts of one keychain are read one after the other.
func TestLogSaysOnceThatTheKeychainCannotBeReadAndOnceThatItCan(t *testing.T) {
	var l eventLog
	all := []*api.Account{account("fresh", keeper.StateFresh, time.Hour)}
	got := logged(t, func(log *slog.Logger) {
		l.keychain(log, all)
		for n := range 12 {
			locked := account(fmt.Sprint("rig", n), keeper.StateLocked, time.Hour)
			locked.Reason = keeper.ReasonLocked
			all = append(all, locked)
			l.keychain(log, all)
		}
		for n := range 12 {
			all[n+1] = account(fmt.Sprint("rig", n), keeper.StateFresh, time.Hour)
			l.keychain(log, all)
		}
	})
	if want := []string{`msg="the keychain can't be read" accounts=1 first=id-rig0 reason=keychain_locked`, `msg="the keychain can be read again"`}; !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
}

// The engine's own events reach the log, and nothing secret with them.
func TestLogHasWhatTheEngineTells(t *testing.T) {
	bare(t, func(t *testing.T, a *Agent) {
		got := logged(t, func(log *slog.Logger) {
			a.log = log
			a.addForTest(t, firstID, "the refresh token")
		})
		if len(got) != 1 || !strings.HasPrefix(got[0], `msg="new tokens" account=`+firstID) || strings.Contains(got[0], "the refresh token") {
			t.Errorf("%q", got)
		}
	})
}
