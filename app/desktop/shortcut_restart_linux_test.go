package desktop

import (
	"testing"
	"time"
)

func TestHelpersThatEndFollowEachOtherEverMoreRarely(t *testing.T) {
	r := helperRestarts{first: time.Second}
	for n, c := range []struct {
		lived time.Duration
		bound bool
		want  time.Duration
		again bool
	}{
		{0, true, time.Second, true},
		{0, true, 2 * time.Second, true},
		{time.Minute, true, 4 * time.Second, true},
		{0, false, 8 * time.Second, true},
		{0, false, 16 * time.Second, true},
		{0, true, 32 * time.Second, true},
		{0, false, 64 * time.Second, true},
		{0, false, 128 * time.Second, true},
		{0, false, 256 * time.Second, true},
		{0, false, longestHelperPause, true},
		{time.Hour, true, time.Second, true}, // that one was well
		{time.Hour, false, time.Second, true},
		{0, false, 2 * time.Second, true},
		{0, false, 4 * time.Second, true},
		{0, false, 8 * time.Second, true},
		{0, false, 16 * time.Second, false},
	} {
		if pause, again := r.after(c.lived, c.bound); pause != c.want || again != c.again {
			t.Errorf("%d: %v %v, want %v %v", n, pause, again, c.want, c.again)
		}
	}
}
