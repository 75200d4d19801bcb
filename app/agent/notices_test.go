package agent

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"freshkey/app/api"
	"freshkey/app/words"
	"freshkey/oauth"
	"freshkey/oauth/keeper"
)

// play looks, and has all of it shown and taken back.
func (b *noticeBoard) play(accounts []*api.Account, now time.Time) (raise, amend map[words.Alert][]*api.Account, clear []words.Alert, next time.Time) {
	b.join = 0 // each look is a moment of its own
	raise, amend, clear, next = b.look(accounts, now)
	for _, kind := range clear {
		b.cleared(kind, false)
	}
	for _, all := range []map[words.Alert][]*api.Account{raise, amend} {
		for kind, about := range all {
			b.said(kind, about, now)
		}
	}
	return raise, amend, clear, next
}

func TestPersonIsToldOnceAndOnlyWhenNeeded(t *testing.T) {
	board := newNoticeBoard(told{}, nil)
	at := noon
	step := func(after time.Duration, state keeper.State, want words.Alert, wantClear bool) {
		t.Helper()
		at = at.Add(after)
		raise, _, clear, _ := board.play([]*api.Account{account("a", state, 10*time.Hour)}, at)
		if (len(raise) > 0) != (want != "") || (want != "" && len(raise[want]) != 1) || (len(clear) > 0) != wantClear {
			t.Fatalf("%s at %v: raised %v, cleared %v", state, at.Sub(noon), raise, clear)
		}
	}
	step(0, keeper.StateFresh, "", false)
	step(0, keeper.StateWaiting, "", false)              // 10 h left: quiet until 5 h are gone
	step(4*time.Hour, keeper.StateRefreshing, "", false) // trying again does not start the clock anew
	step(0, keeper.StateUncertain, "", false)
	step(61*time.Minute, keeper.StateWaiting, words.AlertLate, false)
	step(time.Minute, keeper.StateWaiting, "", false)
	step(0, keeper.StateRefreshing, "", false)
	step(0, keeper.StateWaiting, "", false)
	step(0, keeper.StateSignIn, words.AlertSignIn, true)
	step(time.Hour, keeper.StateSignIn, "", false)
	step(0, keeper.StateFresh, "", true)
	step(0, keeper.StateSignIn, words.AlertSignIn, false)
	step(0, keeper.StateOffline, "", true)
	step(100*time.Hour, keeper.StateOffline, "", false)
}

// A provider ends three chains, one after the other within a second: that is one notice, of three.
func TestChainsThatEndTogetherAreToldOfTogether(t *testing.T) {
	board := newNoticeBoard(told{}, nil)
	var dead []*api.Account
	look := func(after time.Duration) (raise map[words.Alert][]*api.Account, next time.Time) {
		raise, _, _, next = board.look(dead, noon.Add(after))
		return raise, next
	}
	for n := range 3 {
		dead = append(dead, account(fmt.Sprint("rig", n), keeper.StateSignIn, time.Hour))
		if raise, next := look(time.Duration(n) * 500 * time.Millisecond); len(raise) > 0 || !next.Equal(noon.Add(joinFor)) {
			t.Fatalf("after %d it says %v, and looks again at %v", n+1, raise, next)
		}
	}
	if raise, _ := look(joinFor); len(raise[words.AlertSignIn]) != 3 {
		t.Errorf("after %v it says %v", joinFor, raise)
	}
}

