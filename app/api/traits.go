package api

import (
	"time"

	"freshkey/oauth/keeper"
)

// Works reports whether the account's token works, whether it can be had or not.
func (a Account) Works(now time.Time) bool { return a.ExpiresAt.After(now) }

// Usable reports whether the account has a token that works and can be had.
func (a Account) Usable(now time.Time) bool { return a.Works(now) && !a.KeptBack }

// CanServe reports whether asking for a token is worth a try: there is one, or one may be won.
func (a Account) CanServe(now time.Time) bool { return a.Usable(now) || !a.NeedsSignIn() }

// CanRefresh reports whether a person may have the chain rotated at now.
func (a Account) CanRefresh(now time.Time) bool {
	switch a.State {
	case keeper.StateRefreshing, keeper.StateSignIn:
		return false
	}
	return !a.EndpointChanged() && !a.OnHold(now)
}

// NeedsSignIn reports whether only a sign-in in the browser helps.
func (a Account) NeedsSignIn() bool { return a.State == keeper.StateSignIn }

// EndpointChanged reports whether the settings lead where the account's secrets were not given for, and a person has to say whether they
// may go there.
func (a Account) EndpointChanged() bool { return a.Reason == keeper.ReasonEndpointChanged }

// Held reports whether a person keeps the token as it is, and nothing else is to be said of the account.
func (a Account) Held() bool { return a.State == keeper.StateHeld }

// OnHold reports whether a person keeps the token as it is at now, whatever else is wrong with the account.
func (a Account) OnHold(now time.Time) bool {
	return a.Held() || a.HeldUntil.After(now) && a.Works(now)
}

// EndsSoon reports whether a person has to sign in again soon, although nothing is wrong yet.
func (a Account) EndsSoon(now time.Time) bool {
	return !a.SignInSoon.IsZero() && !now.Before(a.SignInSoon)
}

// Settled reports whether nothing is wrong with the account.
func (a Account) Settled() bool { return a.State == keeper.StateFresh || a.State == keeper.StateHeld }

// Unread reports whether nothing is known of its tokens, because the keychain has not given its record since the agent runs.
func (a Account) Unread() bool {
	return a.Generation == 0 && (a.State == keeper.StateLocked || a.Reason == keeper.ReasonNotRead)
}

// Unsaved reports whether the keychain has not taken the newest token.
func (a Account) Unsaved() bool { return a.State == keeper.StateUnsaved }

// Passing reports whether the account only waits for its turn: nothing has failed, and seconds will change it.
func (a Account) Passing() bool {
	switch a.Reason {
	case keeper.ReasonNotRead, keeper.ReasonDue, keeper.ReasonSettling, keeper.ReasonJustRefreshed:
		return true
	}
	return false
}

// Unlockable reports whether opening the keychain would help the account.
func (a Account) Unlockable() bool {
	waits := a.State == keeper.StateLocked || a.State == keeper.StateUnsaved
	return a.KeptBack || waits && (a.Reason == keeper.ReasonLocked || a.Reason == keeper.ReasonKeychain)
}
