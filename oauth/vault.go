package oauth

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
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
	Reason Reason // ReasonLocked, ReasonKeychain, or one of the ReasonRecord…
	Err    error  // the keychain's own words; they name no secret
}

func (e *VaultError) Error() string { return fmt.Sprintf("%s: %v", e.Reason, e.Err) }

// Unwrap gives the keychain's own error.
func (e *VaultError) Unwrap() error { return e.Err }

// read wants the turn. On an error the account is in the state that fits.
func (k *Keeper) read(ctx context.Context, e *entry) (Record, error) {
	data, err := k.world.Vault.Get(ctx, e.id)
	if errors.Is(err, fs.ErrNotExist) && e.loaded && e.secret != "" {
		return k.restore(ctx, e)
	}
	if err != nil {
		return Record{}, k.fail(e, AsVaultError(err))
	}
	r, err := decodeRecord(data)
	if err != nil {
		reason := ReasonRecordBroken
		if errors.Is(err, errTooNew) {
			reason = ReasonRecordTooNew
		}
		return Record{}, k.fail(e, &VaultError{Reason: reason, Err: err})
	}
	return r, nil
}

// restore stores what is in memory where the keychain has lost the record, or another took its place: it may be the only
// copy of the chain.
func (k *Keeper) restore(ctx context.Context, e *entry) (Record, error) {
	k.world.Log.Warn("the keychain has lost the record; storing it again", "account", e.id, "generation", e.grant.Generation)
	r := Record{ClientSecret: e.secret, SealKey: e.sealKey, Grant: e.grant}
	if err := k.store(ctx, e, r, nil); err != nil {
		return Record{}, err
	}
	if e.unsaved != nil {
		return Record{}, &VaultError{Reason: e.reason, Err: errors.New("the record is lost and cannot be stored again")}
	}
	return r, nil
}

// save writes a record and reads it back: a keychain whose prompt was dismissed reports success and stores nothing.
func (k *Keeper) save(ctx context.Context, id string, r Record) error {
	data, err := r.encode()
	if err != nil {
		return err
	}
	if err := k.world.Vault.Set(ctx, id, data); err != nil {
		return AsVaultError(err)
	}
	back, err := k.world.Vault.Get(ctx, id)
	if err != nil {
		return AsVaultError(err)
	}
	if !bytes.Equal(back, data) {
		return &VaultError{ReasonKeychain, errors.New("what was written is not what is read back")}
	}
	return nil
}

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
	case errors.Is(err, fs.ErrInvalid):
		return &VaultError{ReasonRecordBroken, err}
	}
	return &VaultError{ReasonKeychain, err}
}

func reasonOf(err error) Reason { return AsVaultError(err).Reason }
