package keeper

import (
	"context"

	"freshkey/oauth"
	"freshkey/oauth/journal"
)

// Departing is an account's record as another computer would need it. Nothing changes by it: the chain may be spent here until LetGo. The
// errors are ErrNoChain, ErrMoved, ErrDoubt where it is not known whether the refresh token was spent, and the keychain's.
func (k *Keeper) Departing(ctx context.Context, id string) (record journal.Record, err error) {
	err = k.withRecord(ctx, id, func(_ context.Context, a *account, r journal.Record) error {
		record = r.Departing()
		return departs(r, k.facts(a).target)
	})
	return record, err
}

// departs reports why a record's chain cannot leave.
func departs(r journal.Record, to journal.Target) error {
	open, _ := r.Unresolved(to, ReasonInterrupted)
	switch {
	case r.Moved != nil:
		return ErrMoved
	case r.Grant.Token.Refresh == "":
		return ErrNoChain
	case open != nil, r.LostAnswer():
		return ErrDoubt
	case r.TokenToSend(to) != r.Grant.Token.Refresh:
		return &oauth.Error{Class: oauth.Dead, Reason: oauth.ReasonRefused}
	}
	return nil
}

// LetGo is the moment at which an account's chain leaves: what comes back is stored, and from then on nothing is sent here. fingerprint is
// that of the refresh token in the file; ErrMovedOn if the account was refreshed since. Of a move that was made already it is told again.
func (k *Keeper) LetGo(ctx context.Context, id, fingerprint string, m journal.Move) (journal.Move, error) {
	var before journal.Record
	err := k.rewrite(ctx, id, func(f facts, r *journal.Record) error {
		if before = *r; r.Moved != nil {
			if r.Moved.ID != m.ID {
				return ErrMoved
			}
			m = *r.Moved
			return nil
		}
		if r.Grant.Token.Refresh.Fingerprint() != fingerprint {
			return ErrMovedOn
		}
		if err := departs(*r, f.target); err != nil {
			return err
		}
		*r = r.LetGo(m)
		return nil
	})
	if err != nil {
		return journal.Move{}, err
	}
	k.config.Log.Info("let go", "account", id, "move", m.ID, "generation", before.Grant.Generation)
	return m, nil
}

// Moved is how an account's chain left; false if it is here.
func (k *Keeper) Moved(ctx context.Context, id string) (m journal.Move, ok bool, err error) {
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

// Arrive stores an account that comes from another computer; otherwise it is like Add.
func (k *Keeper) Arrive(ctx context.Context, settings oauth.Account, r journal.Record, confirm func() error) error {
	if err := k.loadAll(ctx); err != nil {
		return err
	}
	return k.insert(ctx, settings, r.Arrived(nil), journal.CauseMoved, confirm)
}

// Return gives an account back the chain that it let go by a move, which has come to nothing.
func (k *Keeper) Return(ctx context.Context, id, move string, r journal.Record) error {
	return k.rewrite(ctx, id, func(_ facts, mine *journal.Record) error {
		if mine.Moved == nil || mine.Moved.ID != move {
			return ErrDuplicate
		}
		*mine = r.Arrived(mine.SealKey)
		return nil
	})
}
