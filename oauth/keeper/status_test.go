package keeper

import (
	"testing"
	"time"

	"freshkey/oauth"
	"freshkey/oauth/journal"
)

// What the rows of the table are made of.
var (
	noon   = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	here   = journal.Target{ClientID: "1", Endpoint: "https://example.com/token"}
	there  = journal.Target{ClientID: "2", Endpoint: "https://example.com/token"}
	locked = rarely(vaultFailure{err: &VaultError{Reason: ReasonLocked}, at: noon.Add(-time.Second), next: noon.Add(time.Minute), failures: 3})
)

func at(d time.Duration) time.Time { return noon.Add(d) }

// won is a grant of generation 3 that was issued at -h and lives for ten hours: due two hours before its end, give or take
// twelve minutes.
func won(h time.Duration) journal.Grant {
	return journal.Grant{Generation: 3, Cause: journal.CauseScheduled, Machine: "pc", Token: oauth.Token{
		Access: "access", Refresh: "refresh", Issued: at(-h), Expires: at(10*time.Hour - h),
	}}
}

func intent(spent oauth.Secret, cause journal.Cause, when time.Time) *journal.Intent {
	return &journal.Intent{ID: "0000000312345678", Fingerprint: spent.Fingerprint(), At: when, Cause: cause}
}

func refusal(of oauth.Secret, by journal.Target) journal.Refusal {
	return journal.Refusal{Fingerprint: of.Fingerprint(), Target: by}
}

// known are the facts of an account whose record was read, an hour after its last refresh.
func known(edit func(*facts)) facts {
	f := facts{known: true, settings: anApp(), record: journal.Record{Grant: won(time.Hour)}, stored: nameOf(won(0))}
	edit(&f)
	return f
}

// anApp are settings whose target is here.
func anApp() settings {
	return settings{ID: "a", ClientID: here.ClientID, provider: &provider{configured: new(oauth.Provider), endpoint: here.Endpoint}}
}

func failedWith(x oauth.Error) rare[journal.Attempt] {
	return rarely(failedAttempt(journal.Attempt{}, &x, oauth.Token{}, at(-10*time.Second), 1)) // tried again at +20 s
}

// row is one line of the table.
type row struct {
	name   string
	facts  facts
	s      surroundings
	state  State
	reason oauth.Reason
	act    action
	next   time.Time // the zero time: none; any moment within the jitter of "due" is written as due
}

// whenDue stands for a deadline that has the token's jitter in it.
var whenDue = time.Unix(1, 0)

func (r row) check(t *testing.T) {
	t.Helper()
	r.s.share = DefaultShare
	v := status(r.facts, r.s, noon)
	if v.state != r.state || v.reason != r.reason || v.act != r.act {
		t.Errorf("%s: %s (%s), does %d; want %s (%s), %d", r.name, v.state, v.reason, v.act, r.state, r.reason, r.act)
	}
	if r.next == whenDue {
		if off := v.next.Sub(r.facts.record.Grant.Token.Expires.Add(-2 * time.Hour)); off.Abs() > 12*time.Minute {
			t.Errorf("%s: next %v, want it about two hours before the expiry", r.name, v.next)
		}
	} else if !v.next.Equal(r.next) && (r.next != noon || v.next.After(noon) || v.next.IsZero()) { // a moment that has passed is at once
		t.Errorf("%s: next %v, want %v", r.name, v.next, r.next)
	}
}

