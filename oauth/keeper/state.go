package keeper

// State is what an account is in, as one word.
type State string

// The states an account can be in.
const (
	StateFresh         State = "fresh"         // a token that works; nothing to do
	StateRefreshing    State = "refreshing"    // a refresh is under way
	StateWaiting       State = "waiting"       // it failed for now, or is not to be tried yet; Next says when it is
	StateOffline       State = "offline"       // no connection; nothing was sent
	StateUncertain     State = "uncertain"     // sent, and the answer was lost
	StateUnsaved       State = "unsaved"       // the new token is here, but the keychain does not take it
	StateLocked        State = "locked"        // the keychain does not let the record be read or written
	StateMisconfigured State = "misconfigured" // the settings can't be used, or the provider refuses them
	StateHeld          State = "held"          // a token that works, kept as it is because a person asked
	StateSignIn        State = "signin"        // no refresh token is left to send: dead, another account's, or never won
)