// A server that is down while the network is up: its tokens run out, and the person who is online hears it.
func TestProviderOutOfReachIsNewsToWhoIsOnline(t *testing.T) {
	board := newNoticeBoard(told{}, nil)
	off, on := account("off", keeper.StateOffline, time.Hour), account("on", keeper.StateFresh, 10*time.Hour)
	look := func(after time.Duration) map[words.Alert][]*api.Account {
		raise, _, _, _ := board.play([]*api.Account{off, on}, noon.Add(after))
		return raise
	}
	on.LastRefreshAt = noon.Add(-time.Minute)
	if raise := look(0); len(raise) > 0 {
		t.Errorf("the token works, and it says %v", raise)
	}
	if raise := look(2 * time.Hour); len(raise) > 0 {
		t.Errorf("perhaps nothing is reached, and it says %v", raise)
	}
	on.LastRefreshAt = noon.Add(2 * time.Hour)
	if raise := look(2*time.Hour + time.Minute); len(raise[words.AlertLate]) != 1 || raise[words.AlertLate][0] != off {
		t.Errorf("another provider was reached, and it says %v", raise)
	}
}

// What nobody sees to is said once a day, in the one notice that is there.
func TestWhatIsNotSeenToIsSaidOnceADay(t *testing.T) {
	board := newNoticeBoard(told{}, nil)
	a, b := account("a", keeper.StateSignIn, -time.Hour), account("b", keeper.StateSignIn, -time.Hour)
	look := func(after time.Duration, accounts ...*api.Account) (raised int, next time.Time) {
		raise, _, _, next := board.play(accounts, noon.Add(after))
		return len(raise[words.AlertSignIn]), next
	}
	if n, next := look(0, a); n != 1 || !next.Equal(noon.Add(24*time.Hour)) {
		t.Errorf("at first: %d, and then at %v", n, next)
	}
	for after, want := range map[time.Duration]int{time.Minute: 0, 23 * time.Hour: 0} {
		if n, _ := look(after, a); n != want {
			t.Errorf("%v later: %d", after, n)
		}
	}
	if n, next := look(23*time.Hour+30*time.Minute, a, b); n != 2 || !next.Equal(noon.Add(47*time.Hour+30*time.Minute)) {
		t.Errorf("a second one, half an hour before: %d, and then at %v", n, next)
	}
	if n, _ := look(24*time.Hour, a, b); n != 0 {
		t.Errorf("both were said half an hour ago: %d", n)
	}
	if n, _ := look(48*time.Hour, a, b); n != 2 {
		t.Errorf("a day later: %d", n)
	}
}

// Twelve accounts whose refreshes fail one after the other are told of twice: that it begins, and a minute later whom it is about.
func TestAccountsThatFailOneAfterTheOtherAreGathered(t *testing.T) {
	board := newNoticeBoard(told{}, nil)
	var all []*api.Account
	var said []int
	look := func(after time.Duration) (next time.Time) {
		raise, _, _, next := board.play(all, noon.Add(after))
		if n := len(raise[words.AlertSignIn]); n > 0 {
			said = append(said, n)
		}
		return next
	}
	for n := range 12 {
		all = append(all, account(fmt.Sprint("rig", n), keeper.StateSignIn, -time.Hour))
		if next := look(time.Duration(n) * time.Second); n > 0 && !next.Equal(noon.Add(gatherFor)) {
			t.Errorf("after %d accounts it is looked at again at %v", n+1, next)
		}
	}
	look(gatherFor)
	look(gatherFor + time.Hour)
	if !slices.Equal(said, []int{1, 12}) {
		t.Errorf("notices about %v accounts", said)
	}
}

func TestManyLockedAccountsMakeOneNotice(t *testing.T) {
	board := newNoticeBoard(told{}, nil)
	var many []*api.Account
	for n := range 50 {
		many = append(many, account(fmt.Sprint(n), keeper.StateLocked, time.Hour))
	}
	raise, _, _, _ := board.play(many, noon)
	if len(raise) != 1 || len(raise[words.AlertLocked]) != 50 {
		t.Fatalf("raised %v", raise)
	}
	if n := noticeFor(words.New(), words.AlertLocked, raise[words.AlertLocked], noon); len(n.Title) > 80 {
		t.Errorf("title %q", n.Title)
	}
}

