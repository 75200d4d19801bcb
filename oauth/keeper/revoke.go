package keeper

import (
	"context"

	"freshkey/oauth"
	"freshkey/oauth/journal"
)

// Revoke has the provider end an account's chain. What is stored stays: it is removed next. The errors are those of a refresh, and a
// *oauth.FieldError for a provider that revokes nothing.
func (k *Keeper) Revoke(ctx context.Context, id string) error {
	return k.withRecord(ctx, id, func(ctx context.Context, a *account, r journal.Record) error {
		if r.Grant.Token.Refresh == "" { // nobody has signed in: there is no chain
			return nil
		}
		with, r, err := k.appToSend(a, r)
		if err != nil {
			return err
		}
		err = k.config.Exchange.Revoke(ctx, with.provider, oauth.RevokeForm(with.provider, with.account, r.ClientSecret, r.Grant.Token.Refresh))
		k.config.Log.Info("revoked", "account", a.id, "fingerprint", r.Grant.Token.Refresh.Fingerprint(), "error", err)
		return err
	})
}
