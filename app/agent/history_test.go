package agent

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"freshkey/app/api"
	"freshkey/oauth"
	"freshkey/oauth/journal"
	"freshkey/oauth/keeper"
)

func TestHistoryIsBoundedAndSurvivesHalfALine(t *testing.T) {
	h := history{dir: t.TempDir() + "/history"}
	for n := range 3 * mostEvents {
		if err := h.add(keeper.Event{Account: "a", At: time.Now(), Generation: n}); err != nil {
			t.Fatal(err)
		}
	}
	f, err := os.OpenFile(h.path("a"), os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	fmt.Fprint(f, `{"at":"2026-`) // the power went
	all, err := h.of("a")
	if err != nil || len(all) > mostEvents || all[len(all)-1].Generation != 3*mostEvents-1 {
		t.Errorf("%d events, %v", len(all), err)
	}
	fmt.Fprintln(f, strings.Repeat("x", 100_000)) // nor does a line that is far too long end it
	fmt.Fprint(f, `{"at":"2026-`)
	for n := range 2 {
		if err := h.add(keeper.Event{Account: "a", At: time.Now(), Generation: 3*mostEvents + n}); err != nil {
			t.Fatal(err)
		}
		all, err := h.of("a")
		if err != nil || all[len(all)-1].Generation != 3*mostEvents+n {
			t.Errorf("what comes after half a line is lost: generation %d, %v", all[len(all)-1].Generation, err)
		}
	}
	h.remove("a")
	if all, err := h.of("a"); err != nil || len(all) != 0 {
		t.Errorf("%d events are left: %v", len(all), err)
	}
}

func TestRedirectIsListenedAtExactlyWhereItLeads(t *testing.T) {
	for uri, want := range map[string]string{
		"http://127.0.0.1:8765/callback": "127.0.0.1:8765 /callback", "http://localhost:80/x/": "127.0.0.1:80,[::1]:80 /x/",
		"http://[::1]:9000": "[::1]:9000 /", "http://127.0.0.1/cb": "127.0.0.1:80 /cb",
		"https://127.0.0.1:8765/callback": "", "http://example.com/cb": "", "myapp://callback": "", "http://10.0.0.1:8765/": "",
		"http://127%2e0.0.1:8765/": " ", "http://ｌocalhost:8765/": " ", "http://LOCALHOST.:8765/": "127.0.0.1:8765,[::1]:8765 /",
	} {
		addresses, _, path, ok := redirectAddress(uri)
		got := ""
		if ok {
			got = strings.Join(addresses, ",") + " " + path
		}
		if got != want {
			t.Errorf("%s: %q, want %q", uri, got, want)
		}
	}
}

// An agent that is killed in the moment in which a refresh was saved has told nobody of it, and `check` would not know its token.
func TestGrantThatNobodyWasToldOfIsInTheHistoryOnceItIsFound(t *testing.T) {
	h := history{dir: t.TempDir()}
	told := keeper.Event{Account: "a", At: noon, Cause: journal.CauseAsked, State: keeper.StateFresh, Generation: 3, Fingerprint: "11112222", Access: "aaaa1111"}
	missed := keeper.Event{Account: "a", At: noon.Add(time.Minute), Cause: journal.CauseScheduled, State: keeper.StateFresh, Generation: 4, Fingerprint: "33334444", Access: "bbbb2222"}
	failed, cameBack := missed, told
	failed.At, failed.Cause, failed.Reason = noon.Add(time.Hour), journal.CauseScheduled, oauth.ReasonNoConnection
	cameBack.Generation, cameBack.Found, missed.Found = 5, true, true // a token that was brought in between was refused
	unsaved, saved := missed, missed
	unsaved.Generation, unsaved.Fingerprint, unsaved.Access, unsaved.Reason, unsaved.Found = 6, "55556666", "cccc3333", keeper.ReasonLocked, false
	saved.Generation, saved.Fingerprint, saved.Access = 6, "55556666", "cccc3333"
	for _, e := range []keeper.Event{told, missed, missed, failed, missed, cameBack, unsaved, saved, saved} {
		if err := h.add(e); err != nil {
			t.Fatal(err)
		}
	}
	all, err := h.of("a")
	if len(all) != 5 || all[4].Reason != "" || all[4].Generation != 6 {
		t.Errorf("saved, and told of last is %+v", all[len(all)-1])
	}
	if err != nil || all[1].Generation != 4 || !all[1].At.Equal(missed.At) || all[2].Reason == "" {
		t.Errorf("%+v, %v", all, err)
	}
	if found, known := inHistory(all, "bbbb2222"); !known || found.Generation != 4 {
		t.Errorf("check: %+v, %v", found, known)
	}
}

// Each start found the interrupted refresh once more, and what has failed since stood between.
func TestInterruptedRefreshIsToldOnceWhateverFailedSince(t *testing.T) {
	h := history{dir: t.TempDir()}
	interrupted := keeper.Event{Account: "a", Sent: noon, Cause: journal.CauseScheduled, State: keeper.StateUncertain, Reason: keeper.ReasonInterrupted, Generation: 3}
	offline := interrupted
	offline.Reason = oauth.ReasonNoConnection
	for n := range 3 {
		interrupted.At, offline.At = noon.Add(time.Duration(n)*time.Minute), noon.Add(time.Duration(n)*time.Minute+time.Second)
		if err := errors.Join(h.add(interrupted), h.add(offline)); err != nil {
			t.Fatal(err)
		}
	}
	if all, err := h.of("a"); err != nil || len(all) != 2 || all[0].Times != 0 || all[1].Times != 3 {
		t.Errorf("%+v, %v", all, err)
	}
}

// Three agents that are killed before the provider is asked again have not been interrupted three times; that it was asked again, and cut off
// again, is news.
func TestInterruptedRefreshIsCountedOnce(t *testing.T) {
	h := history{dir: t.TempDir()}
	e := keeper.Event{Account: "a", At: noon, Sent: noon, Cause: journal.CauseAsked, State: keeper.StateUncertain, Reason: keeper.ReasonInterrupted, Generation: 3}
	for n := range 5 {
		e.At = noon.Add(time.Duration(n) * time.Second)
		if n == 3 {
			e.Sent = e.At
		}
		if err := h.add(e); err != nil {
			t.Fatal(err)
		}
	}
	if all, err := h.of("a"); err != nil || len(all) != 1 || all[0].Times != 2 {
		t.Errorf("%+v, %v", all, err)
	}
}

// The keychain forgot a grant that the history has, and the next start finds its answer again.
func TestHistoryHasAGrantOnce(t *testing.T) {
	h := history{dir: t.TempDir()}
	won := keeper.Event{Account: "a", At: noon, Cause: journal.CauseAsked, State: keeper.StateFresh, Generation: 3, Fingerprint: "11112222"}
	again, unsaved, next := won, won, won
	again.At = noon.Add(time.Hour)
	unsaved.Reason = keeper.ReasonLocked
	next.Generation, next.Fingerprint = 4, "33334444"
	for _, e := range []keeper.Event{won, again, unsaved, won, again, next} {
		if err := h.add(e); err != nil {
			t.Fatal(err)
		}
	}
	all, err := h.of("a")
	if err != nil || len(all) != 4 || !all[0].At.Equal(won.At) || all[1].Reason == "" || all[2].Reason != "" || all[3].Generation != 4 {
		t.Errorf("%v: %+v", err, all)
	}
}

// A script holds before each of its runs; whose an old token is stays known all the same.
func TestHoldsDoNotDriveGrantsOutOfTheHistory(t *testing.T) {
	h := history{dir: t.TempDir()}
	won := keeper.Event{Account: "a", At: noon, Cause: journal.CauseAsked, State: keeper.StateFresh, Generation: 3, Fingerprint: "11112222", Access: "aaaabbbb"}
	if err := h.add(won); err != nil {
		t.Fatal(err)
	}
	var last keeper.Event
	for n := range 2 * mostEvents {
		last = holdEvent(api.Account{ID: "a", Generation: 3, State: keeper.StateHeld}, noon.Add(time.Duration(n)*time.Minute))
		if err := h.add(last); err != nil {
			t.Fatal(err)
		}
	}
	all, err := h.of("a")
	if err != nil || len(all) > mostHolds+1 || all[0].Access != won.Access || !all[len(all)-1].HeldUntil.Equal(last.HeldUntil) {
		t.Errorf("%v: %d events, the first is %+v", err, len(all), all[0])
	}
	if found, known := inHistory(all, "aaaabbbb"); !known || found.Generation != 3 {
		t.Errorf("%+v, %v", found, known)
	}
}

// A hold is neither a grant that is known already, nor does it hide one that is.
func TestHistoryHasEachHoldAndStillAGrantOnce(t *testing.T) {
	h := history{dir: t.TempDir()}
	won := keeper.Event{Account: "a", At: noon, Cause: journal.CauseAsked, State: keeper.StateFresh, Generation: 3, Fingerprint: "11112222"}
	held := holdEvent(api.Account{ID: "a", Generation: 3, Fingerprint: "11112222", State: keeper.StateHeld}, noon.Add(time.Hour))
	released := holdEvent(api.Account{ID: "a", Generation: 3, Fingerprint: "11112222", State: keeper.StateFresh}, time.Time{})
	for _, e := range []keeper.Event{won, held, won, released, won, held} {
		if err := h.add(e); err != nil {
			t.Fatal(err)
		}
	}
	all, err := h.of("a")
	if err != nil || len(all) != 4 || !all[1].HeldUntil.Equal(held.HeldUntil) || all[2].Cause != keeper.CauseRelease || !all[3].IsHold() {
		t.Errorf("%v: %+v", err, all)
	}
}

// A night without the provider is one line, which says how often it was tried; and who tried themselves finds that.
func TestFailureInARowIsOneLineThatCounts(t *testing.T) {
	h := history{dir: t.TempDir()}
	won := keeper.Event{Account: "a", At: noon, Cause: journal.CauseAsked, State: keeper.StateFresh, Generation: 3, Fingerprint: "11112222"}
	failed := keeper.Event{Account: "a", At: noon.Add(time.Hour), Cause: journal.CauseScheduled, State: keeper.StateWaiting, Reason: oauth.ReasonServer, Detail: "HTTP 503", Generation: 3, Fingerprint: "11112222"}
	again, last, asked, next := failed, failed, failed, won
	again.At, last.At, asked.Cause = noon.Add(2*time.Hour), noon.Add(3*time.Hour), journal.CauseAsked
	next.Generation, next.Fingerprint = 4, "33334444"
	for _, e := range []keeper.Event{won, failed, again, last, asked, next, failed} {
		if err := h.add(e); err != nil {
			t.Fatal(err)
		}
	}
	all, err := h.of("a")
	if err != nil || len(all) != 5 || all[1].Times != 3 || !all[1].At.Equal(failed.At) || !all[1].LastAt.Equal(last.At) || all[2].Cause != journal.CauseAsked || all[2].Times != 0 || all[4].Times != 0 {
		t.Errorf("%v: %+v", err, all)
	}
}
