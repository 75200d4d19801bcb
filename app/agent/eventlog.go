package agent

import (
	"log/slog"
	"sync"

	"freshkey/app/api"
	"freshkey/oauth"
	"freshkey/oauth/journal"
	"freshkey/oauth/keeper"
)

// eventLog has the log tell what the history is told, of all accounts in one order, and beside what else the agent did. Holds are not in it: a script
// that holds before each of its runs would soon leave nothing else.
type eventLog struct {
	mu         sync.Mutex         // guards what follows
	failing    map[string]failure // by account, until it is refreshed
	unreadable bool               // the keychain, to some account
}

// failure is why an account was not refreshed, as it was logged last.
type failure struct {
	reason oauth.Reason
	times  int // since it was refreshed last, whatever the reasons
}

// add logs an event, unless it is a failure for the same reason as the one before: a week without the provider is one line, and how often it was tried
// stands in the line of what ends it.
func (l *eventLog) add(log *slog.Logger, e keeper.Event) {
	l.mu.Lock()
	defer l.mu.Unlock()
	before := l.failing[e.Account]
	with := []any{"account", e.Account, "cause", e.Cause, "state", e.State, "generation", e.Generation, "fingerprint", e.Fingerprint}
	if before.times > 0 {
		with = append(with, "failures_before", before.times)
	}
	if !isFailure(e) {
		delete(l.failing, e.Account)
		log.Info(won(e.Cause), with...)
		return
	}
	if l.failing == nil {
		l.failing = map[string]failure{}
	}
	l.failing[e.Account] = failure{e.Reason, before.times + 1}
	if e.Reason == before.reason {
		return
	}
	message := "not refreshed"
	if e.State == keeper.StateUnsaved { // the answer came, and the keychain has not taken it
		message = "refreshed, and not saved yet"
	}
	log.Warn(message, append(with, "reason", e.Reason, "detail", e.Detail)...)
}

// won says how tokens came: by a refresh, or with a person.
func won(c journal.Cause) string {
	if c.IsPersons() || c == journal.CauseMoved {
		return "new tokens"
	}
	return "refreshed"
}

// isFailure reports whether an event tells that no tokens came, or that they were not saved. That those which came are due again, or that nobody has
// signed in yet, is none.
func isFailure(e keeper.Event) bool {
	return e.Reason != "" && e.Reason != keeper.ReasonNotSignedIn && !api.Account{Reason: e.Reason}.Passing()
}

// forget drops an account that is there no more.
func (l *eventLog) forget(account string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.failing, account)
}

// keychain logs when the keychain can be read by some account no more, and when all can read it again.
func (l *eventLog) keychain(log *slog.Logger, accounts []*api.Account) {
	var first *api.Account
	count := 0
	for _, a := range accounts {
		if a.State == keeper.StateLocked || a.Unlockable() {
			if count++; first == nil {
				first = a
			}
		}
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	was := l.unreadable
	l.unreadable = count > 0
	switch {
	case l.unreadable && !was:
		log.Warn("the keychain can't be read", "accounts", count, "first", first.ID, "reason", first.Reason)
	case was && !l.unreadable:
		log.Info("the keychain can be read again")
	}
}

// onEvent follows the keeper. It does not call it.
func (a *Agent) onEvent(e keeper.Event) {
	if e.Reason == "" && !e.IsHold() && !e.Found { // of what was found nobody knows whether it took the place of what was handed out, or came before
		a.handed.replaced(e.Account, e.Access, e.At)
	}
	if !e.Found { // else it was logged when it was won, or the agent was killed in that moment
		a.events.add(a.log, e)
	}
	a.report("history", a.history.add(e))
}
