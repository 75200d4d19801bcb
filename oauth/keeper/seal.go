package keeper

import (
	"freshkey/oauth"
	"freshkey/oauth/journal"
)

// answered is the last answer that was read, until what it came to is stored.
type answered struct {
	intent   *journal.Intent
	keep     bool // its file stays: it brought a grant, or nobody can read it yet
	resolved bool // what became of the refresh token is known now
	open     bool // it is not, although there was an answer
}

// seal keeps an answer before anything else is done with it. If the disk does not take it, it is tried again before the
// record is stored.
func (k *Keeper) seal(a *account, in *journal.Intent, reply oauth.Reply, consent journal.Consent) {
	a.own.unwritten = nil
	if err := k.seals.Write(a.id, in, reply, consent); err != nil {
		k.config.Log.Error("answer not sealed; storing it directly", "account", a.id, "error", err)
		a.own.unwritten = &unwrittenReply{in, reply, consent}
	}
}

// writeAgain seals an answer that the disk did not take; it may be back.
func (k *Keeper) writeAgain(a *account) {
	if u := a.own.unwritten; u != nil {
		k.seal(a, u.intent, u.reply, u.consent)
		k.learn(a, func(f *facts) { f.unsealed = f.unsealed && a.own.unwritten != nil })
	}
}

// isSealed reports whether a grant that the vault does not take lies on the disk, under a key that the vault has.
func (k *Keeper) isSealed(a *account, r journal.Record, vaultHasKey bool) bool {
	if last := a.own.answered.intent; last != nil {
		_, err := k.seals.Open(a.id, last) // half of it is as good as nothing
		return vaultHasKey && err == nil
	}
	return vaultHasKey && a.own.unwritten == nil && k.seals.HasAnswer(a.id, r.Grant)
}

// tidy removes what is of no more use once a record is stored.
func (k *Keeper) tidy(a *account, r journal.Record) {
	last, unwritten := a.own.answered, a.own.unwritten
	a.own = turnPart{}
	if unwritten != nil && r.KeepsUnparsed(unwritten.intent) { // the only copy of what a later version may be able to read
		a.own.unwritten = unwritten
	}
	switch {
	case last.intent == nil || last.keep:
	case last.open: // what says so outlives a keychain that goes back
		if err := k.seals.Sending(a.id, last.intent); err != nil {
			k.config.Log.Warn("a doubt is in the keychain only", "account", a.id, "error", err)
		}
	case last.intent.ID == r.Concluded: // a keychain that goes back may bring the intent back
		if err := k.seals.Unsent(a.id, last.intent); err != nil {
			k.dropSeal(a, last.intent)
		}
	default:
		k.dropSeal(a, last.intent)
	}
	if last.intent != nil && last.resolved {
		k.seals.Resolve(a.id, last.intent.Fingerprint)
	}
	k.seals.Prune(a.id, r)
}

func (k *Keeper) dropSeal(a *account, in *journal.Intent) {
	if err := k.seals.Drop(a.id, in); err != nil {
		k.config.Log.Warn("seal left behind", "account", a.id, "error", err)
	}
}
