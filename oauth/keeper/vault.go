package keeper

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"time"

	"freshkey/oauth"
	"freshkey/oauth/journal"
)

// Vault is the keychain as the keeper sees it. A missing key is fs.ErrNotExist, a locked keychain fs.ErrPermission, a value
// that is damaged fs.ErrInvalid.
// Calls must end by themselves, also when the keychain hangs.
type Vault interface {
	Get(ctx context.Context, key string) ([]byte, error)
	Set(ctx context.Context, key string, value []byte) error
	Delete(ctx context.Context, key string) error
}

// VaultError is a keychain that could not be read or written.
type VaultError struct {
	Reason oauth.Reason // ReasonLocked, ReasonKeychain, or one of the ReasonRecord…
	Err    error        // the keychain's own words; they name no secret
}

func (e *VaultError) Error() string { return fmt.Sprintf("%s: %v", e.Reason, e.Err) }

// Unwrap gives the keychain's own error.
func (e *VaultError) Unwrap() error { return e.Err }

// AsVaultError says what an error of a Vault's means.
func AsVaultError(err error) *VaultError {
	var v *VaultError
	switch {
	case errors.As(err, &v):
		return v
	case errors.Is(err, fs.ErrPermission):
		return &VaultError{ReasonLocked, err}
	case errors.Is(err, fs.ErrNotExist):
		return &VaultError{ReasonRecordMissing, err}
	case errors.Is(err, fs.ErrInvalid), errors.Is(err, errBroken):
		return &VaultError{ReasonRecordBroken, err}
	case errors.Is(err, journal.ErrTooNew):
		return &VaultError{ReasonRecordTooNew, err}
	}
	return &VaultError{ReasonKeychain, err}
}

// errBroken is a value that is no record.
var errBroken = errors.New("not a record")

// vaultFailed is one failure more of the keychain.
func (f *facts) vaultFailed(err *VaultError, now time.Time) {
	longest := maxVaultWait
	if f.unsaved() {
		longest = maxUnsavedWait
	}
	again := f.vault.get().failures + 1
	f.vault = rarely(vaultFailure{err, now, now.Add(vaultWait(again, longest)), again})
}

// failVault notes that the keychain failed, and returns that.
func (k *Keeper) failVault(a *account, err error) error {
	v := AsVaultError(err)
	k.learn(a, func(f *facts) {
		f.refreshing = false
		f.vaultFailed(v, k.now())
	})
	return v
}

// keychainAnsweredLocked has all accounts that the keychain failed try it at once, now that one got its answer which it had failed; failed is how.
// Where it is known to have been opened since, they have been told.
func (k *Keeper) keychainAnsweredLocked(failed vaultFailure) {
	if k.opened.After(failed.at) {
		return
	}
	k.opened = k.now()
	for _, other := range k.accounts {
		if other.shared.facts.vault.get().err != nil {
			k.reconsiderLocked(other)
		}
	}
	wake(k.wakeLoader)
}

// read gets the account's record from the vault, compares it with the one in memory, and returns the newer one: what
// another wrote is adopted if it is of a later generation, and never if it is of an earlier one. It wants the turn.
func (k *Keeper) read(ctx context.Context, a *account) (journal.Record, error) {
	stored, data, err := k.fetch(ctx, a)
	k.compareClocks() // it may have taken long, and what is in memory is written down next
	f := k.reveal(a, stored, err)
	if why := AsVaultError(err); err != nil && f.known && (why.Reason == ReasonRecordMissing || why.Reason == ReasonRecordBroken) {
		// what is in memory may be the only copy of the chain; recover stores it again
		k.config.Log.Warn("the keychain has lost the record; storing it again", "account", a.id, "reason", why.Reason, "generation", f.record.Grant.Generation)
		a.own.seen = &grantName{}
		k.learn(a, func(f *facts) { f.keyed = false })
		return f.record, nil
	}
	if err != nil {
		return journal.Record{}, k.failVault(a, err)
	}
	if !f.known || stored.Overtakes(f.record) {
		return k.adopt(a, stored), nil
	}
	if !f.keyed {
		k.learn(a, func(f *facts) { f.keyed = true })
	}
	if stored.Grant.Generation < f.record.Grant.Generation && !f.dirty {
		k.config.Log.Warn("the keychain holds an older generation; storing the newer again", "account", a.id)
	}
	a.own.seen = nil
	switch mine, err := f.record.Encode(); {
	case err == nil && bytes.Equal(mine, data) && f.unsaved(): // the write that was said to have failed
		k.learn(a, func(f *facts) { f.stored, f.dirty, f.vault = nameOf(stored.Grant), false, rare[vaultFailure]{} })
		k.tidy(a, f.record)
		k.emit(a, f.record.Grant.Cause)
	case err != nil || !bytes.Equal(mine, data):
		seen := nameOf(stored.Grant)
		a.own.seen = &seen // it is stored again before anybody is told
	}
	return f.record, nil
}

