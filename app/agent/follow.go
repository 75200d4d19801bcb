package agent

import (
	"context"
	"sync"
	"time"

	"freshkey/app/words"
)

// A notice that nobody could show, or take back, is tried again after a minute, then ever later, and as soon as somebody comes who shows notices: a
// login may start that after Freshkey.
const (
	firstRetry = time.Minute
	maxRetry   = time.Hour
)

// retry is when something is tried again. The zero value has not failed.
type retry struct {
	at    time.Time
	pause time.Duration // which ends then
}

func (r retry) waits(now time.Time) bool {
	return now.Before(r.at) && r.at.Sub(now) <= r.pause // else the clock was set back
}

// failed notes that a kind's notice could not be shown, or taken back. It has not been said then, and not been taken back. next is when it is tried
// again.
func (b *noticeBoard) failed(kind words.Alert, now time.Time) (next time.Time) {
	r := b.retries[kind]
	if !r.waits(now) { // what is over is taken back whenever there is news
		pause := min(max(2*r.pause, firstRetry), maxRetry)
		r = retry{now.Add(pause), pause}
		b.retries[kind] = r
	}
	return r.at
}

// follow raises and clears notices as states change, until ctx ends.
func (a *Agent) follow(ctx context.Context) {
	news, stop := a.Watch()
	defer stop()
	came, stopWatching := a.watchNotices(ctx)
	defer stopWatching()
	board := a.told.board()
	for {
		now := time.Now().Round(0) // of the wall: a day is one, also for a machine that sleeps
		next := a.tell(ctx, board, now)
		a.report("what was told", a.told.keep(board))
		wait := 24 * time.Hour
		if !next.IsZero() {
			wait = next.Sub(now)
		}
		timer := time.NewTimer(wait)
		select {
		case <-ctx.Done():
			timer.Stop()
			return
		case <-came:
			clear(board.retries)
		case <-news:
		case <-timer.C:
		}
		timer.Stop()
	}
}

// tell raises, amends and takes back what the board finds, and returns when it is to look again.
func (a *Agent) tell(ctx context.Context, board *noticeBoard, now time.Time) (next time.Time) {
	all := a.Snapshot().Accounts
	a.events.keychain(a.log, all)
	raise, amend, over, next := board.look(all, now)
	for _, kind := range over {
		stood, err := a.desk.ClearNotice(ctx, string(kind))
		a.report("notice", err)
		if err != nil {
			next = sooner(next, board.failed(kind, now), now)
		} else {
			board.cleared(kind, stood)
		}
	}
	for _, kind := range words.Alerts() {
		accounts := append(raise[kind], amend[kind]...) // one of them is empty
		if len(accounts) == 0 {
			continue
		}
		if err := a.raiseAlert(ctx, kind, accounts, len(amend[kind]) > 0, now); err != nil {
			next = sooner(next, board.failed(kind, now), now)
		} else {
			board.said(kind, accounts, now)
		}
	}
	return next
}

// watchNotices tells when somebody comes who shows notices, until what it returns is called.
func (a *Agent) watchNotices(ctx context.Context) (came <-chan struct{}, stop func()) {
	news := newNotifier()
	ctx, cancel := context.WithCancel(ctx)
	var watch sync.WaitGroup
	watch.Go(func() {
		a.desk.WatchNotices(ctx, news.tell)
	})
	return news, func() { cancel(); watch.Wait() }
}
