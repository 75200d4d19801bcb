package agent

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"freshkey/app/api"
	"freshkey/app/words"
	"freshkey/oauth/keeper"
)

// agents are those of one profile, one after the other.
type agents struct {
	t     *testing.T
	file  *toldFile
	board *noticeBoard
}

func newAgents(t *testing.T) *agents {
	a := &agents{t: t, file: &toldFile{path: filepath.Join(t.TempDir(), "told.json")}}
	a.board = a.file.board()
	a.board.join = 0 // each look is a moment of its own
	return a
}

// restart ends the agent, whose notices of these keys stand on the screen, and starts another one.
func (a *agents) restart(standing ...string) {
	a.t.Helper()
	if err := a.file.tookAway(standing); err != nil {
		a.t.Fatal(err)
	}
	a.file = &toldFile{path: a.file.path}
	a.board = a.file.board()
	a.board.join = 0 // each look is a moment of its own
}

// look returns of how many accounts each kind of notice is raised.
func (a *agents) look(after time.Duration, accounts ...*api.Account) (raised map[words.Alert]int, clear []words.Alert, next time.Time) {
	a.t.Helper()
	raise, _, clear, next := a.board.play(accounts, noon.Add(after))
	raised = map[words.Alert]int{}
	for kind, about := range raise {
		raised[kind] = len(about)
	}
	if err := a.file.keep(a.board); err != nil {
		a.t.Fatal(err)
	}
	return raised, clear, next
}

func (a *agents) wantQuiet(after time.Duration, accounts ...*api.Account) {
	a.t.Helper()
	if raised, _, _ := a.look(after, accounts...); len(raised) != 0 {
		a.t.Errorf("%v later: raised %v", after, raised)
	}
}

func notRead(id string) *api.Account {
	a := account(id, keeper.StateWaiting, 0)
	a.Reason, a.ExpiresAt = keeper.ReasonNotRead, time.Time{}
	return a
}

func TestAnAgentThatStartsAnewSaysNothingTwiceADay(t *testing.T) {
	agents, work := newAgents(t), account("work", keeper.StateSignIn, -time.Hour)
	if raised, _, _ := agents.look(0, work); raised[words.AlertSignIn] != 1 {
		t.Fatalf("at first: %v", raised)
	}
	for _, after := range []time.Duration{time.Second, 16 * time.Hour} {
		agents.restart()
		agents.wantQuiet(after, notRead("work"))
		agents.wantQuiet(after, work, account("home", keeper.StateFresh, time.Hour))
	}
}

// A login starts the agent before the keychain is open, and the accounts are read one by one.
func TestNeitherAnUnreadNorALockedAccountHasHealed(t *testing.T) {
	agents, work := newAgents(t), account("work", keeper.StateSignIn, -time.Hour)
	agents.look(0, work)
	agents.restart()
	agents.wantQuiet(time.Hour, notRead("work"))
	if raised, _, _ := agents.look(time.Hour, account("work", keeper.StateLocked, -time.Hour)); raised[words.AlertLocked] != 1 {
		t.Errorf("of the keychain: %v", raised)
	}
	raised, clear, next := agents.look(2*time.Hour, work)
	if len(raised) != 0 || !slices.Equal(clear, []words.Alert{words.AlertLocked}) || !next.Equal(noon.Add(24*time.Hour)) {
		t.Errorf("once it is open: raised %v, cleared %v, next %v", raised, clear, next)
	}
	agents.restart()
	if raised, _, _ := agents.look(24*time.Hour, work); raised[words.AlertSignIn] != 1 {
		t.Errorf("a day later: %v", raised)
	}
}

func TestWhatTheAgentTookAwayAtItsEndIsPutBackAndWhatThePersonPutAwayIsNot(t *testing.T) {
	agents, work, home := newAgents(t), account("work", keeper.StateSignIn, -time.Hour), account("home", keeper.StateSignIn, -time.Hour)
	agents.look(0, work, home)
	agents.restart("copied", "signin", "locked")
	agents.wantQuiet(time.Hour, notRead("work"), notRead("home"))
	raised, _, next := agents.look(time.Hour, work, home)
	if raised[words.AlertSignIn] != 2 || len(raised) != 1 || !next.Equal(noon.Add(24*time.Hour)) {
		t.Errorf("put back: %v; the day ends at %v", raised, next)
	}
	agents.wantQuiet(2*time.Hour, work, home)
	agents.restart() // it stands no more
	agents.wantQuiet(3*time.Hour, work, home)
	late := account("late", keeper.StateWaiting, -time.Hour)
	if raised, _, _ := agents.look(4*time.Hour, work, home, late); raised[words.AlertLate] != 1 {
		t.Errorf("of another trouble: %v", raised)
	}
	agents.restart("late") // which waits for nobody
	agents.wantQuiet(5*time.Hour, work, home, late)
}

// In between the keychain was locked, and so the notice was taken away.
func TestANoticeComesBackWithItsTroubleUnlessAPersonPutItAway(t *testing.T) {
	for _, stood := range []bool{true, false} {
		agents, work := newAgents(t), account("work", keeper.StateSignIn, -time.Hour)
		agents.look(0, work)
		_, clear, _ := agents.look(time.Hour, account("work", keeper.StateLocked, -time.Hour))
		if !slices.Contains(clear, words.AlertSignIn) {
			t.Fatalf("cleared %v", clear)
		}
		agents.board.cleared(words.AlertSignIn, stood)
		if raised, _, _ := agents.look(2*time.Hour, work); raised[words.AlertSignIn] == 1 != stood {
			t.Errorf("it stood there: %v; raised %v", stood, raised)
		}
	}
}

