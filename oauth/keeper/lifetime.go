package keeper

import "time"

// warnAhead is how long before a chain ends a person is told; a quarter of its life if that is less.
const warnAhead = 3 * 24 * time.Hour

// signInBy is when a person has to sign in again at the latest, and when it is time to say so; zero if that is not known, or if it is so far
// already. A refresh token that ends unless it is used counts while nothing uses it, and always where refreshing does not put that off.
func (f facts) signInBy(v view) (by, warn time.Time) {
	if v.state == StateSignIn {
		return time.Time{}, time.Time{}
	}
	t, begun := f.record.Grant.Token, f.record.Grant.Begun
	by = f.chain().lifetime.ChainEnds(begun)
	unused := v.state != StateFresh && v.state != StateRefreshing
	if end := f.refreshTokenEnds(); (unused || f.endIsFixed() || !f.chain().rotates() && !t.RefreshExpires.IsZero()) && !end.IsZero() && (by.IsZero() || end.Before(by)) {
		by, begun = end, f.record.Grant.Begun
		if unused {
			begun = f.record.Grant.Won()
		}
	}
	if by.IsZero() || t.Refresh == "" {
		return time.Time{}, time.Time{}
	}
	return by, by.Add(-min(warnAhead, by.Sub(begun)/4))
}
