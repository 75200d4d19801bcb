package keeper

import (
	"context"

	"freshkey/oauth"
	"freshkey/oauth/journal"
)

// BeginDevice begins a sign-in on another device, whose code SignIn then turns into a chain. It changes nothing. The errors are those of a
// refresh, and a *oauth.FieldError for a provider that has no such sign-in.
func (k *Keeper) BeginDevice(ctx context.Context, id string) (d oauth.DeviceAuthorization, err error) {
	err = k.withRecord(ctx, id, func(ctx context.Context, a *account, r journal.Record) error {
		with, r, err := k.appToSend(a, r)
		if err != nil {
			return err
		}
		d, err = k.config.Exchange.BeginDevice(ctx, with.provider, oauth.DeviceForm(with.provider, with.account, r.ClientSecret), k.now)
		return err
	})
	return d, err
}
