package api

import (
	"bytes"
	"encoding/json"
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
