//go:build !windows

package api

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
)

// Scripts and other programs send what they like.
func FuzzRequest(f *testing.F) {
	f.Add("POST", "accounts", `{"name":"work"}`)
	f.Add("POST", "accounts/a/login", `{"browse":true,"address":"?code=x"}`)
	f.Add("PUT", "settings", `{"min_valid":"15m","share_left":-1}`)
	f.Add("PUT", "providers", `[{"name":"x","codes":{"1":"dead"}}]`)
	f.Add("GET", "accounts/a/token?min_valid=-1s", "")
	f.Add("POST", "accounts/%2e%2e/hold", `{"for":"9999999h"}`)
	f.Fuzz(func(t *testing.T, method, path, body string) {
		if method == "" || strings.Trim(method, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != "" || strings.HasPrefix(path, "events") || strings.HasPrefix(path, "quit") || strings.HasPrefix(path, "restart") {
			return // not a request, or one that waits or ends
		}
		target := "http://localhost/v1/" + path
		if _, err := url.Parse(target); err != nil {
			return
		}
		r, err := http.NewRequest(method, target, strings.NewReader(body))
		if err != nil {
			return
		}
		w := httptest.NewRecorder()
		handler(&echo{news: make(chan struct{}, 1), quit: make(chan struct{})}).ServeHTTP(w, r)
		if w.Code >= http.StatusInternalServerError {
			t.Errorf("%s %s %q: status %d", method, path, body, w.Code)
		}
		if strings.HasPrefix(w.Header().Get("Content-Type"), "application/json") && !json.Valid(w.Body.Bytes()) {
			t.Errorf("%s %s %q: no JSON: %s", method, path, body, w.Body)
		}
	})
}