// The second one was behind a locked keychain when the first one's notice was put back.
func TestANoticeThatStandsIsAmendedByWhatWasToldBefore(t *testing.T) {
	agents, work, home := newAgents(t), account("work", keeper.StateSignIn, -time.Hour), account("home", keeper.StateSignIn, -time.Hour)
	agents.look(0, work, home)
	agents.restart("signin")
	agents.look(time.Hour, work, notRead("home"))
	agents.look(2*time.Hour, work, home)
	raise, amend, _, _ := agents.board.look([]*api.Account{work, home}, noon.Add(2*time.Hour+amendAfter))
	if len(raise) != 0 || len(amend[words.AlertSignIn]) != 2 {
		t.Errorf("raised %v, amended %v", raise, amend)
	}
}

func TestHealingForgetsWhatWasTold(t *testing.T) {
	agents, work := newAgents(t), account("work", keeper.StateSignIn, -time.Hour)
	agents.look(0, work)
	if data, err := os.ReadFile(agents.file.path); err != nil || !strings.Contains(string(data), "work") {
		t.Fatalf("%s %v", data, err)
	}
	agents.look(time.Hour, account("work", keeper.StateFresh, time.Hour))
	if data, err := os.ReadFile(agents.file.path); err != nil || strings.Contains(string(data), "work") {
		t.Errorf("%s %v", data, err)
	}
	agents.restart("signin")
	if raised, _, _ := agents.look(2*time.Hour, work); raised[words.AlertSignIn] != 1 {
		t.Errorf("its next trouble: %v", raised)
	}
}

func TestThatCopiesAreNotMarkedIsNewsOnceAndAgainOnceTheyWere(t *testing.T) {
	agents := newAgents(t)
	for n, c := range []struct {
		desktop        string
		unmarked, news bool
	}{
		{"", true, true},
		{"", true, false},
		{"", false, false},
		{"", false, false},
		{"", true, true},
		{"GNOME wayland", true, true},
		{"GNOME x11", false, false},
		{"GNOME wayland", true, false},
		{"sway", true, true},
		{"", true, false},
	} {
		if n%2 == 1 {
			agents.restart()
		}
		agents.look(0, account("work", keeper.StateSignIn, -time.Hour)) // which lies in the same file
		if news, err := agents.file.unmarked(c.desktop, c.unmarked); news != c.news || err != nil {
			t.Errorf("%d: %v %v", n, news, err)
		}
	}
}

func TestWithoutTheFileOrWithABrokenOneThingsAreSaidOnceMore(t *testing.T) {
	for _, content := range []string{
		"", "null", "{", "[]", `{"told":{"signin":null}}`, `{"told":{"signin":{"id-work":"yesterday"}},"put_back":["locked"]}`, `{"told":7}`,
		`{"put_back":["signin"]}`, `{"told":{"signin":{"id-work":"2026-11-23T12:00:00Z"}},"put_back":7}`,
	} {
		path := filepath.Join(t.TempDir(), "told.json")
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		agents := &agents{t: t, file: &toldFile{path: path}}
		agents.board = agents.file.board()
		agents.board.join = 0
		if raised, _, _ := agents.look(0, account("work", keeper.StateSignIn, -time.Hour)); raised[words.AlertSignIn] != 1 || len(raised) != 1 {
			t.Errorf("%s: %v", content, raised)
		}
		agents.restart()
		agents.wantQuiet(time.Hour, account("work", keeper.StateSignIn, -time.Hour))
	}
}

// Nothing is wrong with an account whose sign-in ends soon, and before it was read nobody knows that it does.
func TestAnAgentThatStartsAnewDoesNotSayTwiceThatASignInEndsSoon(t *testing.T) {
	agents, work := newAgents(t), account("work", keeper.StateFresh, time.Hour)
	work.SignInSoon, work.SignInBy = noon, noon.Add(100*time.Hour)
	if raised, _, _ := agents.look(0, work); raised[words.AlertEnding] != 1 {
		t.Fatalf("at first: %v", raised)
	}
	agents.restart()
	agents.wantQuiet(time.Hour, notRead("work"))
	agents.wantQuiet(time.Hour, work)
	signedIn := account("work", keeper.StateFresh, time.Hour)
	agents.wantQuiet(2*time.Hour, signedIn)
	if raised, _, _ := agents.look(3*time.Hour, work); raised[words.AlertEnding] != 1 {
		t.Errorf("of the next sign-in: %v", raised)
	}
}

// The clock was ahead when it was said.
func TestADayThatBeginsInTheFutureBeginsNow(t *testing.T) {
	agents, work := newAgents(t), account("work", keeper.StateSignIn, -time.Hour)
	agents.look(1000*time.Hour, work)
	agents.restart()
	agents.wantQuiet(0, work)
	if raised, _, _ := agents.look(24*time.Hour, work); raised[words.AlertSignIn] != 1 {
		t.Errorf("a day later: %v", raised)
	}
}
