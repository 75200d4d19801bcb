package journal

import "slices"

// Unconfirmed are those of some origins that no person has said the secrets may go to; none while nobody was asked yet.
func (r Record) Unconfirmed(origins []string) []string {
	if len(r.Origins) == 0 {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(origins), func(o string) bool { return slices.Contains(r.Origins, o) })
}

// Bound is the record with the origins it goes by from now on, if it has none yet.
func (r Record) Bound(origins []string) Record {
	if len(r.Origins) == 0 {
		r.Origins = origins
	}
	return r
}
