package keeper

import (
	"context"
	"slices"

	"freshkey/oauth"
	"freshkey/oauth/journal"
)

// unconfirmed are the origins of the settings that no person has said the account's secrets may go to: a settings file is easily
// changed, by whoever can write it.
func (f facts) unconfirmed() []string { return f.record.Unconfirmed(f.origins()) }

// appToSend is app for whoever sends a secret of the record's. The record it returns is bound to where the app leads.
func (k *Keeper) appToSend(a *account, r journal.Record) (app, journal.Record, error) {
	with, err := k.app(a)
	if err != nil {
		return app{}, r, err
	}
	origins := with.provider.Origins()
	if strange := r.Unconfirmed(origins); len(strange) > 0 {
		return app{}, r, endpointChanged()
	}
	return with, r.Bound(origins), nil
}

func endpointChanged() *oauth.Error {
	return &oauth.Error{Class: oauth.Misconfigured, Reason: ReasonEndpointChanged}
}

// Confirm lets an account's secrets go where its settings say from now on. origins are what the person was shown; ErrOrigins if the settings
// name others by now.
func (k *Keeper) Confirm(ctx context.Context, id string, origins []string) error {
	return k.rewrite(ctx, id, func(f facts, r *journal.Record) error {
		if !slices.Equal(f.origins(), origins) {
			return ErrOrigins
		}
		r.Origins = f.origins()
		return nil
	})
}

// Trust reports, as an *oauth.Error, that an account's settings lead where its secrets were not given for. It reads the record
// if nobody has yet; what the keychain has against that is its error.
func (k *Keeper) Trust(ctx context.Context, id string) error {
	a, err := k.account(id)
	if err != nil {
		return err
	}
	f, err := k.loaded(ctx, a)
	if err == nil && len(f.unconfirmed()) > 0 {
		return endpointChanged()
	}
	return err
}
