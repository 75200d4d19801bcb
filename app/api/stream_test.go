package api

import (
	"bytes"
	"encoding/json"
	"net/http/httptest"
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

// A client that reads every answer as JSON meets a call that is none, or has another method.
func TestUnknownCallIsAnsweredInJSON(t *testing.T) {
	h := handler(&echo{news: make(chan struct{}, 1), quit: make(chan struct{})})
	for _, call := range [][2]string{{"GET", "/v1/nothing"}, {"DELETE", "/v1/status"}, {"GET", "/v1/accounts/a1"}, {"GET", "/"}} {
		w := httptest.NewRecorder()
		r := httptest.NewRequest(call[0], "http://freshkey"+call[1], nil)
		h.ServeHTTP(w, r)
		var failed struct{ Error *Problem }
		if err := json.Unmarshal(w.Body.Bytes(), &failed); err != nil || failed.Error == nil || w.Code != 404 {
			t.Errorf("%v: %d %q", call, w.Code, w.Body)
		}
	}
}
