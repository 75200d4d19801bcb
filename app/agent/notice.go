package agent

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"freshkey/app/api"
	"freshkey/app/desktop"
	"freshkey/app/words"
	"freshkey/oauth/keeper"
)

// raiseAlert shows a notice. A click on it leads to the remedy: to the sign-in, if that is what one account needs, or to the password of a keychain
// that is locked, else to the window. Who wants quiet is told only what needs them.
func (a *Agent) raiseAlert(ctx context.Context, kind words.Alert, accounts []*api.Account, amends bool, now time.Time) error {
	if a.config.get().Settings.Quiet && kind == words.AlertLate {
		return nil
	}
	clicked := func() { a.start(func(ctx context.Context) { a.remedy(ctx, kind, accounts) }) }
	notice := noticeFor(a.words, kind, accounts, now)
	notice.Amends = amends
	err := a.desk.Notify(ctx, notice, clicked)
	a.report("notice", err)
	return err
}

// remedy leads to what is wrong with accounts by now: the notice may be a day old.
func (a *Agent) remedy(ctx context.Context, kind words.Alert, accounts []*api.Account) {
	var are []*api.Account
	for _, one := range accounts {
		if s, err := a.keeper.Account(one.ID); err == nil { // else it was removed
			as := a.toAPI(s)
			are = append(are, &as)
		}
	}
	switch remedyOf(kind, are, time.Now()) {
	case remedySignIn:
		a.loginClicked(ctx, are[0].ID)
	case remedyUnlock:
		if p, ok := errors.AsType[*api.Problem](a.Unlock(ctx)); ok && p.Reason != keeper.ReasonLocked { // else they have just said no
			a.showWindow(ctx)
		}
	default:
		a.showWindow(ctx)
	}
}

// remedy is where a click on a notice leads; its words are the label's.
type remedy string

const (
	remedyOpen   remedy = "notice.open"
	remedySignIn remedy = "tray.login"
	remedyUnlock remedy = "tray.unlock"
)

func remedyOf(kind words.Alert, accounts []*api.Account, now time.Time) remedy {
	switch {
	case (kind == words.AlertSignIn || kind == words.AlertEnding) && len(accounts) == 1 && (accounts[0].NeedsSignIn() || accounts[0].EndsSoon(now)):
		return remedySignIn
	case (kind == words.AlertLocked || kind == words.AlertUnsaved) && slices.ContainsFunc(accounts, func(a *api.Account) bool { return a.Reason == keeper.ReasonLocked }):
		return remedyUnlock
	}
	return remedyOpen
}

// noticeFor words one notice for all accounts it is about.
func noticeFor(w words.Catalog, kind words.Alert, accounts []*api.Account, now time.Time) desktop.Notice {
	var names []string
	for n, a := range accounts {
		if n == namedInNotice {
			names = append(names, w.Text("notice.others", words.Args{PluralCount: len(accounts) - n}))
			break
		}
		names = append(names, a.Name)
	}
	return desktop.Notice{
		Key: string(kind), Title: w.Text("notice."+string(kind), words.Args{Account: strings.Join(names, ", ")}),
		Body: bodyFor(w, accounts, now), Action: w.Text(string(remedyOf(kind, accounts, now))), Urgent: kind.NeedsPerson(),
	}
}

// namedInNotice is how many accounts a notice names.
const namedInNotice = 3

// bodyFor says of accounts what is true of all of them: what happened and what to do, or one of the two. Of the rest the window
// says it of each.
func bodyFor(w words.Catalog, accounts []*api.Account, now time.Time) string {
	of := func(a api.Account) words.Sentence {
		if len(accounts) > 1 {
			a.ExpiresAt = time.Time{} // for how long each of the tokens works is not said
		}
		return w.State(a, now)
	}
	first := of(*accounts[0])
	alike, advised := true, true // in what happened, in what to do
	for _, a := range accounts[1:] {
		s := of(*a)
		alike, advised = alike && s.What == first.What, advised && s.Advice == first.Advice
	}
	switch {
	case alike && advised:
		return first.String()
	case alike: // as a rule they are tried again at different times
		return api.Join(first.What, w.Text("notice.each"))
	case advised && first.Advice != "":
		return first.Advice
	}
	return w.Text("notice.several")
}

func (a *Agent) windowFailed() {
	a.consents.refuse()
	a.report("notice", a.desk.Notify(a.life, desktop.Notice{
		Key: "window", Title: a.words.Text("notice.window_failed"), Body: a.words.Text("notice.window_failed.body"),
	}, nil))
}

// sayUnsaved warns that a token is not in the keychain yet.
func (a *Agent) sayUnsaved(ctx context.Context) {
	unsaved, unsealed := a.keeper.Unsaved()
	if unsaved == 0 {
		return
	}
	body := "notice.quit_unsaved.body"
	if unsealed > 0 {
		body += ".unsealed"
	}
	a.log.Error("quit with unsaved tokens", "accounts", unsaved, "unsealed", unsealed)
	a.report("notice", a.desk.Notify(ctx, desktop.Notice{
		Key: "quit", Title: a.words.Text("notice.quit_unsaved"), Body: a.words.Text(body), Urgent: true, Lasting: true,
	}, nil))
}
