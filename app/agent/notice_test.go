package agent

import (
	"testing"
	"time"

	"freshkey/app/api"
	"freshkey/app/words"
	"freshkey/oauth/keeper"
)

// A notice of a locked keychain led to the window, where another button had to be found.
func TestANoticeLeadsToItsRemedy(t *testing.T) {
	locked, broken := account("a", keeper.StateLocked, 0), account("b", keeper.StateLocked, 0)
	locked.Reason, broken.Reason = keeper.ReasonLocked, keeper.ReasonRecordMissing
	ended := account("c", keeper.StateSignIn, 0)
	absent, unsaved := account("e", keeper.StateLocked, 0), account("f", keeper.StateUnsaved, 0)
	absent.Reason, unsaved.Reason = keeper.ReasonKeychain, keeper.ReasonLocked
	for _, c := range []struct {
		kind     words.Alert
		accounts []*api.Account
		want     remedy
	}{
		{words.AlertLocked, []*api.Account{broken, locked}, remedyUnlock},
		{words.AlertLocked, []*api.Account{broken}, remedyOpen},
		{words.AlertLocked, []*api.Account{absent}, remedyOpen},
		{words.AlertUnsaved, []*api.Account{unsaved}, remedyUnlock},
		{words.AlertSignIn, []*api.Account{ended}, remedySignIn},
		{words.AlertSignIn, []*api.Account{ended, ended}, remedyOpen},
		{words.AlertSignIn, []*api.Account{account("g", keeper.StateFresh, time.Hour)}, remedyOpen}, // by now
		{words.AlertSignIn, nil, remedyOpen},                                                        // removed
		{words.AlertLate, []*api.Account{account("d", keeper.StateWaiting, 0)}, remedyOpen},
	} {
		if got := remedyOf(c.kind, c.accounts, noon); got != c.want {
			t.Errorf("%s of %d: %q", c.kind, len(c.accounts), got)
		}
	}
}
