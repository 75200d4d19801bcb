//go:build !windows

package api

import (
	"encoding/json"
	"net/http/httptest"
	"testing"
)

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
