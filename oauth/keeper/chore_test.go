package keeper

import (
	"testing"
	"time"
)

// Chores are done soon, whatever the account waits for, and change nothing of what it is.
func TestChoresDoNotShow(t *testing.T) {
	for name, c := range map[string]struct {
		edit func(*facts)
		want time.Time
	}{
		"nothing to write":                  {func(*facts) {}, time.Time{}},
		"times moved with the clock":        {func(f *facts) { f.shifted = true }, noon},
		"an answer the disk did not take":   {func(f *facts) { f.unwritten = rarely(pause{next: at(time.Minute), failures: 1}) }, at(time.Minute)},
		"and the account waits for someone": {func(f *facts) { f.shifted, f.record.Grant.Token.Refresh = true, "" }, noon},
		"the keychain's own wait goes first": {func(f *facts) {
			f.shifted, f.vault = true, locked
		}, time.Time{}},
	} {
		t.Run(name, func(t *testing.T) {
			f := known(c.edit)
			v := status(f, surroundings{share: 20}, noon)
			if !v.chore.Equal(c.want) {
				t.Errorf("chore %v, want %v", v.chore, c.want)
			}
			f.shifted, f.unwritten = false, rare[pause]{}
			if plain := status(f, surroundings{share: 20}, noon); plain.state != v.state || plain.reason != v.reason || !plain.next.Equal(v.next) {
				t.Errorf("%v with the chore, %v without", v, plain)
			}
		})
	}
}
