package agent

import (
	"slices"
	"testing"
	"time"

	"freshkey/app/api"
	"freshkey/app/words"
	"freshkey/oauth/keeper"
)

// A login may start what shows notices after Freshkey.
func TestANoticeThatNobodyCouldShowIsTriedAgainSoonAndThenEverLater(t *testing.T) {
	agents, work := newAgents(t), account("work", keeper.StateSignIn, -time.Hour)
	at := noon
	fail := func() (next time.Time) {
		t.Helper()
		raise, _, _, _ := agents.board.look([]*api.Account{work}, at)
		if len(raise[words.AlertSignIn]) != 1 {
			t.Fatalf("%v later: raised %v", at.Sub(noon), raise)
		}
		return agents.board.failed(words.AlertSignIn, at)
	}
	var pauses []time.Duration
	for range 9 {
		next := fail()
		if raise, _, _, again := agents.board.look([]*api.Account{work}, next.Add(-time.Second)); len(raise) != 0 || !again.Equal(next) {
			t.Errorf("before its time: %v; again at %v instead of %v", raise, again, next)
		}
		pauses = append(pauses, next.Sub(at))
		at = next
	}
	want := []time.Duration{time.Minute, 2 * time.Minute, 4 * time.Minute, 8 * time.Minute, 16 * time.Minute, 32 * time.Minute, time.Hour, time.Hour, time.Hour}
	if !slices.Equal(pauses, want) {
		t.Errorf("pauses %v", pauses)
	}
	if raised, _, _ := agents.look(at.Sub(noon), work); raised[words.AlertSignIn] != 1 {
		t.Errorf("when it can be shown: %v", raised)
	}
	agents.wantQuiet(at.Sub(noon)+23*time.Hour, work)
	if raised, _, _ := agents.look(at.Sub(noon)+24*time.Hour, work); raised[words.AlertSignIn] != 1 {
		t.Errorf("a day after it was shown: %v", raised)
	}
}

func TestWhatNobodyCouldShowIsSaidByTheNextAgent(t *testing.T) {
	agents, work := newAgents(t), account("work", keeper.StateSignIn, -time.Hour)
	agents.board.look([]*api.Account{work}, noon)
	agents.board.failed(words.AlertSignIn, noon)
	if err := agents.file.keep(agents.board); err != nil {
		t.Fatal(err)
	}
	agents.restart()
	if raised, _, _ := agents.look(time.Second, work); raised[words.AlertSignIn] != 1 {
		t.Errorf("raised %v", raised)
	}
}

// What the agent before took away is put back when it can be shown, and its day goes on.
func TestWhatIsToBePutBackWaitsForSomebodyWhoShowsIt(t *testing.T) {
	agents, work := newAgents(t), account("work", keeper.StateSignIn, -time.Hour)
	agents.look(0, work)
	agents.restart("signin")
	agents.board.look([]*api.Account{work}, noon.Add(time.Hour))
	next := agents.board.failed(words.AlertSignIn, noon.Add(time.Hour))
	agents.wantQuiet(next.Sub(noon)-time.Second, work)
	raised, _, again := agents.look(next.Sub(noon), work)
	if raised[words.AlertSignIn] != 1 || !again.Equal(noon.Add(24*time.Hour)) {
		t.Errorf("raised %v, and again at %v", raised, again)
	}
	agents.wantQuiet(2*time.Hour, work)
	if raised, _, _ := agents.look(24*time.Hour, work); raised[words.AlertSignIn] != 1 {
		t.Errorf("a day after it was said first: raised %v", raised)
	}
}

// The clock was ahead when it failed.
func TestARetryThatLiesInTheFutureIsNow(t *testing.T) {
	agents, work := newAgents(t), account("work", keeper.StateSignIn, -time.Hour)
	agents.board.look([]*api.Account{work}, noon.Add(1000*time.Hour))
	agents.board.failed(words.AlertSignIn, noon.Add(1000*time.Hour))
	if raised, _, _ := agents.look(0, work); raised[words.AlertSignIn] != 1 {
		t.Errorf("raised %v", raised)
	}
}

// What shows notices was busy when it was to take one back, which lies on the screen of an account that has healed.
func TestANoticeThatCouldNotBeTakenBackIsTakenBackLater(t *testing.T) {
	board, at := newNoticeBoard(told{}, nil), noon
	look := func(after time.Duration, state keeper.State) (raise map[words.Alert][]*api.Account, clear []words.Alert, next time.Time) {
		at = at.Add(after)
		raise, _, clear, next = board.look([]*api.Account{account("work", state, 10*time.Hour)}, at)
		return raise, clear, next
	}
	board.play([]*api.Account{account("work", keeper.StateSignIn, 10*time.Hour)}, at)
	for n := range 3 {
		_, over, _ := look(time.Second, keeper.StateFresh)
		if !slices.Equal(over, []words.Alert{words.AlertSignIn}) {
			t.Fatalf("after %d failures: cleared %v", n, over)
		}
		if next := board.failed(words.AlertSignIn, at); next.Sub(at) > firstRetry {
			t.Errorf("there was news, and so the next look is %v later", next.Sub(at))
		}
	}
	if raise, over, _ := look(time.Hour, keeper.StateRefreshing); len(raise) != 0 || len(over) != 1 {
		t.Errorf("its next refresh: raised %v, cleared %v", raise, over)
	}
	board.cleared(words.AlertSignIn, true)
	if raise, over, next := look(time.Second, keeper.StateFresh); len(raise)+len(over) != 0 || !next.IsZero() {
		t.Errorf("when it is gone: raised %v, cleared %v, next %v", raise, over, next)
	}
	if raise, _, _ := look(time.Second, keeper.StateSignIn); len(raise[words.AlertSignIn]) != 1 {
		t.Errorf("its next trouble: %v", raise)
	}
}

// One of two has healed, and the notice could not be amended.
func TestANoticeThatCouldNotBeAmendedIsAmendedLater(t *testing.T) {
	board := newNoticeBoard(told{}, nil)
	work, home := account("work", keeper.StateSignIn, -time.Hour), account("home", keeper.StateSignIn, -time.Hour)
	board.play([]*api.Account{work, home}, noon)
	work = account("work", keeper.StateFresh, time.Hour)
	board.look([]*api.Account{work, home}, noon.Add(time.Hour))
	next := board.failed(words.AlertSignIn, noon.Add(time.Hour))
	if _, amend, _, _ := board.look([]*api.Account{work, home}, next); len(amend[words.AlertSignIn]) != 1 {
		t.Errorf("amended %v", amend)
	}
}
