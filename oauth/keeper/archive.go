package keeper

import (
	"freshkey/oauth"
	"freshkey/oauth/journal"
)

// recoverFromArchive finds the grants that came after the record's, if their answers are still sealed, and reports whether
// there were any: then the keychain has forgotten what it had taken. They are still to be stored. Else the record knows which refresh tokens were sent
// that a person had brought, and the keychain has forgotten.
func (k *Keeper) recoverFromArchive(a *account, r journal.Record, with app) (journal.Record, bool) {
	newest := r
	for range journal.Generations + 1 {
		next, found := k.successor(a, newest, with)
		if !found {
			next, found = k.lastSealed(a, newest, with)
		}
		if !found {
			newest = next
			break
		}
		newest, _ = k.recoverDoubt(a, next, with, false)
	}
	if newest.Grant.Generation == r.Grant.Generation {
		return newest, false
	}
	k.config.Log.Warn("the keychain went back; later answers were still sealed", "account", a.id, "from", r.Grant.Generation, "to", newest.Grant.Generation)
	return newest, true
}

// archiveOutOfReach reports whether an answer that may have brought the next grant cannot be read just now.
func (k *Keeper) archiveOutOfReach(a *account, r journal.Record) bool {
	for _, refresh := range spendable(r) {
		if k.seals.OutOfReach(a.id, refresh.Fingerprint(), r.Grant.Generation) {
			return true
		}
	}
	return k.seals.OutOfReach(a.id, "", r.Grant.Generation+1) // the keychain may have gone back further than that
}

// spendable are the refresh tokens whose answers may hold the grant after the record's.
func spendable(r journal.Record) []oauth.Secret {
	all := []oauth.Secret{r.Grant.Token.Refresh}
	if r.Previous != nil && r.Previous.Token.Refresh != "" {
		all = append(all, r.Previous.Token.Refresh)
	}
	return all
}

// lastSealed is the record by the last answer of later generations than r's, if the keychain went back further than the answers
// that are kept. The key is the account's, so the answers are. Without one it is r, with what was sent since.
func (k *Keeper) lastSealed(a *account, r journal.Record, with app) (journal.Record, bool) {
	var last journal.Record
	var by *journal.Intent      // which brought it
	var previous *journal.Grant // which it spent
	spent := k.seals.Sendings(a.id, r.Grant.Generation)
	for in, sealed := range k.seals.Successors(a.id, "", r.Grant.Generation+1, r.SealKey) {
		out, counts := reopen(r, in, sealed, with, k.config.Machine)
		switch g := out.record.Grant; {
		case !counts || g.Token.Refresh == "" || r.Knows(g.Token.Refresh) != journal.Unknown:
		case by == nil:
			last, by = out.record, in
		case previous == nil && by.Cause != journal.CauseSignIn && g.Token.Refresh.Fingerprint() == by.Fingerprint:
			previous = &g
		}
		rotated := out.err == nil && out.record.Grant.Token.Refresh != r.Grant.Token.Refresh
		if in.Cause != journal.CauseSignIn && (rotated || out.err != nil && out.err.Class == oauth.Uncertain) {
			spent = append(spent, in.Fingerprint)
		}
	}
	if by == nil {
		return r.Knowing(spent), false
	}
	last = r.Skipping(last, spent)
	last.Previous = previous
	return last, true
}

// successor is the record after r by the last answer that was got for its refresh token.
func (k *Keeper) successor(a *account, r journal.Record, with app) (next journal.Record, found bool) {
	for _, refresh := range spendable(r) {
		for in, sealed := range k.seals.Successors(a.id, refresh.Fingerprint(), r.Grant.Generation, r.SealKey) {
			out, counts := reopen(r, in, sealed, with, k.config.Machine)
			g := out.record.Grant.Token.Refresh
			switch {
			case !counts || g == "" || g == r.Grant.Token.Refresh || r.Knows(g) == journal.UsedUp:
			case !found:
				next, found = out.record, true
			default: // it was spent, and refused: the token before it was sent again
				next = next.Knowing([]string{g.Fingerprint()})
			}
		}
		if found {
			return next, true
		}
	}
	return r, false
}