func TestStatusOfWhatStopsTheKeeper(t *testing.T) {
	for _, r := range []row{
		{"1 never read", facts{settings: anApp()}, surroundings{}, StateWaiting, ReasonNotRead, actNothing, time.Time{}},
		{"4 never read, keychain locked", facts{settings: anApp(), vault: locked}, surroundings{}, StateLocked, ReasonLocked, actRecover, at(time.Minute)},
		{"2 a request is being made", known(func(f *facts) { f.refreshing, f.vault = true, locked }), surroundings{}, StateRefreshing, "", actNothing, time.Time{}},
		{"3 unsaved", known(func(f *facts) { f.dirty, f.stored, f.vault = true, grantName{}, locked }), surroundings{}, StateUnsaved, ReasonLocked, actRecover, at(time.Minute)},
		{"3 unsaved, and dead for somebody", known(func(f *facts) {
			f.dirty, f.stored, f.vault = true, grantName{}, locked
			f.record.Refusals = []journal.Refusal{refusal("refresh", here)}
		}), surroundings{}, StateUnsaved, ReasonLocked, actRecover, at(time.Minute)},
		{"4 a verdict is unsaved, the grant is not", known(func(f *facts) { f.dirty, f.vault = true, locked }), surroundings{}, StateLocked, ReasonLocked, actRecover, at(time.Minute)},
		{"4 locked, and something was heard", known(func(f *facts) { f.vault = locked }), surroundings{opened: noon}, StateLocked, ReasonLocked, actRecover, noon},
		{"3 unsaved, and a panic", known(func(f *facts) { f.dirty, f.stored, f.breakdown = true, grantName{}, rarely(pause{at(time.Hour), 1}) }), surroundings{}, StateUnsaved, ReasonKeychain, actRecover, at(time.Hour)},
		{"4 locked, and a panic", known(func(f *facts) { f.vault, f.breakdown = locked, rarely(pause{at(time.Hour), 1}) }), surroundings{}, StateLocked, ReasonLocked, actRecover, at(time.Hour)},
		{"5 a panic", known(func(f *facts) { f.breakdown = rarely(pause{at(time.Minute), 1}) }), surroundings{}, StateWaiting, ReasonInternal, actRecover, at(time.Minute)},
		{"6 a sealed answer out of reach", known(func(f *facts) {
			f.record.Intent, f.outOfReach = intent("refresh", journal.CauseAsked, at(-10*time.Second)), rarely(pause{at(time.Second), 1})
		}), surroundings{}, StateWaiting, ReasonOutOfReach, actRecover, at(time.Second)},
		{"5 a panic before anything was read", facts{settings: anApp(), breakdown: rarely(pause{at(time.Minute), 1})}, surroundings{}, StateWaiting, ReasonInternal, actRecover, at(time.Minute)},
		{"7 the settings lead elsewhere", known(func(f *facts) {
			f.record.Origins, f.settings.provider.origins = []string{"https://a.example"}, []string{"https://a.example", "https://b.example"}
		}), surroundings{}, StateMisconfigured, ReasonEndpointChanged, actNothing, time.Time{}},
		{"8 never signed in", known(func(f *facts) { f.record.Grant = journal.Grant{} }), surroundings{}, StateSignIn, ReasonNotSignedIn, actNothing, time.Time{}},
		{"9 the chain has left", known(func(f *facts) { f.record = f.record.LetGo(journal.Move{ID: "m"}) }), surroundings{}, StateSignIn, ReasonMoved, actNothing, time.Time{}},
		{"9 no refresh token", known(func(f *facts) { f.record.Grant.Token.Refresh = "" }), surroundings{}, StateSignIn, ReasonNoRefreshToken, actNothing, time.Time{}},
		{"10 refused", known(func(f *facts) { f.record.Refusals = []journal.Refusal{refusal("refresh", here)} }), surroundings{}, StateSignIn, oauth.ReasonRefused, actNothing, time.Time{}},
		{"10 not: an old version did not write down who refused it", known(func(f *facts) { f.record.Refusals = []journal.Refusal{refusal("refresh", journal.Target{})} }), surroundings{}, StateWaiting, ReasonDue, actRefresh, noon},
		{"10 another account has its token", known(func(*facts) {}), surroundings{yields: true}, StateSignIn, ReasonRival, actNothing, time.Time{}},
		{"10 refused after a lost answer", known(func(f *facts) {
			f.record.Refusals = []journal.Refusal{refusal("refresh", here)}
			f.record.Unanswered = intent("refresh", journal.CauseAsked, at(-time.Hour))
		}), surroundings{}, StateSignIn, ReasonLostAnswer, actNothing, time.Time{}},
		{"10 refused after a lost answer, and won by another computer", known(func(f *facts) {
			f.record.Refusals = []journal.Refusal{refusal("refresh", here)}
			f.record.Unanswered = intent("refresh", journal.CauseAsked, at(-time.Hour))
		}), surroundings{machine: "laptop"}, StateSignIn, ReasonLostAnswer, actNothing, time.Time{}},
		{"10 refused, and won by another computer", known(func(f *facts) { f.record.Refusals = []journal.Refusal{refusal("refresh", here)} }), surroundings{machine: "laptop"}, StateSignIn, ReasonElsewhere, actNothing, time.Time{}},
		{"11 settings nobody can use", known(func(f *facts) { f.settings.provider.unusable = true }), surroundings{}, StateMisconfigured, oauth.ReasonSettings, actNothing, time.Time{}},
	} {
		r.check(t)
	}
}

