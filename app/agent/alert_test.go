package agent

import (
	"testing"
	"time"

	"freshkey/app/api"
	"freshkey/app/words"
	"freshkey/oauth"
	"freshkey/oauth/keeper"
)

// Accounts came and went in the list of a notice while none of them had got better: each left it for the seconds before it was tried again.
func TestANoticeOfLateTokensNamesAllThatAreLate(t *testing.T) {
	board := newNoticeBoard(told{}, nil)
	work, home := account("work", keeper.StateWaiting, -time.Minute), account("home", keeper.StateWaiting, -time.Minute)
	work.Reason, home.Reason = oauth.ReasonServer, oauth.ReasonServer
	at := func(now time.Time, soon, later *api.Account) {
		soon.NextRefreshAt, later.NextRefreshAt = now.Add(2*time.Second), now.Add(time.Minute)
	}
	at(noon, work, home)
	if raise, _, _, _ := board.play([]*api.Account{work, home}, noon); len(raise[words.AlertLate]) != 2 {
		t.Errorf("told of %d", len(raise[words.AlertLate]))
	}
	for n, soon := range []*api.Account{home, work, home} {
		now := noon.Add(time.Duration(n+1) * 20 * time.Second)
		at(now, soon, map[*api.Account]*api.Account{work: home, home: work}[soon])
		if raise, amend, clear, _ := board.play([]*api.Account{work, home}, now); len(raise)+len(amend)+len(clear) != 0 {
			t.Errorf("%s is tried soon: raised %v, amended %v, cleared %v", soon.Name, raise, amend, clear)
		}
	}
	alone := newNoticeBoard(told{}, nil)
	at(noon, work, home)
	if raise, _, _, _ := alone.play([]*api.Account{work}, noon); len(raise) != 0 {
		t.Error("one that is tried in a moment is told of")
	}
}
