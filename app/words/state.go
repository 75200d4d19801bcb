package words

import (
	"strings"
	"time"

	"freshkey/app/api"
	"freshkey/oauth"
	"freshkey/oauth/keeper"
)

// Sentence is what happened, then what to do.
type Sentence struct{ What, Advice string }

// State explains the state an account is in.
func (w Words) State(a api.Account, now time.Time) Sentence {
	args := Args{
		Account: a.Name, Detail: a.Detail, Until: w.Clock(a.ExpiresAt, now), Next: w.Ahead(a.NextRefreshAt, now),
	}
	if !a.HeldUntil.IsZero() {
		args.Held = w.Clock(a.HeldUntil, now)
	}
	if !a.SentAt.IsZero() {
		args.Sent = w.Clock(a.SentAt, now)
	}
	what := w.Say("what."+string(a.State), args)
	if a.Reason != "" && a.State != keeper.StateUnsaved {
		what = w.reason(a.Reason, args)
	}
	return Sentence{what, w.advice(a, args, now)}
}

// ReplaceQuestion asks whether a sign-in may put another person's token chain in an account's place. had and got are the
// openIds of both; one that is not known is empty.
func (w Words) ReplaceQuestion(had, got string) string {
	id := "login.confirm"
	switch {
	case got == "":
		id = "login.confirm.unnamed"
	case had == "":
		id = "login.confirm.unowned"
	}
	return w.Say(id, Args{Name: had, Account: got})
}

// reason prefers the sentence for the provider's own number.
func (w Words) reason(r oauth.Reason, args Args) string {
	id := "what." + string(r)
	if special := id + "." + args.Detail; args.Detail != "" && w.has(special) {
		return w.Say(special, args)
	}
	return w.Say(id, args)
}

func (w Words) advice(a api.Account, args Args, now time.Time) string {
	var parts []string
	switch a.State {
	case keeper.StateFresh:
		args.Next = w.Clock(a.NextRefreshAt, now)
		return w.Say("advice.fresh", args)
	case keeper.StateRefreshing:
		return ""
	case keeper.StateLocked:
		parts = append(parts, w.Say("advice."+string(a.Reason), args))
	case keeper.StateUnsaved:
		id := "advice.unsaved"
		if a.Detail == keeper.DetailUnsealed {
			id += ".unsealed"
		}
		parts = append(parts, w.Say(id, args))
	case keeper.StateHeld:
		return w.Say("advice.held", args)
	case keeper.StateMisconfigured, keeper.StateSignIn, keeper.StateUncertain:
		id := "advice." + string(a.State)
		switch {
		case a.State == keeper.StateMisconfigured && args.Sent != "":
			id += ".sent"
		case a.State == keeper.StateUncertain && a.Detail == keeper.DetailUnsealed:
			id += ".unsealed"
		}
		parts = append(parts, w.Say(id, args))
	default:
		parts = append(parts, w.Say("advice.retry", args))
	}
	if a.ExpiresAt.After(now) {
		parts = append(parts, w.Say("advice.usable", args))
	}
	return strings.Join(parts, " ")
}

// Status is the state in a few words, for a line in a list: "until 14:05", "offline, usable until 14:05".
func (w Words) Status(a api.Account, now time.Time) string {
	args := Args{State: w.Say("state." + string(a.State)), Until: w.Clock(a.ExpiresAt, now)}
	switch {
	case a.State == keeper.StateHeld:
		args.Held = w.Clock(a.HeldUntil, now)
		return w.Say("tray.held", args)
	case a.State == keeper.StateFresh && a.ExpiresAt.After(now):
		return w.Say("tray.fresh", args)
	case a.ExpiresAt.After(now):
		return w.Say("tray.usable", args)
	}
	return args.State
}