func TestStatusAfterAnAttempt(t *testing.T) {
	lost := func(f *facts) { f.record.Unanswered = intent("refresh", journal.CauseAsked, at(-time.Minute)) }
	for _, r := range []row{
		{"13 interrupted", known(func(f *facts) { f.record.Intent = intent("refresh", journal.CauseAsked, at(-10*time.Second)) }), surroundings{}, StateUncertain, ReasonInterrupted, actRefresh, at(20 * time.Second)},
		{"13 no answer", known(func(f *facts) {
			lost(f)
			f.failed = failedWith(oauth.Error{Class: oauth.Uncertain, Reason: oauth.ReasonNoAnswer})
		}), surroundings{}, StateUncertain, oauth.ReasonNoAnswer, actRefresh, at(20 * time.Second)},
		{"13 no answer, then offline", known(func(f *facts) {
			lost(f)
			f.failed = failedWith(oauth.Error{Class: oauth.Offline, Reason: oauth.ReasonNoConnection})
		}), surroundings{}, StateUncertain, oauth.ReasonNoAnswer, actRefresh, at(20 * time.Second)},
		{"13 no answer, then busy", known(func(f *facts) {
			lost(f)
			f.failed = failedWith(oauth.Error{Class: oauth.Transient, Reason: oauth.ReasonRateLimited})
		}), surroundings{}, StateUncertain, oauth.ReasonNoAnswer, actRefresh, at(20 * time.Second)},
		{"13 unreadable", known(func(f *facts) {
			f.record.Unparsed = []*journal.Intent{intent("refresh", journal.CauseAsked, at(-10*time.Second))}
		}), surroundings{}, StateUncertain, oauth.ReasonUnreadable, actRefresh, at(20 * time.Second)},
		{"13 sent by a clock that was wrong", known(func(f *facts) { f.record.Unanswered = intent("refresh", journal.CauseAsked, at(time.Hour)) }), surroundings{}, StateUncertain, oauth.ReasonNoAnswer, actRefresh, noon},
		{"13 not: a sign-in spends nothing", known(func(f *facts) { f.record.Intent = intent("refresh", journal.CauseSignIn, at(-time.Second)) }), surroundings{}, StateFresh, "", actRefresh, whenDue},
		{"13 not: it was about an older token", known(func(f *facts) { f.record.Unanswered = intent("older", journal.CauseAsked, at(-time.Second)) }), surroundings{}, StateFresh, "", actRefresh, whenDue},
		{"12 settings refused, and an answer is lost", known(func(f *facts) {
			lost(f)
			f.failed = failedWith(oauth.Error{Class: oauth.Misconfigured, Reason: oauth.ReasonSettings})
			f.failed.value.Settings = f.settingsName()
		}), surroundings{}, StateMisconfigured, oauth.ReasonSettings, actRefresh, at(20 * time.Second)},
		{"13 a gateway gave up", known(func(f *facts) {
			lost(f)
			f.failed = failedWith(oauth.Error{Class: oauth.Uncertain, Reason: oauth.ReasonServer, Status: 504})
		}), surroundings{}, StateUncertain, oauth.ReasonServer, actRefresh, at(20 * time.Second)},
		{"14 offline, and held", known(func(f *facts) {
			f.failed = failedWith(oauth.Error{Class: oauth.Offline, Reason: oauth.ReasonNoConnection})
			f.settings.HeldUntil = at(time.Hour)
		}), surroundings{}, StateOffline, oauth.ReasonNoConnection, actRefresh, at(time.Hour)},
		{"12 settings refused", known(func(f *facts) {
			f.failed = failedWith(oauth.Error{Class: oauth.Misconfigured, Reason: oauth.ReasonSettings, Code: "96003"})
			f.failed.value.Settings = f.settingsName()
		}), surroundings{}, StateMisconfigured, oauth.ReasonSettings, actRefresh, at(20 * time.Second)},
		{"14 offline", known(func(f *facts) {
			f.failed = failedWith(oauth.Error{Class: oauth.Offline, Reason: oauth.ReasonNoConnection})
		}), surroundings{}, StateOffline, oauth.ReasonNoConnection, actRefresh, at(20 * time.Second)},
		{"15 busy", known(func(f *facts) {
			f.failed = failedWith(oauth.Error{Class: oauth.Transient, Reason: oauth.ReasonRateLimited, RetryAfter: time.Hour})
		}), surroundings{}, StateWaiting, oauth.ReasonRateLimited, actRefresh, at(time.Hour - 10*time.Second)},
		{"15 the keychain blinked meanwhile", known(func(f *facts) {
			f.failed = failedWith(oauth.Error{Class: oauth.Transient, Reason: oauth.ReasonRateLimited, RetryAfter: time.Hour})
		}), surroundings{news: noon}, StateWaiting, oauth.ReasonRateLimited, actRefresh, at(time.Hour - 10*time.Second)},
	} {
		r.check(t)
	}
	late := known(func(f *facts) {
		f.failed = failedWith(oauth.Error{Class: oauth.Offline})
		f.failed.value.Next = at(time.Hour)
	})
	if next := status(late, surroundings{news: noon, quietUntil: at(5 * time.Second)}, noon).next; next.Before(at(5*time.Second)) || next.After(at(10*time.Second)) {
		t.Errorf("13 the network is back: next %v, want it within five seconds after it has settled", next)
	}
}