// Of two accounts one is signed in again: what is shown is about the other one from then on, and nothing pops up for it.
func TestANoticeIsAmendedWhenOneOfItsAccountsHeals(t *testing.T) {
	board := newNoticeBoard(told{}, nil)
	work, home := account("work", keeper.StateSignIn, -time.Hour), account("home", keeper.StateSignIn, -time.Hour)
	board.play([]*api.Account{work, home}, noon)
	work = account("work", keeper.StateFresh, time.Hour)
	board.play([]*api.Account{work, home}, noon.Add(time.Minute))
	raise, amend, clear, _ := board.play([]*api.Account{work, home}, noon.Add(time.Minute+amendAfter))
	if left := amend[words.AlertSignIn]; len(raise)+len(clear) != 0 || len(left) != 1 || left[0] != home {
		t.Errorf("raised %v, amended %v, cleared %v", raise, amend, clear)
	}
	if raise, amend, clear, _ = board.play([]*api.Account{work, home}, noon.Add(time.Hour)); len(raise)+len(amend)+len(clear) != 0 {
		t.Errorf("again: %v %v %v", raise, amend, clear)
	}
	home = account("home", keeper.StateFresh, time.Hour)
	if _, _, clear, _ = board.play([]*api.Account{work, home}, noon.Add(2*time.Hour)); !slices.Equal(clear, []words.Alert{words.AlertSignIn}) {
		t.Errorf("cleared %v", clear)
	}
}

// What is urgent stays on the screen until somebody has seen it; what heals by itself, or is not wrong yet, does not.
func TestANoticeIsUrgentIfNothingComesOfWaiting(t *testing.T) {
	urgent := map[words.Alert]bool{
		words.AlertSignIn: true, words.AlertSettings: true, words.AlertEndpoint: true, words.AlertUnsaved: true, words.AlertLocked: true,
		words.AlertLate: false, words.AlertEnding: false,
	}
	for _, kind := range words.Alerts() {
		want, known := urgent[kind]
		if n := noticeFor(words.New(), kind, []*api.Account{account("a", keeper.StateSignIn, 0)}, noon); n.Urgent != want || !known {
			t.Errorf("%s: %v", kind, n.Urgent)
		}
	}
}

func TestANoticeSaysOfSeveralAccountsWhatIsTrueOfAll(t *testing.T) {
	w := words.New("en")
	late, uncertain := account("late", keeper.StateWaiting, time.Hour), account("uncertain", keeper.StateUncertain, 2*time.Hour)
	late.Reason, uncertain.Reason = oauth.ReasonServer, oauth.ReasonNoAnswer
	second := account("c", keeper.StateWaiting, time.Hour)
	late.Reason, second.Reason = oauth.ReasonServer, oauth.ReasonServer
	late.NextRefreshAt, second.NextRefreshAt = noon.Add(time.Minute), noon.Add(5*time.Minute)
	if n := noticeFor(w, words.AlertLate, []*api.Account{late, second}, noon); !strings.HasPrefix(n.Body, w.Text("what.server_error", words.Args{})) || !strings.HasSuffix(n.Body, w.Text("notice.each")) {
		t.Errorf("of two that wait for the same, for different times: %q", n.Body)
	}
	if n := noticeFor(w, words.AlertLate, []*api.Account{late, uncertain}, noon); n.Body != w.Text("notice.several") {
		t.Errorf("of two reasons it says: %s", n.Body)
	}
	locked, later := account("a", keeper.StateLocked, time.Hour), account("b", keeper.StateLocked, 5*time.Hour)
	locked.Reason, later.Reason = keeper.ReasonLocked, keeper.ReasonLocked
	n := noticeFor(w, words.AlertLocked, []*api.Account{locked, later, later, later, later}, noon)
	if strings.Contains(n.Body, "13:00") || n.Body == w.Text("notice.several") || n.Body == "" || !strings.Contains(n.Title, "2 more") {
		t.Errorf("%s: %s", n.Title, n.Body)
	}
}
