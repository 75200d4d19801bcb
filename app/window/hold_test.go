package main

import (
	"slices"
	"testing"
	"time"

	"freshkey/app/words"
	"freshkey/oauth/keeper"
)

// The engine ends a hold with its token: a longer one would be a promise that nobody keeps.
func TestNoHoldIsOfferedThatOutlivesTheToken(t *testing.T) {
	for left, want := range map[time.Duration][]string{
		10 * time.Minute: {"until the token expires, 12:10"},
		time.Hour:        {"for 15 min", "for 30 min", "until the token expires, 13:00"},
		30 * time.Hour:   {"for 15 min", "for 30 min", "for 1 h", "for 2 h", "for 4 h", "for 8 h", "until 18:00", "until the token expires, Tue 18:00"},
		-time.Minute:     nil,
	} {
		var said []string
		for _, h := range decideHolds(words.New("en"), *account("a", keeper.StateFresh, left), noon) {
			said = append(said, h.Text)
		}
		if !slices.Equal(said, want) {
			t.Errorf("%v left: %q, want %q", left, said, want)
		}
	}
}

// A menu may stand open for a while.
func TestHoldBeginsWhenItIsChosen(t *testing.T) {
	all := decideHolds(words.New("en"), *account("a", keeper.StateFresh, 30*time.Hour), noon)
	later := noon.Add(5 * time.Minute)
	if got := all[0].until(later); !got.Equal(noon.Add(20 * time.Minute)) {
		t.Errorf("15 minutes end at %v", got)
	}
	if got := all[len(all)-1].until(later); !got.Equal(noon.Add(30 * time.Hour)) {
		t.Errorf("the token's life ends at %v", got)
	}
}