func TestStatusOfATokenNobodyDisturbs(t *testing.T) {
	hold := func(d time.Duration) func(*facts) { return func(f *facts) { f.settings.HeldUntil = at(d) } }
	expired := func(edit func(*facts)) facts {
		return known(func(f *facts) { f.record.Grant = won(11 * time.Hour); edit(f) })
	}
	due := expired(func(*facts) {})
	for _, r := range []row{
		{"16 held until before it is due", known(hold(time.Hour)), surroundings{}, StateHeld, "", actRefresh, whenDue},
		{"16 held until after it is due", known(hold(8 * time.Hour)), surroundings{}, StateHeld, "", actRefresh, at(8 * time.Hour)},
		{"16 held for longer than it lives", known(hold(48 * time.Hour)), surroundings{}, StateHeld, "", actRefresh, at(9 * time.Hour)},
		{"16 not: the hold is over", known(hold(-time.Second)), surroundings{}, StateFresh, "", actRefresh, whenDue},
		{"17 refused under other settings", known(func(f *facts) {
			f.record.Refusals = []journal.Refusal{refusal("refresh", there)}
			f.failed = failedWith(oauth.Error{Class: oauth.Dead, Reason: oauth.ReasonRefused})
		}), surroundings{}, StateWaiting, ReasonDue, actRefresh, at(-10 * time.Second)},
		{"17 the previous one is left", known(func(f *facts) {
			previous := won(11 * time.Hour)
			previous.Token.Refresh = "previous"
			f.record.Previous, f.record.Refusals = &previous, []journal.Refusal{refusal("refresh", here)}
			f.failed = failedWith(oauth.Error{Class: oauth.Dead, Reason: oauth.ReasonRefused})
		}), surroundings{}, StateWaiting, ReasonDue, actRefresh, at(-10 * time.Second)},
		{"17 the settings are others now", known(func(f *facts) {
			f.failed = failedWith(oauth.Error{Class: oauth.Misconfigured, Reason: oauth.ReasonSettings})
			f.failed.value.Settings = f.settingsName()
			f.settings.RedirectURI = "https://example.com/other"
		}), surroundings{}, StateWaiting, ReasonDue, actRefresh, at(-10 * time.Second)},
		{"17 the settings are others, and the provider asked to wait", known(func(f *facts) {
			f.failed = failedWith(oauth.Error{Class: oauth.Misconfigured, Reason: oauth.ReasonSettings, RetryAfter: time.Minute})
		}), surroundings{}, StateWaiting, oauth.ReasonRateLimited, actRefresh, at(50 * time.Second)},
		{"17 nothing is known of the attempt", known(func(f *facts) { f.record.Refusals = []journal.Refusal{refusal("refresh", there)} }), surroundings{}, StateWaiting, ReasonDue, actRefresh, noon},
		{"18 fresh", known(func(*facts) {}), surroundings{}, StateFresh, "", actRefresh, whenDue},
		{"18 issued by a clock that was wrong", known(func(f *facts) { f.record.Grant = won(-24 * time.Hour) }), surroundings{}, StateFresh, "", actRefresh, noon},
		{"19 expired", due, surroundings{}, StateWaiting, ReasonDue, actRefresh, whenDue},
		{"19 expired while the machine slept", due, surroundings{quietUntil: at(20 * time.Second)}, StateWaiting, ReasonSettling, actRefresh, at(20 * time.Second)},
		{"19 it lives for a second", known(func(f *facts) {
			f.record.Grant.Token.Issued, f.record.Grant.Token.Expires = at(-2*time.Second), at(-time.Second)
		}), surroundings{}, StateWaiting, ReasonJustRefreshed, actRefresh, at(8 * time.Second)},
		{"19 added without an access token", known(func(f *facts) {
			f.record.Grant = journal.Grant{Generation: 1, Cause: journal.CauseAdded, Token: oauth.Token{Refresh: "refresh", Issued: noon}}
		}), surroundings{}, StateWaiting, ReasonDue, actRefresh, noon},
	} {
		r.check(t)
	}
}

// An expired token is never called fresh, whatever else is known.
func TestStatusNeverCallsAnExpiredTokenFresh(t *testing.T) {
	for hours := range 30 {
		for _, s := range []surroundings{{share: 20}, {share: 20, quietUntil: at(time.Minute)}, {share: 50, news: noon}} {
			f := known(func(f *facts) { f.record.Grant = won(time.Duration(hours) * time.Hour) })
			v, works := status(f, s, noon), f.record.Grant.Token.ValidFor(noon) > 0
			if (v.state == StateFresh || v.state == StateHeld) && !works {
				t.Errorf("%d hours after its issue it is %s", hours, v.state)
			}
			if works && !v.until.IsZero() && v.until.After(f.record.Grant.Token.Expires) {
				t.Errorf("nobody looks again before it expires")
			}
		}
	}
}
