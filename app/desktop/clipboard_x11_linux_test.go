package desktop

import (
	"math"
	"testing"

	"github.com/jezek/xgb/xproto"
)

// The server tells late that another program had the selection: what was copied since was served to nobody.
func TestSelectionThatWasLostBeforeTheLastCopyIsNotLostNow(t *testing.T) {
	for _, c := range []struct {
		copied, lost xproto.Timestamp
		holds        bool
	}{
		{100, 99, true},
		{100, 100, false},
		{100, 101, false},
		{5, math.MaxUint32 - 5, true},
		{math.MaxUint32 - 5, 5, false}, // the clock began anew
	} {
		x := &xClipboard{text: "secret", since: c.copied}
		if x.lost(c.lost); x.holds() != c.holds {
			t.Errorf("copied at %d, lost at %d: holds %v", c.copied, c.lost, !c.holds)
		}
	}
}
