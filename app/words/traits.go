package words

import (
	"sync"
	"time"

	"freshkey/app/api"
	"freshkey/oauth/keeper"
)

// Alert is the kind of notice that a state calls for; "" for none.
type Alert string

// The alerts. What heals by itself is told late: see the agent's notices.
const (
	AlertSignIn   Alert = "signin"
	AlertSettings Alert = "misconfigured"
	AlertEndpoint Alert = "endpoint"
	AlertUnsaved  Alert = "unsaved"
	AlertLocked   Alert = "locked"
	AlertLate     Alert = "late"
	AlertEnding   Alert = "ending"
)

// Alerts are all of them, the gravest first.
func Alerts() []Alert {
	return []Alert{AlertSignIn, AlertSettings, AlertEndpoint, AlertUnsaved, AlertLocked, AlertLate, AlertEnding}
}

// NeedsPerson reports whether nothing comes of waiting.
func (a Alert) NeedsPerson() bool { return a != "" && a != AlertLate && a != AlertEnding }

// traits are what a state means to a person, beside its sentences.
type traits struct {
	icon    string // the picture while the access token works
	expired string // and when it does not
	alert   Alert
	advice  string // the sentence that says what to do; "reason" stands for that of the reason
	works   bool   // how long the token works is said after it
	next    string // why the next refresh is when it is
}

// states has a row for each state, and no other. Pictures have shapes of their own, so they say the same as the words do.
var states = sync.OnceValue(func() map[keeper.State]traits {
	return map[keeper.State]traits{
		keeper.StateFresh:         {"fresh", "fresh", "", "advice.fresh", false, "why.scheduled"},
		keeper.StateHeld:          {"fresh", "fresh", "", "advice.held", false, "why.held"},
		keeper.StateRefreshing:    {"busy", "busy", "", "", false, "why.scheduled"},
		keeper.StateWaiting:       {"resting", "attention", AlertLate, "advice.retry", true, "why.retry"},
		keeper.StateOffline:       {"resting", "attention", "", "advice.retry", true, "why.retry"},
		keeper.StateUncertain:     {"attention", "attention", AlertLate, "advice.uncertain", true, "why.retry"},
		keeper.StateUnsaved:       {"attention", "attention", AlertUnsaved, "advice.unsaved", true, "why.retry"},
		keeper.StateLocked:        {"attention", "attention", AlertLocked, "reason", true, "why.retry"},
		keeper.StateMisconfigured: {"problem", "problem", AlertSettings, "advice.misconfigured", true, "why.retry"},
		keeper.StateSignIn:        {"problem", "problem", AlertSignIn, "advice.signin", true, "why.retry"},
	}
})

// Icon names the picture for an account's state: fresh, busy, resting, attention or problem.
func Icon(a api.Account, now time.Time) string {
	t := states()[a.State]
	if a.Reason == keeper.ReasonNotSignedIn { // nothing has gone wrong
		return "attention"
	}
	if !a.Usable(now) && !a.Passing() {
		return t.expired
	}
	return t.icon
}

// AlertOf is the notice that an account's state calls for.
func AlertOf(a api.Account) Alert {
	if a.Reason == keeper.ReasonMoved || a.Reason == keeper.ReasonNotSignedIn { // the person did that, or is about to
		return ""
	}
	if a.EndpointChanged() { // a person has to look, and not at the provider's console
		return AlertEndpoint
	}
	return states()[a.State].alert
}

// Useless reports whether an account has no token that works, and that is no matter of a moment, nor of a person who has never signed in or has
// taken it elsewhere.
func Useless(a api.Account, now time.Time) bool {
	waits := a.Passing() || a.State == keeper.StateRefreshing
	return !a.Works(now) && !waits && a.Reason != keeper.ReasonNotSignedIn && a.Reason != keeper.ReasonMoved
}

// Troubled reports whether an account needs a person, or is of no use.
func Troubled(a api.Account, now time.Time) bool { return AlertOf(a).NeedsPerson() || Useless(a, now) }

// WhyNext is the sentence that says why an account's next refresh is when it is.
func WhyNext(a api.Account) string {
	if a.Held() && a.NextRefreshAt.After(holdEnd(a).Add(5*time.Second)) { // it would not be sooner without the hold
		return states()[keeper.StateFresh].next
	}
	return states()[a.State].next
}

// adviceOf is the sentence that says what to do about an account; "" if there is nothing to do.
func (w Catalog) adviceOf(a api.Account) string {
	id := states()[a.State].advice
	if id == "reason" || a.EndpointChanged() {
		id = "advice." + string(a.Reason)
	}
	switch a.Reason {
	case keeper.ReasonMoved:
		return "advice.signin.moved"
	case keeper.ReasonNotSignedIn:
		return "advice.not_signed_in"
	}
	if special := id + ".sent"; !a.SentAt.IsZero() && w.Has(special) { // an answer is missing
		return special
	}
	if special := id + "." + a.Detail; a.Detail == keeper.DetailUnsealed && w.Has(special) { // and the disk does not take it
		return special
	}
	return id
}