// reveal puts back into memory what was taken out of it, from what the vault holds, if it was read. What the vault has lost is lost;
// that never is a refresh token.
func (k *Keeper) reveal(a *account, stored journal.Record, err error) facts {
	f := k.facts(a)
	gone := err != nil && (AsVaultError(err).Reason == ReasonRecordMissing || AsVaultError(err).Reason == ReasonRecordBroken)
	if !f.record.IsHidden() || (err != nil && !gone) {
		return f
	}
	k.learn(a, func(f *facts) { f.record = f.record.Revealed(stored) })
	return k.facts(a)
}

// fetch gets the account's record from the vault, and the bytes it was.
func (k *Keeper) fetch(ctx context.Context, a *account) (journal.Record, []byte, error) {
	data, err := k.config.Vault.Get(context.WithoutCancel(ctx), a.id)
	if err == nil {
		k.setShut(false)
	}
	if err != nil {
		return journal.Record{}, nil, err
	}
	stored, err := journal.Decode(data)
	if err != nil && !errors.Is(err, journal.ErrTooNew) {
		err = fmt.Errorf("%w: %w", errBroken, err)
	}
	return stored, data, err
}

// adopt takes a record that the vault holds for the account's. A wait that lies in the future, by a clock that was wrong,
// begins now.
func (k *Keeper) adopt(a *account, stored journal.Record) journal.Record {
	attempt := stored.LastAttempt()
	if now := k.now(); attempt.At.After(now) {
		attempt = attempt.Shifted(now.Sub(attempt.At))
	}
	a.own = turnPart{}
	before := k.facts(a)
	k.learn(a, func(f *facts) {
		f.record, f.failed, f.stored, f.dirty, f.vault = f.lean(stored), rarely(attempt), nameOf(stored.Grant), false, rare[vaultFailure]{}
		f.keyed, f.refreshing, f.unsealed, f.unwritten = true, false, false, rare[pause]{}
	})
	switch {
	case !before.known:
		k.emitFound(a, stored)
	case nameOf(before.record.Grant) != nameOf(stored.Grant):
		k.emit(a, stored.Grant.Cause) // won by somebody else
	}
	return stored
}

// save writes a record and reads it back: a keychain whose prompt was dismissed reports success and stores nothing.
func (k *Keeper) save(ctx context.Context, id string, r journal.Record) error {
	data, err := r.Encode()
	if err != nil {
		return err
	}
	ctx = context.WithoutCancel(ctx)
	if err := k.config.Vault.Set(ctx, id, data); err != nil {
		return AsVaultError(err)
	}
	back, err := k.config.Vault.Get(ctx, id)
	if err != nil {
		return AsVaultError(err)
	}
	if !bytes.Equal(back, data) {
		return &VaultError{ReasonKeychain, errors.New("what was written is not what is read back")}
	}
	return nil
}

// store makes a record the account's, and puts it into the vault. If the vault does not take it, it is served all the same
// and only the write is tried again. attempt is what the last request came to. It wants the turn.
func (k *Keeper) store(ctx context.Context, a *account, r journal.Record, attempt journal.Attempt) error {
	k.writeAgain(a)
	k.compareClocks() // before a time is written down
	before := k.facts(a)
	if a.own.seen != nil {
		before.stored = *a.own.seen
	}
	begun, same := k.readClocks(), nameOf(before.record.Grant) == nameOf(r.Grant)
	if same { // its times may have been put right while a request was out
		r.Grant = before.record.Grant
	}
	if attempt.Class != oauth.Offline && attempt.Reason != ReasonNoRoom { // which are of this moment, and cost nothing
		r.Attempt = attempt.Pointer()
	}
	err := k.save(ctx, a.id, r)
	sealed := err != nil && k.isSealed(a, r, before.keyed && before.recheck.get().IsZero())
	u, back := a.own.unwritten, k.setBackSince(begun)
	k.learn(a, func(f *facts) {
		if !same { // else it was moved with the clock already
			r.Grant = r.Grant.Shifted(back)
			f.unopened, f.outOfReach = false, rare[pause]{}
		}
		f.hold(r)
		f.unsealed = u != nil && r.KeepsUnparsed(u.intent)
		f.known, f.shifted, f.failed, f.dirty, f.sealed, f.refreshing = true, back != 0, rarely(attempt.Shifted(back)), err != nil, sealed, false
		if err == nil {
			f.stored, f.keyed, f.vault = nameOf(r.Grant), true, rare[vaultFailure]{}
			return
		}
		f.stored = before.stored
		f.vaultFailed(AsVaultError(err), k.now())
	})
	if err == nil {
		k.tidy(a, r)
	}
	if (!same || (before.unsaved() && err == nil)) && attempt.Class != oauth.Dead { // of a refusal the one before has come back, which is nothing that was won
		k.emit(a, r.Grant.Cause)
	}
	return err
}
