package agent

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"freshkey/app/api"
	"freshkey/app/words"
	"freshkey/oauth/keeper"
)

// opening is twelve accounts that were told of as locked, whose keychain is opened an hour later.
type opening struct {
	board   *noticeBoard
	all     []*api.Account
	amended []int // about how many accounts each time
	cleared int
}

func newOpening() *opening {
	o := &opening{board: newNoticeBoard(told{}, nil)}
	for n := range 12 {
		o.all = append(o.all, account(fmt.Sprint("rig", n), keeper.StateLocked, time.Hour))
	}
	o.board.play(o.all, noon)
	return o
}

func (o *opening) heal(n int) { o.all[n] = account(fmt.Sprint("rig", n), keeper.StateFresh, time.Hour) }

// opened is some time after the keychain was.
func opened(after time.Duration) time.Time { return noon.Add(time.Hour + after) }

func (o *opening) look(after time.Duration) (next time.Time) {
	_, amend, clear, next := o.board.play(o.all, opened(after))
	if n := len(amend[words.AlertLocked]); n > 0 {
		o.amended = append(o.amended, n)
	}
	o.cleared += len(clear)
	return next
}

// The keychain was opened, and one account after the other is read: eight notices in two seconds would be told of one thing.
func TestANoticeWhoseAccountsHealOneAfterTheOtherIsAmendedOnce(t *testing.T) {
	o := newOpening()
	for n := range 10 {
		o.heal(n)
		if next := o.look(time.Duration(n) * 200 * time.Millisecond); !next.Equal(opened(amendAfter)) {
			t.Errorf("after %d accounts it is looked at again at %v", n+1, next)
		}
	}
	o.look(amendAfter)
	if !slices.Equal(o.amended, []int{2}) {
		t.Errorf("amended to be about %v accounts", o.amended)
	}
	o.look(time.Hour)
	o.heal(10)
	o.look(2 * time.Hour)
	for _, after := range []time.Duration{0, amendAfter} { // the clock is set back
		o.look(after - 24*time.Hour)
	}
	if !slices.Equal(o.amended, []int{2, 1}) {
		t.Errorf("with the clock set back: about %v accounts", o.amended)
	}
	o.heal(11)
	if next := o.look(-24 * time.Hour); o.cleared != 1 || !next.IsZero() {
		t.Errorf("when all are over: cleared %d, next %v", o.cleared, next)
	}
}

// Before the notice goes it would say for a moment that one account's keychain cannot be read, which is over as well.
func TestANoticeWhoseAccountsHealWithinSecondsIsClearedAndNeverAmended(t *testing.T) {
	o := newOpening()
	for n := range o.all {
		o.heal(n)
		o.look(time.Duration(n) * 2 * time.Second / 12)
	}
	o.look(amendAfter)
	if len(o.amended) != 0 || o.cleared != 1 {
		t.Errorf("amended to be about %v accounts, cleared %d times", o.amended, o.cleared)
	}
}

// Its difference of a minute ago is over: another one is not amended at once.
func TestADifferenceThatIsOverIsNotTheNextOnes(t *testing.T) {
	o := newOpening()
	o.heal(0)
	o.look(0)
	o.all[0] = account("rig0", keeper.StateLocked, time.Hour)
	o.look(time.Second)
	o.heal(1)
	if next := o.look(time.Minute); len(o.amended) != 0 || !next.Equal(opened(time.Minute+amendAfter)) {
		t.Errorf("amended to be about %v accounts; it is looked at again at %v", o.amended, next)
	}
}
