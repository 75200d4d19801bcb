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

// String is both, as one text.
func (s Sentence) String() string { return api.Join(s.What, s.Advice) }

// State explains the state an account is in.
func (w Catalog) State(a api.Account, now time.Time) Sentence {
	args := Args{
		Account: a.Name, Detail: a.Detail, Was: strings.Join(a.ConfirmedOrigins, ", "), Until: w.Clock(a.ExpiresAt, now), Next: w.Ahead(a.NextRefreshAt, now),
	}
	if !a.HeldUntil.IsZero() {
		args.Held = w.Clock(holdEnd(a), now)
	}
	if !a.SentAt.IsZero() {
		args.Sent = w.Clock(a.SentAt, now)
	}
	what := w.Text("what."+string(a.State), args)
	if a.Reason != "" && !a.Unsaved() {
		what = w.reason(a.Reason, args)
	}
	if a.KeptBack && a.Settled() {
		return Sentence{w.Text("what.kept_back"), w.Text("advice.keychain_locked")}
	}
	return Sentence{what, w.advice(a, args, now)}
}

// holdEnd is when a hold ends: with its token, however much longer somebody asked for.
func holdEnd(a api.Account) time.Time {
	if !a.ExpiresAt.IsZero() && a.ExpiresAt.Before(a.HeldUntil) {
		return a.ExpiresAt
	}
	return a.HeldUntil
}

// reason prefers the sentence for the provider's own number.
func (w Catalog) reason(r oauth.Reason, args Args) string {
	id := "what." + string(r)
	if special := id + "." + args.Detail; args.Detail != "" && w.Has(special) {
		return w.Text(special, args)
	}
	if r == oauth.ReasonServer && strings.HasPrefix(args.Detail, "HTTP 3") { // no secret follows it
		id += ".redirect"
	}
	return w.Text(id, args)
}

func (w Catalog) advice(a api.Account, args Args, now time.Time) string {
	if a.State == keeper.StateFresh && a.EndsSoon(now) {
		return w.Text("advice.ending", Args{Until: w.Clock(a.SignInBy, now)})
	}
	id := w.adviceOf(a)
	if id == "" {
		return ""
	}
	if a.State == keeper.StateFresh { // planned, not a retry
		args.Next = w.Clock(a.NextRefreshAt, now)
	}
	said := w.Text(id, args)
	if states()[a.State].works && a.Usable(now) {
		usable := "advice.usable"
		if a.Reason == keeper.ReasonLostAnswer || a.Reason == oauth.ReasonRefused { // some providers end all of a chain together
			usable = "advice.usable.perhaps"
		}
		said = api.Join(said, w.Text(usable, args))
	}
	return said
}

// Status is the state in a few words, for a line in a list: "until 14:05", "offline, usable until 14:05".
func (w Catalog) Status(a api.Account, now time.Time) string {
	return w.withAge(w.status(a, now), a, now)
}

// Copied is a sentence about what was copied. Until when is said of a token, and not of what is signed.
func (w Catalog) Copied(id string, done api.CopyResult, now time.Time) string {
	args := Args{Account: done.Account, What: w.Text("form." + string(done.Form))}
	if !done.Once {
		args.Until, args.Left = w.Clock(done.ExpiresAt, now), w.Span(done.ExpiresAt.Sub(now))
	}
	return w.Text(id, args)
}

// StateName is the state as one word, and whether what was copied or handed out of the account is old by now.
func (w Catalog) StateName(a api.Account, now time.Time) string {
	return w.withAge(w.withHold(w.StateWord(a), a, now), a, now)
}

// StateWhy is StateName with the reason as JSON has it, and what the provider said, if something is wrong.
func (w Catalog) StateWhy(a api.Account, now time.Time) string {
	why := string(a.Reason)
	switch {
	case a.Settled(), a.Passing(), why == "", a.Reason == keeper.ReasonNotSignedIn:
		return w.StateName(a, now)
	case a.Detail != "" && len(a.Detail) < 20:
		why += ", " + a.Detail
	}
	return w.withAge(w.withHold(w.StateWord(a)+" ("+why+")", a, now), a, now)
}

// withHold says of an account that is held besides until when: nothing is tried before.
func (w Catalog) withHold(text string, a api.Account, now time.Time) string {
	if a.Held() || !a.OnHold(now) {
		return text
	}
	return text + ", " + w.Text("tray.held", Args{Held: w.Clock(holdEnd(a), now)})
}

// withAge says of a person's copy since when it is old: they have to copy again. A program asks anew each time, so that an old token of its own is
// hardly news, and few words.
func (w Catalog) withAge(text string, a api.Account, now time.Time) string {
	switch {
	case !a.CopySupersededAt.IsZero():
		return text + ", " + w.Text("superseded", Args{At: w.Clock(a.CopySupersededAt, now)})
	case !a.SupersededAt.IsZero():
		return text + ", " + w.Text("superseded.program")
	}
	return text
}

// StateWord is the state alone. Nobody signs in again who never has.
func (w Catalog) StateWord(a api.Account) string {
	if a.Reason == keeper.ReasonNotSignedIn {
		return w.Text("state.not_signed_in")
	}
	return w.Text("state." + string(a.State))
}

func (w Catalog) status(a api.Account, now time.Time) string {
	args := Args{State: w.StateWord(a), Until: w.Clock(a.ExpiresAt, now)}
	switch {
	case a.Held():
		args.Held = w.Clock(holdEnd(a), now)
		return w.Text("tray.held", args)
	case a.KeptBack:
		return w.Text("tray.kept_back", args)
	case a.State == keeper.StateFresh && a.Usable(now):
		return w.Text("tray.fresh", args)
	case a.Usable(now):
		return w.Text("tray.usable", args)
	case !a.ExpiresAt.IsZero() && !AlertOf(a).NeedsPerson() && Useless(a, now):
		return w.Text("tray.expired", args)
	}
	return args.State
}
