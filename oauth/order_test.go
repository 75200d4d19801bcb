package oauth

import (
	"math/rand/v2"
	"slices"
	"testing"
)

func TestNamesAreOrderedAsPeopleDo(t *testing.T) {
	want := []string{"", "007", "7b", "account", "Account 1", "account 2", "account 10", "account 10a", "account 010b", "rig", "rig 2", "Rig 10", "rig 10000000000000000000000", "work", "账号 2", "账号 10"}
	for range 20 {
		got := slices.Clone(want)
		rand.Shuffle(len(got), func(i, j int) { got[i], got[j] = got[j], got[i] })
		slices.SortFunc(got, CompareNames)
		if !slices.Equal(got, want) {
			t.Fatalf("%q", got)
		}
	}
	if CompareNames("Work", "work") == 0 {
		t.Error("two names that differ are in no order")
	}
}
