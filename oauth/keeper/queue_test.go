package keeper

import (
	"log/slog"
	"testing"
	"time"

	"freshkey/oauth"
)

// Of an account that is not due not even the address is looked at: here there is none.
func TestTickLooksAtNothingThatIsNotDue(t *testing.T) {
	k := New(t.Context(), Config{Log: slog.New(slog.DiscardHandler)})
	now := k.now()
	first := newAccount(k.settingsLocked(oauth.Account{ID: "a"}), now)
	first.shared.wakeAt = now.Add(time.Second)
	k.queue = append(make(queue, 0, 10_000), first)
	k.queue = k.queue[:cap(k.queue)]
	if a, act, wait := k.nextDue(now); a != nil || act != actNothing || wait != time.Second {
		t.Errorf("%v to do for %v, or in %v", act, a, wait)
	}
}
