package keeper

import (
	"bytes"
	"context"
	"reflect"

	"freshkey/oauth"
	"freshkey/oauth/journal"
)

// Departing is an account's settings and record as another computer would need them. Nothing changes by it: the chain may be spent here
// until LetGo. The errors are ErrNoChain, ErrMoved, ErrDoubt where it is not known whether the refresh token was spent, and the keychain's.
func (k *Keeper) Departing(ctx context.Context, id string) (settings oauth.Account, record journal.Record, err error) {
	err = k.withRecord(ctx, id, func(_ context.Context, a *account, r journal.Record) error {
		f := k.facts(a)
		settings, record = f.settings.account(), r.Departing()
		return k.departs(f, r)
	})
	return settings, record, err
}

// departs reports why a record's chain cannot leave.
func (k *Keeper) departs(f facts, r journal.Record) error {
	to := f.target()
	open, _ := r.Unresolved(to, ReasonInterrupted)
	switch {
	case r.Moved != nil:
		return ErrMoved
	case r.Grant.Token.Refresh == "":
		return ErrNoChain
	case open != nil, r.LostAnswer(), f.unopened, f.unsealed, f.outOfReach.get().failures > 0: // what is sealed may be the next grant
		return ErrDoubt
	case k.shared(f.settings.ID, r.Grant.Token.Refresh):
		return ErrDuplicate
	case r.TokenToSend(to) != r.Grant.Token.Refresh:
		return &oauth.Error{Class: oauth.Dead, Reason: oauth.ReasonRefused}
	}
	return nil
}

// shared reports whether another account knows a refresh token too, and would spend it here.
func (k *Keeper) shared(id string, refresh oauth.Secret) bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	fingerprint := refresh.Fingerprint()
	for _, other := range k.accounts {
		if other.id != id && other.shared.facts.record.KnowsBy(refresh, fingerprint) != journal.Unknown {
			return true
		}
	}
	return false
}

// LetGo is the moment at which an account's chain leaves: from then on nothing is sent here. settings and record are those of Departing;
// ErrMovedOn if they are others by now.
func (k *Keeper) LetGo(ctx context.Context, settings oauth.Account, record journal.Record, m journal.Move) error {
	sealed, err := record.Encode()
	if err != nil {
		return err
	}
	err = k.rewrite(ctx, settings.ID, func(f facts, r *journal.Record) error {
		if err := k.departs(f, *r); err != nil {
			return err
		}
		now, err := r.Departing().Encode()
		if err != nil || !bytes.Equal(now, sealed) || !reflect.DeepEqual(f.settings.account(), settings) {
			return ErrMovedOn
		}
		*r = r.LetGo(m)
		return nil
	})
	if err == nil {
		k.config.Log.Info("let go", "account", settings.ID, "move", m.ID, "generation", record.Grant.Generation)
	}
	return err
}

// Moved is how an account's chain left; false if it is here.
func (k *Keeper) Moved(ctx context.Context, id string) (m journal.Move, gone bool, err error) {
	a, err := k.account(id)
	if err != nil {
		return m, false, err
	}
	f, err := k.loaded(ctx, a)
	if err != nil || f.record.Moved == nil {
		return m, false, err
	}
	return *f.record.Moved, true, nil
}

// withoutLeft is the record without a chain that has left, where the keychain has forgotten that it did. It wants the turn.
func (k *Keeper) withoutLeft(ctx context.Context, a *account, r journal.Record) (journal.Record, error) {
	if k.config.Left == nil || r.Moved != nil || r.Grant.Token.Refresh == "" {
		return r, nil
	}
	m, gone := k.config.Left(a.id, r.Grant.Token.Refresh.Fingerprint())
	if !gone {
		return r, nil
	}
	k.config.Log.Warn("the keychain went back to before the chain left", "account", a.id, "move", m.ID)
	return k.put(ctx, a, r.LetGo(m))
}

// Arrive stores an account that comes from another computer; otherwise it is like Add. A record of it that an arrival has left behind
// which was interrupted is taken for what it is.
func (k *Keeper) Arrive(ctx context.Context, settings oauth.Account, r journal.Record, confirm func() error) error {
	if err := k.loadAll(ctx); err != nil {
		return err
	}
	return k.insert(ctx, settings, r.Arrived(nil), journal.CauseMoved, confirm)
}

// Return gives an account back the chain that it let go by a move, which has come to nothing. What was changed here since stays.
func (k *Keeper) Return(ctx context.Context, id, move string, r journal.Record) error {
	return k.rewrite(ctx, id, func(_ facts, mine *journal.Record) error {
		if mine.Moved == nil || mine.Moved.ID != move {
			return ErrDuplicate
		}
		back := r.Arrived(mine.SealKey)
		back.ClientSecret, back.Origins = mine.ClientSecret, mine.Origins
		*mine = back
		return nil
	})
}
