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
	err := k.seals.Write(a.id, in, reply, consent)
	if err == nil {
		k.setUnwritten(a, nil)
		return
	}
	k.config.Log.Error("answer not sealed; storing it directly", "account", a.id, "error", err)
	k.setUnwritten(a, &unwrittenReply{in, reply, consent})
}

// setUnwritten notes that the disk did not take an answer, and when it is tried again; nil that there is none any more.
func (k *Keeper) setUnwritten(a *account, u *unwrittenReply) {
	a.own.unwritten = u
	if u == nil && k.facts(a).unwritten == (rare[pause]{}) {
		return
	}
	k.learn(a, func(f *facts) {
		if u == nil {
			f.unwritten = rare[pause]{}
			return
		}
		again := f.unwritten.get().failures + 1
		f.unwritten = rarely(pause{k.now().Add(vaultWait(again, maxVaultWait)), again})
	})
}

// writeAgain seals an answer that the disk did not take; it may be back.
func (k *Keeper) writeAgain(a *account) {
	if u := a.own.unwritten; u != nil {
		k.seal(a, u.intent, u.reply, u.consent)
		f := k.facts(a)
		sealed := f.unsaved() && k.isSealed(a, f.record, f.keyed && f.recheck.get().IsZero())
		k.learn(a, func(f *facts) { f.sealed, f.unsealed = sealed, f.unsealed && a.own.unwritten != nil })
	}
}

// isSealed reports whether the answer that brought a grant which the vault does not take lies on the disk, whole, under a key that
// the vault has, and so that a later process takes it unasked.
func (k *Keeper) isSealed(a *account, r journal.Record, vaultHasKey bool) bool {
	u, last := a.own.unwritten, a.own.answered.intent
	switch {
	case !vaultHasKey, r.Grant.Token.Refresh == "": // nobody takes up an answer that spends nothing and brings no chain
		return false
	case u != nil && last != nil && u.intent.ID == last.ID: // an earlier part of it may be there, or one that asks
		return false
	case last != nil:
		_, err := k.seals.Open(a.id, last) // half of it is as good as nothing
		return err == nil
	}
	with, err := k.app(a)
	return err == nil && u == nil && k.hasAnswer(a, r, with)
}

// hasAnswer reports whether the answer that the record's grant came from is sealed.
func (k *Keeper) hasAnswer(a *account, r journal.Record, with app) bool {
	for _, sealed := range k.seals.Successors(a.id, "", r.Grant.Generation-1, r.SealKey) {
		t, err := oauth.ReadAnswer(with.provider, sealed.Reply.Status, sealed.Reply.Body, sealed.Reply.Received)
		if err == nil && t.Refresh == r.Grant.Token.Refresh && (!sealed.Asked || sealed.ConfirmedUser) {
			return true
		}
	}
	return false
}

// tidy removes what is of no more use once a record is stored.
func (k *Keeper) tidy(a *account, r journal.Record) {
	last, u := a.own.answered, a.own.unwritten
	a.own = turnPart{unwritten: u}
	if u != nil && !r.KeepsUnparsed(u.intent) && (r.IsPast(u.intent) || (u.intent == last.intent && !last.keep)) {
		k.setUnwritten(a, nil) // else it is the only copy of what a later version may be able to read, or of what the vault may forget
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
