package api

import (
	"bytes"
	"encoding/json"
	"errors"
	"testing"

	"freshkey/oauth"
)

// A name may hold what the line is cut at.
func TestLineOfEventsIsTheSnapshot(t *testing.T) {
	var s streams
	s.count(1)
	for _, accounts := range [][]*Account{nil, {}, {{ID: "1", Name: `"accounts":null`}}, {{ID: "2"}, {ID: "3"}}} {
		snapshot := Snapshot{Revision: 7, Accounts: accounts, Status: Status{Profile: `"accounts":null`}, Providers: []oauth.Provider{{Name: "x"}}}
		want, _ := json.Marshal(snapshot)
		for range 2 { // anew, and as it is remembered
			head, text, tail, err := s.encode(snapshot)
			if got := bytes.Join([][]byte{head, text, tail}, nil); err != nil || !bytes.Equal(got, want) {
				t.Errorf("%s\nwant %s (%v)", got, want, err)
			}
		}
	}
	if s.count(-1); s.text != nil {
		t.Error("nobody reads, and it is kept")
	}
}

// A window that follows took what was said of a panic for a snapshot without accounts, and its end for that of the agent: it closed.
func TestStreamThatPanicsBreaksOff(t *testing.T) {
	e, c, _ := serve(t)
	e.news <- struct{}{}
	var shown []uint64
	err := c.Follow(t.Context(), func(s Snapshot) {
		shown = append(shown, s.Revision)
		e.mu.Lock()
		e.s.Revision = unlucky
		e.mu.Unlock()
		e.news <- struct{}{}
	})
	if !errors.Is(err, ErrGone) || errors.Is(err, ErrEnded) || len(shown) != 1 || e.panics != 1 {
		t.Errorf("shown %v, then %v; %d reports", shown, err, e.panics)
	}
}
