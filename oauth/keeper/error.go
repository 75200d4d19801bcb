package keeper

import (
	"errors"

	"freshkey/oauth"
)

// The reasons an account can have beside those of an exchange.
const (
	ReasonLocked          oauth.Reason = "keychain_locked"
	ReasonKeychain        oauth.Reason = "keychain_unavailable"
	ReasonRecordMissing   oauth.Reason = "record_missing"
	ReasonRecordBroken    oauth.Reason = "record_broken"
	ReasonRecordTooNew    oauth.Reason = "record_from_newer_version"
	ReasonNotRead         oauth.Reason = "not_read_yet"
	ReasonInternal        oauth.Reason = "internal_error"
	ReasonInterrupted     oauth.Reason = "interrupted"
	ReasonNoRefreshToken  oauth.Reason = "no_refresh_token"
	ReasonElsewhere       oauth.Reason = "moved_on_elsewhere"
	ReasonLostAnswer      oauth.Reason = "lost_answer"
	ReasonNoRoom          oauth.Reason = "no_room"
	ReasonOutOfReach      oauth.Reason = "sealed_answer_out_of_reach"
	ReasonRival           oauth.Reason = "held_by_another_account"
	ReasonEndpointChanged oauth.Reason = "endpoint_changed"
	ReasonMoved           oauth.Reason = "moved_to_another_computer"
	ReasonNotSignedIn     oauth.Reason = "not_signed_in"
	ReasonExpired         oauth.Reason = "sign_in_expired"
	ReasonDue             oauth.Reason = "due"            // the refresh comes as soon as it is this account's turn
	ReasonSettling        oauth.Reason = "settling"       // the machine woke or the network came up a moment ago
	ReasonJustRefreshed   oauth.Reason = "just_refreshed" // and what is left does not last until the next refresh may come
)

// DetailUnsealed says of an unsaved grant, or of an answer that cannot be read, that it is in memory alone: the disk did not
// take it either.
const DetailUnsealed = "unsealed"

// KeptError is ErrDuplicate, and which account keeps the token.
type KeptError struct{ Account string } // its id

func (e *KeptError) Error() string { return ErrDuplicate.Error() + " by " + e.Account }

// Unwrap makes it ErrDuplicate.
func (e *KeptError) Unwrap() error { return ErrDuplicate }

// Sentinels a caller branches on.
var (
	ErrNoAccount = errors.New("no such account")
	ErrDuplicate = errors.New("this refresh token is kept already")
	ErrSpent     = errors.New("this refresh token was used already")
	ErrStays     = errors.New("what was brought is the account's, and goes on once the keychain is back")
	ErrEdited    = errors.New("the settings were changed meanwhile")
	ErrTooLong   = errors.New("longer than the token's lifetime")
	ErrNotSent   = errors.New("nothing was sent")
	ErrShutdown  = errors.New("the keeper is shutting down")
	ErrOrigins   = errors.New("the settings lead elsewhere by now")
	ErrHeld      = errors.New("the account is held")
	ErrDoubt     = errors.New("nobody knows whether the refresh token was spent")
	ErrNoChain   = errors.New("no refresh token")
	ErrMoved     = errors.New("the chain has left for another computer")
	ErrMovedOn   = errors.New("the account was refreshed meanwhile")
	ErrOther     = errors.New("signed in as another person")
)
